"""Free times and the week of a room, without a database."""

import itertools
from datetime import datetime, timedelta
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from events.slots import free_slots
from events.weeks import shown_day
from tests.cases import at

OPENING = (at(2026, 11, 4, 9), at(2026, 11, 4, 18))
HALF_HOUR = timedelta(minutes=30)


def span(start: int, end: int) -> tuple[datetime, datetime]:
    return (OPENING[0] + HALF_HOUR * start, OPENING[0] + HALF_HOUR * end)


def disjoint(edges: list[int]) -> list[tuple[datetime, datetime]]:
    marks = sorted(set(edges))
    return [span(start, end) for start, end in zip(marks[::2], marks[1::2], strict=False)]


busy_days = st.lists(st.integers(0, 18), max_size=10).map(disjoint)


@given(busy=busy_days, length=st.integers(1, 8), since=st.integers(-4, 20))
def test_free_slots_fit_and_touch_nothing(
    busy: list[tuple[datetime, datetime]], length: int, since: int
) -> None:
    earliest = OPENING[0] + HALF_HOUR * since
    found = free_slots([OPENING], busy, length=HALF_HOUR * length, step=HALF_HOUR, since=earliest, most=50)
    for start, end in found:
        assert end - start == HALF_HOUR * length
        assert max(OPENING[0], earliest) <= start
        assert end <= OPENING[1]
        assert all(end <= lower or start >= upper for lower, upper in busy)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))
    if not found:
        starts = [OPENING[0] + HALF_HOUR * n for n in range(19 - length)]
        fits = [
            s
            for s in starts
            if s >= earliest and all(s + HALF_HOUR * length <= lower or s >= upper for lower, upper in busy)
        ]
        assert not fits


@given(busy=busy_days, hour=st.integers(7, 20))
def test_day_is_shown_from_end_to_end(busy: list[tuple[datetime, datetime]], hour: int) -> None:
    rows = [SimpleNamespace(starts_at=start, ends_at=end) for start, end in busy]
    parts = shown_day(OPENING[0].date(), OPENING, rows, at(2026, 11, 4, hour)).parts
    assert (parts[0].start, parts[-1].end) == OPENING
    assert all(before.end == after.start for before, after in itertools.pairwise(parts))
    assert [(part.start, part.end) for part in parts if part.kind == "taken"] == busy
    assert all(part.end <= at(2026, 11, 4, hour) for part in parts if part.kind == "over")
    assert all(part.start >= at(2026, 11, 4, hour) for part in parts if part.kind == "free")
