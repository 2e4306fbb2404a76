"""The days on which government offices work (政府行政機關辦公日曆表): no clock, no queries, no Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

DAY = timedelta(days=1)


class Calendar(Protocol):
    """Whether offices work on a day, and what the official calendar calls it."""

    @property
    def version(self) -> str: ...
    def covers(self, day: date) -> bool: ...
    def is_workday(self, day: date) -> bool: ...
    def name(self, day: date) -> str: ...


@dataclass(frozen=True)
class TableCalendar:
    """Office days from a table of (is_workday, name) per day.

    A day that the table lacks, or that lies after the last announced day, counts by its weekday, and
    a deadline that rests on it is provisional.
    """

    days: Mapping[date, tuple[bool, str]] = field(repr=False, hash=False)
    version: str
    last_day: date

    def covers(self, day: date) -> bool:
        return day <= self.last_day and day in self.days

    def is_workday(self, day: date) -> bool:
        return self.days[day][0] if self.covers(day) else day.weekday() < 5

    def name(self, day: date) -> str:
        return self.days[day][1] if self.covers(day) else ""


def add_workdays(day: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after a day (before it, if n is negative); 0 is the day itself, else the next."""
    step = -DAY if n < 0 else DAY
    if n == 0:
        day, n = day - DAY, 1
    left = abs(n)
    while left:
        day += step
        left -= calendar.is_workday(day)
    return day


def workdays_between(a: date, b: date, calendar: Calendar) -> int:
    """Working days after a up to and with b; negative if b lies before a."""
    if b < a:
        return -workdays_between(b, a, calendar)
    return sum(calendar.is_workday(a + n * DAY) for n in range(1, (b - a).days + 1))
