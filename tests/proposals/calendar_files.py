"""Official calendar files as tests need them: of any year, with any day turned, in any form."""

from collections.abc import Mapping
from datetime import date, timedelta

from proposals.calendars import OfficialCalendar, read_calendar

HEADER = "西元日期,星期,是否放假,備註"
WEEKDAYS = "一二三四五六日"
REVISED_2025 = (date(2025, 9, 29), date(2025, 10, 24), date(2025, 12, 25))
"""The days that became free by the revision of June 2025, after deadlines had been given."""


def line(day: date, *, works: bool, name: str = "") -> str:
    return f"{day:%Y%m%d},{WEEKDAYS[day.weekday()]},{0 if works else 2},{name}"


def lines_of(year: int, turned: Mapping[date, bool] | None = None) -> list[str]:
    """Each day of a year, the header first: Monday to Friday work, but for the days turned."""
    day, rows = date(year, 1, 1), [HEADER]
    while day.year == year:
        rows.append(line(day, works=(turned or {}).get(day, day.weekday() < 5)))
        day += timedelta(days=1)
    return rows


def content(rows: list[str], *, encoding: str = "utf-8-sig", end: str = "\r\n") -> bytes:
    return (end.join(rows) + end).encode(encoding)


def official(year: int, turned: Mapping[date, bool] | None = None) -> OfficialCalendar:
    return read_calendar(content(lines_of(year, turned)))


def as_seeded(year: int, turned: Mapping[date, bool] | None = None) -> list[str]:
    """The lines of the calendar as the portal counts it now, with its remarks, but for the days turned."""
    from proposals.models import CalendarDay

    rows = CalendarDay.objects.filter(day__year=year).order_by("day")
    days = [line(r.day, works=(turned or {}).get(r.day, r.is_workday), name=r.name) for r in rows]
    return [HEADER, *days]
