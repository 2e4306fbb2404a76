import json
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from members.management.oneline import OneLineCommand
from proposals.actions.imports import Import, import_cases
from proposals.imports import ArchivedCase
from proposals.models import CalendarDay, CalendarVersion


class Command(OneLineCommand):
    help = (
        "Take over closed cases of another platform from a JSON file (docs/import_cases.md). Safe to run "
        "again: a case is known by its id and never changed. Rows with errors are reported and left out."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
        parser.add_argument("--strict", action="store_true", help="write nothing if any row has an error")

    def handle(self, *args: Any, file: Path, dry_run: bool, strict: bool, **options: Any) -> None:
        rows = self.read(file)
        result = import_cases(rows, dry_run=dry_run, strict=strict, progress=self.progress)
        for number, fault in result.faults:
            self.stderr.write(f"row {number}, {fault.field}: {fault.message}")
        faulty = len({number for number, _ in result.faults})
        if strict and result.faults:
            self.fail(f"Nothing was imported: {faulty} of {len(rows)} rows have errors.")
        self.report(result, faulty, dry_run)
        self.compare(result.cases)

    def read(self, file: Path) -> list[object]:
        try:
            rows = json.loads(file.read_text(encoding="utf-8-sig"))
        except OSError as error:
            self.fail(f"{file}: {error.strerror}")
        except (ValueError, RecursionError) as error:
            self.fail(f"{file} is no JSON in UTF-8: {error}")
        if not isinstance(rows, list):
            self.fail(f"{file} must hold a list of cases")
        return rows

    def progress(self, done: int, of: int) -> None:
        if self.shows_progress:
            self.stderr.write(f"\r{done}/{of}", ending="\n" if done == of else "")

    def report(self, result: Import, faulty: int, dry_run: bool) -> None:
        created = "would be created" if dry_run else "created"
        self.stdout.write(
            f"{len(result.created)} {created}, {len(result.known)} unchanged, {faulty} with errors."
        )
        if result.new_bodies:
            self.stdout.write(f"Bodies not known before: {', '.join(result.new_bodies)}.")

    def compare(self, cases: list[ArchivedCase]) -> None:
        """Lists the cases whose recorded due date is not the one that the portal counts."""
        try:
            calendar = CalendarDay.objects.table(date.min, date.max)
        except CalendarVersion.DoesNotExist as error:
            self.stdout.write(f"Due dates were not compared: {error}.")
            return
        dated = [(case, case.due_on, case.our_due_on(calendar)) for case in cases]
        both = [(case, theirs, ours) for case, theirs, ours in dated if theirs and ours]
        different = [(case, theirs, ours) for case, theirs, ours in both if theirs != ours]
        self.stdout.write(
            f"Due dates: {len(both) - len(different)} as recorded, {len(different)} different"
            " (two months from the threshold, last day on a working day)."
        )
        for case, theirs, ours in different:
            reason = calendar.name(theirs) or ("" if calendar.is_workday(theirs) else "weekend")
            self.stdout.write(
                f"  {case.number:<16} recorded {theirs} {theirs:%a}, ours {ours} {ours:%a}  {reason}".rstrip()
            )
