import json
import re
from datetime import date, datetime
from typing import Any

from django.core.management.base import CommandParser

from proposals.actions.timing import ALLIANCE_AREA
from proposals.deadlines import DeadlineError, Period, Result, Step, Unit, due
from proposals.management.oneline import OneLineCommand
from proposals.models import CalendarDay, CalendarVersion, WorkSuspension

WORDS = {
    "event": "{amount} {unit}(s) set running; the day itself is not counted",
    "start": "the first day that counts",
    "raw_last": "the last day before any shift",
    "closed_day": "offices are closed: {name}",
    "closure": "offices were told to close: {reason}",
    "makeup_day": "a make-up working day: {name}",
    "last": "the last day; late from 00:00 of the next",
}
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
            result = due(
                event,
                Period(amount, Unit.parse(unit)),
                CalendarDay.objects.table(date.min, date.max),
                closures=closures_of(area) if options["closures"] else None,
            )
        except (DeadlineError, CalendarVersion.DoesNotExist) as error:
            self.fail(error)
        self.stdout.write(
            json.dumps(result.as_json(), ensure_ascii=False) if options["json"] else readable(result)
        )

    def read_event(self, text: str) -> date | datetime:
        try:
            return date.fromisoformat(text) if ISO_DATE.fullmatch(text) else datetime.fromisoformat(text)
        except ValueError:
            self.fail(f"{text!r} is no day: write it as 2026-11-20, or a moment as 2026-11-20T15:30+08:00")


def closures_of(area: str) -> dict[date, str]:
    """Whole-day closures of an area; a county's own and the whole country's, never those of its townships."""
    return WorkSuspension.objects.closing(area.strip().replace("台", "臺"), date.min)


def readable(result: Result) -> str:
    """The result for people: the last day, then each step that led to it."""
    last = (
        result.last_moment.isoformat(timespec="minutes")
        if result.last_moment
        else result.last_day.isoformat()
    )
    lines = [f"{last} ({result.last_day:%a}), {roc(result.last_day)}", ""]
    if result.last_moment:
        lines.append("  Hours run from the instant, whether offices work or not, and end at this moment.")
    else:
        lines += [sentence(step) for step in result.steps]
    lines += ["", f"Office calendar: {result.calendar_version}"]
    if result.provisional:
        lines.append("Provisional: the calendar of some of these days is not announced yet.")
    return "\n".join(lines)


def sentence(step: Step) -> str:
    words = WORDS[step.code].format_map({"name": "", "reason": "", **step.detail}).rstrip(": ")
    return f"  {step.on.isoformat()} {step.on:%a}  {words}"


def roc(day: date) -> str:
    return f"民國{day.year - 1911}年{day.month}月{day.day}日" if day.year > 1911 else "before the ROC era"
