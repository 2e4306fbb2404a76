"""Ten thousand dates counted twice: by the engine, and by a naive finger on a wall calendar."""

import json
import os
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from proposals.deadlines import Period, Stop, Unit, due, united
from proposals.workdays import add_workdays, workdays_between
from tests.proposals import naive
from tests.proposals.test_deadlines import office_calendar

ZONES = ["UTC", "Asia/Taipei", "America/St_Johns"]
DATES = 3334
"""In each zone of the process: ten thousand and two in all."""
IN_TAIPEI = timezone(timedelta(hours=8))
LONGEST = {"day": 120, "workday": 60, "week": 20, "month": 14, "year": 1}

days_of_the_calendar = st.dates(date(2013, 1, 1), date(2026, 6, 30))
moments = st.builds(
    lambda day, minutes, zone: (
        datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    ),
    days_of_the_calendar,
    st.integers(0, 1439),
    st.sampled_from([UTC, IN_TAIPEI, timezone(timedelta(hours=-2, minutes=-30)), ZoneInfo("Asia/Taipei")]),
)


@contextmanager
def process_zone(zone):
    """The zone that the C library of this process believes to be in."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


def stops_about(day):
    """Up to four stops near a day, which may overlap, touch, lie within each other, or be empty."""
    spans = st.lists(st.tuples(st.integers(-10, 130), st.integers(0, 30)), max_size=4)
    return spans.map(
        lambda pairs: [(day + timedelta(days=n), day + timedelta(days=n + length)) for n, length in pairs]
    )


@st.composite
def computations(draw):
    event = draw(days_of_the_calendar | moments)
    day = event.astimezone(IN_TAIPEI).date() if isinstance(event, datetime) else event
    unit = draw(st.sampled_from(list(LONGEST)))
    period = Period(draw(st.integers(1, LONGEST[unit])), Unit(unit))
    other = draw(st.sampled_from([unit, *LONGEST]))
    longest = int(period.nominal_days / Period(1, Unit(other)).nominal_days)
    extension = draw(st.none() | st.tuples(st.integers(1, longest), st.just(other))) if longest else None
    closed = draw(st.frozensets(st.integers(1, 150).map(lambda n: day + timedelta(days=n)), max_size=5))
    switches = {"shift": draw(st.booleans()), "count_first_day": draw(st.booleans())}
    return event, day, period, draw(stops_about(day)), extension, closed, switches


BEGUN_IN_THE_GRACE = (
    date(2024, 7, 4),
    date(2024, 7, 4),
    Period(30, Unit.DAY),
    [(date(2024, 8, 4), date(2024, 8, 8))],
    None,
    frozenset(),
    {"shift": True, "count_first_day": False},
)


@given(computations())
@example(BEGUN_IN_THE_GRACE)
@settings(max_examples=DATES)
def due_agrees(computation):
    event, day, period, stops, extension, closed, switches = computation
    calendar = office_calendar()
    result = due(
        event,
        period,
        calendar,
        stops=united([Stop(*stop) for stop in stops]),
        extension=Period(extension[0], Unit(extension[1])) if extension else None,
        closures=dict.fromkeys(closed, "typhoon"),
        **switches,
    )

    def works(on):
        return calendar.is_workday(on) and on not in closed

    expected = naive.ends(day, period.amount, period.unit.value, works, stops, extension, **switches)
    assert (result.raw_last_day, result.last_day) == expected
    assert result.last_day >= day + timedelta(days=not switches["count_first_day"])
    assert works(result.last_day) or not switches["shift"]
    told = json.loads(json.dumps(result.as_json()))
    assert told["last_day"] == told["steps"][-1]["on"] == expected[1].isoformat()
    marks = [(step["code"], step["on"]) for step in told["steps"] if step["code"] not in ("paused", "last")]
    assert len(marks) == len(set(marks)), "a day is explained once"


@pytest.mark.parametrize("zone", ZONES)
def test_due_agrees_with_the_naive_finger_in_any_zone_of_the_process(zone):
    with process_zone(zone):
        due_agrees()


@given(moments, st.integers(1, 400), st.data())
@settings(max_examples=300)
def hours_agree(event, hours, data):
    at = event.astimezone(IN_TAIPEI)
    stops = data.draw(stops_about(at.date()))
    more = data.draw(st.integers(0, hours))
    result = due(
        event,
        Period(hours, Unit.HOUR),
        office_calendar(),
        stops=united([Stop(*stop) for stop in stops]),
        extension=Period(more, Unit.HOUR) if more else None,
    )
    expected = naive.last_moment(at, hours + more, stops)
    assert result.last_moment == expected
    assert result.last_day == expected.date()


@pytest.mark.parametrize("zone", ZONES)
def test_due_in_hours_agrees_with_the_naive_finger_in_any_zone_of_the_process(zone):
    with process_zone(zone):
        hours_agree()


@pytest.mark.parametrize("zone", ZONES)
def test_due_of_one_moment_is_the_same_in_any_zone_of_the_process(zone):
    at = datetime(2026, 7, 28, 15, 59, 59, tzinfo=UTC)
    with process_zone(zone):
        assert due(at, Period(60, Unit.DAY), office_calendar()).last_day == date(2026, 9, 29)
        hours = due(at, Period(1, Unit.HOUR), office_calendar())
        assert hours.last_moment.isoformat() == "2026-07-29T00:59:59+08:00"


@given(stops_about(date(2026, 3, 2)))
@settings(max_examples=200)
def test_united_stops_are_the_same_days_without_overlap(stops):
    def days(pairs):
        return {a + timedelta(days=n) for a, b in pairs for n in range((b - a).days)}

    one = united([Stop(*stop) for stop in stops])
    assert days((stop.starts_on, stop.ends_on) for stop in one) == days(stops)
    assert all(before.ends_on < after.starts_on for before, after in pairwise(one))


def test_united_open_stop_swallows_what_follows():
    stops = [Stop(date(2026, 3, 9), date(2026, 3, 12)), Stop(date(2026, 3, 5)), Stop(date(2026, 3, 1))]
    assert united(stops) == (Stop(date(2026, 3, 1)),)


@given(days_of_the_calendar, st.integers(-40, 40).filter(bool))
@settings(max_examples=200)
def test_workdays_between_undoes_add_workdays(start, n):
    start = add_workdays(start, 0, office_calendar())
    assert workdays_between(start, add_workdays(start, n, office_calendar()), office_calendar()) == n
