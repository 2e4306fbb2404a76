"""Free spans of a room, computed from when it is open and when it is taken. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


def free_slots(
    openings: Iterable[Span],
    busy: Sequence[Span],
    *,
    length: timedelta,
    step: timedelta,
    since: datetime,
    most: int = 3,
) -> list[Span]:
    """The next spans of a length that fit into an opening and touch nothing taken, each after the one before.

    Starts lie on steps counted from the opening; none lies before `since`. Fewer than `most`, or none,
    where the openings hold no more.
    """
    found: list[Span] = []
    taken = sorted(busy)
    for opens, closes in sorted(openings):
        start = opens
        while len(found) < most and start + length <= closes:
            end = start + length
            clash = next((upper for lower, upper in taken if lower < end and upper > start), None)
            if start < since:
                start = _on_step(opens, since, step)
            elif clash is not None:
                start = _on_step(opens, clash, step)
            else:
                found.append((start, end))
                start = _on_step(opens, end, step)
    return found


def _on_step(opens: datetime, moment: datetime, step: timedelta) -> datetime:
    """The first step at or after a moment."""
    return opens + step * -(-(moment - opens) // step)
