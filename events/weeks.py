"""A room's week as its page shows it: each day cut into what is free and what is taken. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from events.slots import Span

DAYS = 7


@dataclass(frozen=True)
class Part:
    """A stretch of a day: free, taken, or over."""

    start: datetime
    end: datetime
    kind: str
    booking: Any = None
    x: str = "0%"
    width: str = "0%"


@dataclass(frozen=True)
class RoomDayShown:
    day: date
    opening: Span | None
    parts: list[Part]


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(monday: date) -> list[date]:
    return [monday + timedelta(days=n) for n in range(DAYS)]


def shown_day(day: date, opening: Span | None, bookings: Iterable[Any], now: datetime) -> RoomDayShown:
    """The day's opening hours from end to end, without a gap and without an overlap.

    `bookings` have `starts_at` and `ends_at`. What is over before `now` and was not taken is "over".
    """
    if opening is None:
        return RoomDayShown(day, None, [])
    opens, closes = opening
    parts: list[Part] = []
    at = opens
    for row in sorted(bookings, key=lambda row: row.starts_at):
        start, end = max(row.starts_at, opens), min(row.ends_at, closes)
        if start >= end:
            continue
        parts += _free(at, start, now)
        parts.append(Part(start, end, "taken", row))
        at = end
    return RoomDayShown(day, opening, _drawn([*parts, *_free(at, closes, now)], opens, closes))


def _free(start: datetime, end: datetime, now: datetime) -> list[Part]:
    cut = min(max(now, start), end)
    spans = ((start, cut, "over"), (cut, end, "free"))
    return [Part(lower, upper, kind) for lower, upper, kind in spans if lower < upper]


def _drawn(parts: Sequence[Part], opens: datetime, closes: datetime) -> list[Part]:
    """With their places in a bar as wide as the opening hours."""
    whole = closes - opens
    return [
        Part(
            part.start,
            part.end,
            part.kind,
            part.booking,
            f"{100 * ((part.start - opens) / whole):.2f}%",
            f"{100 * ((part.end - part.start) / whole):.2f}%",
        )
        for part in parts
    ]
