"""The days of a period as on a wall calendar: which counted, which stood still, which were passed over.

Reads the steps of a computation only, so that a date of years ago is drawn as it was counted then.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .deadlines import Step, Unit
from .workdays import DAY

MOST_MONTHS = 6
FIRST_MONTHS = 2


class Mark(StrEnum):
    EVENT = "event"
    COUNTED = "counted"
    PAUSED = "paused"
    CLOSED = "closed"
    MOVED = "moved"
    LAST = "last"


@dataclass(frozen=True)
class Month:
    """One leaf: weeks from Sunday to Saturday, nothing in place of the days of other months."""

    first: date
    weeks: tuple[tuple[tuple[date, Mark | None] | None, ...], ...]
    skipped: int = 0
    """Months left out before this one, all of them in the midst of the period."""


def day_marks(steps: Sequence[Step], last: date) -> dict[date, Mark]:
    """What each day from the event to the last was; of a date that was set, not counted, that day alone."""
    event = next((step for step in steps if step.code == "event"), None)
    if event is None:
        return {last: Mark.LAST}
    is_walk = event.detail.get("unit") == Unit.WORKDAY
    start = next((step.on for step in steps if step.code == "start"), event.on + DAY)
    closed = {step.on for step in steps if step.code in ("closed_day", "closure")}
    open_saturdays = {step.on for step in steps if step.code == "makeup_day"}
    paused = [(s.on, date.fromisoformat(str(s.detail["until"]))) for s in steps if s.code == "paused"]
    found: dict[date, Mark] = {}
    for day in _days(start, last):
        if any(starts_on <= day < ends_on for starts_on, ends_on in paused):
            found[day] = Mark.PAUSED
        elif day in closed or (is_walk and day.weekday() >= 5 and day not in open_saturdays):
            found[day] = Mark.CLOSED if is_walk else Mark.MOVED
        else:
            found[day] = Mark.COUNTED
    if event.on < start:
        found[event.on] = Mark.EVENT
    return found | {last: Mark.LAST}


def months(marks: Mapping[date, Mark]) -> list[Month]:
    """The leaves on which the days stand; of a long period the first two and the last four."""
    first, last = (day.year * 12 + day.month - 1 for day in (min(marks), max(marks)))
    leaves = list(range(first, last + 1))
    skipped = len(leaves) - MOST_MONTHS
    if skipped <= 0:
        return [_leaf(n, marks) for n in leaves]
    later = leaves[FIRST_MONTHS + skipped :]
    return [
        *(_leaf(n, marks) for n in leaves[:FIRST_MONTHS]),
        _leaf(later[0], marks, skipped),
        *(_leaf(n, marks) for n in later[1:]),
    ]


def _leaf(number: int, marks: Mapping[date, Mark], skipped: int = 0) -> Month:
    first = date(number // 12, number % 12 + 1, 1)
    days: list[tuple[date, Mark | None] | None] = [None] * (first.isoweekday() % 7)
    days += [(day, marks.get(day)) for day in _days(first, first.replace(day=_length(first)))]
    days += [None] * (-len(days) % 7)
    return Month(first, tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7)), skipped)


def _length(first: date) -> int:
    return monthrange(first.year, first.month)[1]


def _days(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + n * DAY
