from typing import Any

from django.core.management.base import CommandParser
from django.db import Error as DatabaseError
from django.utils import translation

from alliance.promises import Severity, judged
from alliance.watch import audit
from members.management.oneline import OneLineCommand

DATES = 500


class Command(OneLineCommand):
    help = (
        "Say of each promise of the portal whether it holds, with what was seen. Leaves with 1 if one is "
        "broken, with 2 if it could not be looked at. Writes nothing; meant for cron, outside queue and "
        "scheduler."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--dates", type=int, default=DATES, help=f"count so many open dates anew (default {DATES})"
        )

    def handle(self, *args: Any, dates: int, **options: Any) -> None:
        if dates < 0:
            self.fail("--dates needs a number from 0 on")
        try:
            with translation.override("en"):
                findings = judged(audit(dates=dates))
        except DatabaseError as error:
            self.fail(f"The database could not be asked: {error}")
        for finding in findings:
            line = f"{finding.severity:<8} {finding.label}: {finding.figure}"
            self.stdout.write(f"{line}\n         {finding.sentence}" if finding.sentence else line)
        if any(finding.severity is Severity.BROKEN for finding in findings):
            raise SystemExit(1)
