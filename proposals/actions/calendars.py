"""Taking over an official office calendar: what it changes, which dates move, and all of it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Stale
from proposals.calendars import OfficialCalendar
from proposals.models import CalendarDay, CalendarVersion

from .moves import Cause, Move, digest_of, one_at_a_time, recount_after, rehearsed, tell

OTHER_THAN_SHOWN = _(
    "Something has changed since you looked: another import, or another case. Nothing was imported. "
    "Look at what would change now, then confirm again."
)
LABEL = "官方-{year}-{number}"


@dataclass(frozen=True)
class DayChange:
    """One day of the file that the table has otherwise, or not at all (`was` None)."""

    day: date
    was: bool | None
    becomes: bool
    old_name: str
    name: str


@dataclass(frozen=True)
class CalendarImport:
    """What an import does, or would do. Without a version it does nothing: the portal knows it already."""

    calendar: OfficialCalendar
    version: str
    changed: list[DayChange]
    added: list[DayChange]
    renamed: list[DayChange]
    moves: list[Move]
    digest: str

    @property
    def is_unchanged(self) -> bool:
        return not self.version


def preview_calendar(*, user: User | None, calendar: OfficialCalendar, file_name: str = "") -> CalendarImport:
    """What the import would do, counted in full and undone."""
    with rehearsed():
        return import_calendar(user=user, calendar=calendar, file_name=file_name)


@transaction.atomic
def import_calendar(
    *,
    user: User | None,
    calendar: OfficialCalendar,
    file_name: str = "",
    confirmed: str | None = None,
) -> CalendarImport:
    """Puts the days of one year in the place of those known, as a version of their own.

    Every unsettled date that they touch is counted anew; each that moves is a line of its case's history,
    and those concerned get a letter. The latest import of a year wins, also over the seed. `confirmed` is
    the digest of the preview that somebody has seen: raises Stale if it would no longer be what happens.
    Without a user it is the command of the machine. Source: 行政程序法 §48 IV; calendars are revised in
    mid-year (2025: three days, after deadlines had been given).
    """
    if user is not None and not is_secretariat(user):
        raise NotAllowed
    one_at_a_time()
    before = CalendarVersion.objects.last()
    changes = _difference(calendar)
    changed = [row for row in changes if row.was is not None and row.was != row.becomes]
    added = [row for row in changes if row.was is None]
    renamed = [row for row in changes if row.was == row.becomes]
    moves: list[Move] = []
    label = ""
    if changes:
        label = _next_label(calendar.year)
        source = f"{file_name or '–'} sha256:{calendar.fingerprint[:12]}"[:300]
        moves = recount_after(
            lambda: _write(calendar, label, source, [*changed, *added], user),
            {row.day for row in (*changed, *added)},
            is_calendar=True,
        )
        tell(moves, Cause("calendar", user, version=label))
    shown = [(row.day, row.was, row.becomes, row.name) for row in changes]
    digest = digest_of(moves, calendar.fingerprint, before and before.label, shown)
    if confirmed is not None and confirmed != digest:
        raise Stale(OTHER_THAN_SHOWN)
    return CalendarImport(calendar, label, changed, added, renamed, moves, digest)


def _difference(calendar: OfficialCalendar) -> list[DayChange]:
    """The days of the file that the table has otherwise."""
    known = CalendarDay.objects.filter(day__year=calendar.year).in_bulk()
    changes = []
    for row in calendar.days:
        there = known.get(row.day)
        if there is None or (there.is_workday, there.name) != (row.is_workday, row.name):
            was, name = (there.is_workday, there.name) if there else (None, "")
            changes.append(DayChange(row.day, was, row.is_workday, name, row.name))
    return changes


def _next_label(year: int) -> str:
    """官方-2025-2 for the second official calendar of 2025."""
    number = CalendarVersion.objects.filter(year=year).count() + 1
    return LABEL.format(year=year, number=number)


def _write(
    calendar: OfficialCalendar, label: str, source: str, changes: Iterable[DayChange], user: User | None
) -> None:
    version = CalendarVersion.objects.create(
        label=label,
        source=source,
        year=calendar.year,
        imported_at=clock.now(),
        imported_by=user,
        changes=[[row.day.isoformat(), row.was, row.becomes] for row in sorted(changes, key=lambda r: r.day)],
    )
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=row.day, is_workday=row.is_workday, name=row.name, version=version)
            for row in calendar.days
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_workday", "name", "version"],
    )
