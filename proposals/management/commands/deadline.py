import json
import re
from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandParser
from django.utils import translation

from members.management.oneline import OneLineCommand
from members.said import roc
from proposals.actions.timing import ALLIANCE_AREA
from proposals.areas import canonical
from proposals.deadlines import DeadlineError, Period, Unit
from proposals.models import CalendarVersion
from proposals.receipts import Receipt, check_area

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Command(OneLineCommand):
    help = (
        "Count a period after Article 48 of the Administrative Procedure Act over the portal's office "
        "calendar. DAY is the day of the event as YYYY-MM-DD; hours need a moment with its zone, as "
        "2026-11-20T15:30+08:00."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("day", metavar="DAY")
        parser.add_argument("amount", metavar="AMOUNT", type=int)
        parser.add_argument(
            "unit", metavar="UNIT", help="hour, day, workday, week, month, year; or their plural"
        )
        parser.add_argument(
            "--area", default=ALLIANCE_AREA, help=f"whose closures count; {ALLIANCE_AREA} unless told"
        )
        parser.add_argument(
            "--closures", action="store_true", help="whole-day office closures are no working days"
        )
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object")

    def handle(self, *args: Any, day: str, amount: int, unit: str, area: str, **options: Any) -> None:
        try:
            event = self.read_event(day)
            area = canonical(area)
            check_area(area)
            receipt = Receipt.computed(
                event, Period(amount, Unit.parse(unit)), area=area if options["closures"] else ""
            )
        except (DeadlineError, CalendarVersion.DoesNotExist) as error:
            self.fail(error)
        self.stdout.write(
            json.dumps(receipt.as_json(), ensure_ascii=False) if options["json"] else readable(receipt)
        )

    def read_event(self, text: str) -> date | datetime:
        try:
            return date.fromisoformat(text) if ISO_DATE.fullmatch(text) else datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no day: write it as 2026-11-20, or a moment as 2026-11-20T15:30+08:00")


def readable(receipt: Receipt) -> str:
    """The result for people, in English: the last day, then each step that led to it."""
    moment, day = receipt.last_moment, receipt.last_day
    last = moment.isoformat(timespec="minutes") if moment else day.isoformat()
    with translation.override("en"):
        lines = [f"{last} ({day:%a}), {roc(day)}", "", *(f"  {told}" for told in receipt.sentences)]
    lines += ["", f"Office calendar: {receipt.calendar_version}"]
    if receipt.provisional:
        lines.append("Provisional: the calendar of some of these days is not announced yet.")
    return "\n".join(lines)
