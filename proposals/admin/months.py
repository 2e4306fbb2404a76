"""The months of a year as they are drawn: weeks from Sunday, a square for each day, changed ones marked."""

from calendar import Calendar
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from members.said import MONTHS_EN, WEEKDAYS_EN, WEEKDAYS_ZH, in_chinese
from proposals.calendars import OfficeDay

SUNDAY = 6
SQUARE = 26
HEAD = 20


@dataclass(frozen=True)
class Square:
    day: date
    x: int
    y: int
    css: str

    @property
    def middle(self) -> tuple[int, int]:
        """Where the number stands."""
        return self.x + SQUARE // 2 - 1, self.y + SQUARE // 2 + 4


@dataclass(frozen=True)
class Month:
    first: date
    squares: list[Square]
    height: int
    changed: list[date]

    @property
    def name(self) -> str:
        return f"{self.first.month}月" if in_chinese() else MONTHS_EN[self.first.month - 1]

    @property
    def weekdays(self) -> list[tuple[str, int]]:
        """The head of each column, with its middle."""
        names = WEEKDAYS_ZH if in_chinese() else "".join(name[0] for name in WEEKDAYS_EN)
        return [(names[number - 1], number * SQUARE + SQUARE // 2 - 1) for number in range(7)]

    @property
    def said(self) -> str:
        """The picture in words, for those who do not see it; the table beside it says each day."""
        if not self.changed:
            return gettext("%(month)s: no day changes") % {"month": self.name}
        days = ("、" if in_chinese() else ", ").join(str(day.day) for day in self.changed)
        return gettext("%(month)s: days that change: %(days)s") % {"month": self.name, "days": days}


def months_of(days: Sequence[OfficeDay], changed: Collection[date]) -> list[Month]:
    """Each month of the year, with the changed days marked."""
    works = {row.day: row.is_workday for row in days}
    year = days[0].day.year
    return [_month(date(year, number, 1), works, changed) for number in range(1, 13)]


def _month(first: date, works: dict[date, bool], changed: Collection[date]) -> Month:
    weeks = Calendar(SUNDAY).monthdatescalendar(first.year, first.month)
    squares = [
        Square(day, column * SQUARE, HEAD + row * SQUARE, _css(day, works[day], changed))
        for row, week in enumerate(weeks)
        for column, day in enumerate(week)
        if day.month == first.month
    ]
    marked = [square.day for square in squares if square.day in changed]
    return Month(first, squares, HEAD + len(weeks) * SQUARE, marked)


def _css(day: date, is_workday: bool, changed: Collection[date]) -> str:
    return f"day-{'work' if is_workday else 'off'}{' day-changed' if day in changed else ''}"
