from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import OperationalError, transaction
from django.utils import translation

from members.management.oneline import OneLineCommand
from proposals.actions.calendars import CalendarImport, DayChange, import_calendar
from proposals.calendars import MAX_BYTES, CalendarFault, OfficialCalendar, read_calendar
from proposals.models import CalendarDay

WORKS = {True: "work", False: "closed", None: "unknown"}


class Command(OneLineCommand):
    help = (
        "Take over official office calendars (政府行政機關辦公日曆表, docs/office_calendar.md) in the order "
        "given. Says which days change and which open due dates move. All files or none; twice is once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *args: Any, files: list[Path], dry_run: bool, **options: Any) -> None:
        with translation.override("en"):
            calendars = [(file, self.read(file)) for file in files]
            try:
                with transaction.atomic():
                    if not CalendarDay.objects.exists():
                        self.fail("The office calendar is empty. Run `manage.py seed` first.")
                    for file, calendar in calendars:
                        self.report(file, import_calendar(user=None, calendar=calendar, file_name=file.name))
                    transaction.set_rollback(dry_run)
            except OperationalError as error:
                self.fail(f"The database does not answer, nothing was imported: {error}")
        if dry_run:
            self.stdout.write("Nothing was written.")

    def read(self, file: Path) -> OfficialCalendar:
        try:
            with file.open("rb") as opened:
                return read_calendar(opened.read(MAX_BYTES + 1))
        except OSError as error:
            self.fail(f"{file}: {error.strerror}. Nothing was imported.")
        except CalendarFault as fault:
            self.fail(f"{file}, {fault} Nothing was imported.")

    def report(self, file: Path, found: CalendarImport) -> None:
        if found.is_unchanged:
            self.stdout.write(f"{file.name}: {found.calendar.year} unchanged.")
            return
        self.stdout.write(
            f"{file.name}: {found.calendar.year} as {found.version}: {len(found.changed)} days change, "
            f"{len(found.added)} are new, {len(found.renamed)} only have another remark, "
            f"{len(found.moves)} open due dates move."
        )
        for change in found.changed:
            self.stdout.write(f"  {said(change)}")
        for move in found.moves:
            case = move.case.number if move.case else str(move.deadline.meeting)
            body = move.body.short_name if move.body else "–"
            self.stdout.write(
                f"  {case}  {move.deadline.get_kind_display()}  {body}  {move.was} -> {move.becomes}"
            )


def said(change: DayChange) -> str:
    days = f"{change.day} {change.day:%a}  {WORKS[change.was]} -> {WORKS[change.becomes]}"
    return f"{days}  {change.name or change.old_name}".rstrip()
