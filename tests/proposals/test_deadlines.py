"""Counting of periods: worked examples, and the edges of the statute."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache

import pytest

from proposals.deadlines import DeadlineError, Period, Stop, Unit, due, may_extend
from proposals.facts import LAST_ANNOUNCED_DAY, office_days
from proposals.workdays import TableCalendar, add_workdays

MITAG = {date(2019, 9, 30): "typhoon"}


@cache
def office_calendar():
    return TableCalendar(
        {day: (is_workday, name) for day, is_workday, name in office_days()}, "seed", LAST_ANNOUNCED_DAY
    )


def day(text):
    return date.fromisoformat(text)


def last(event, amount, unit, **rest):
    return due(day(event), Period(amount, Unit(unit)), office_calendar(), **rest).last_day.isoformat()


@pytest.mark.parametrize(
    ("event", "amount", "unit", "raw", "expected"),
    [
        pytest.param(
            "2023-01-31", 1, "month", "2023-02-28", "2023-03-01", id="whole-february-ends-on-a-holiday"
        ),
        pytest.param("2024-01-29", 1, "month", "2024-02-29", "2024-02-29", id="no-30-february-month-end"),
        pytest.param(
            "2023-02-28", 1, "month", "2023-03-31", "2023-03-31", id="start-on-the-first-whole-month"
        ),
        pytest.param("2025-04-30", 1, "month", "2025-05-31", "2025-06-02", id="saturday-after-a-day-in-lieu"),
        pytest.param("2024-10-31", 2, "month", "2024-12-31", "2024-12-31", id="december-carries-no-year"),
        pytest.param("2016-07-31", 2, "month", "2016-09-30", "2016-09-30", id="two-months-from-a-31st"),
        pytest.param("2024-07-04", 30, "day", "2024-08-03", "2024-08-05", id="plain-saturday"),
        pytest.param("2014-11-27", 30, "day", "2014-12-27", "2014-12-27", id="make-up-saturday-stays"),
        pytest.param("2026-01-17", 30, "day", "2026-02-16", "2026-02-23", id="lunar-new-year"),
        pytest.param("2026-07-28", 60, "day", "2026-09-26", "2026-09-29", id="long-weekend-of-september"),
        pytest.param("2025-04-01", 30, "day", "2025-05-01", "2025-05-01", id="labour-day-offices-worked"),
        pytest.param("2026-04-01", 30, "day", "2026-05-01", "2026-05-04", id="labour-day-offices-closed"),
        pytest.param("2019-08-31", 30, "day", "2019-09-30", "2019-09-30", id="no-typhoon-elsewhere"),
        pytest.param("2026-02-13", 6, "workday", "2026-03-03", "2026-03-03", id="workdays-over-the-new-year"),
        pytest.param("2026-02-06", 2, "week", "2026-02-20", "2026-02-23", id="two-weeks-to-a-day-in-lieu"),
        pytest.param("2023-03-01", 1, "year", "2024-03-01", "2024-03-01", id="a-year-over-a-leap-day"),
        pytest.param("2024-02-28", 1, "year", "2025-02-28", "2025-03-03", id="a-year-from-29-february"),
    ],
)
def test_due_counts_as_in_worked_example(event, amount, unit, raw, expected):
    result = due(day(event), Period(amount, Unit(unit)), office_calendar())
    assert (result.raw_last_day, result.last_day) == (day(raw), day(expected))
    assert not result.provisional


def test_due_shifts_from_a_closed_day_only_where_it_was_closed():
    result = due(day("2019-08-31"), Period(30, Unit.DAY), office_calendar(), closures=MITAG)
    assert (result.raw_last_day, result.last_day) == (day("2019-09-30"), day("2019-10-01"))
    closure = next(step for step in result.steps if step.code == "closure")
    assert (closure.on, closure.detail["reason"]) == (day("2019-09-30"), "typhoon")
    assert last("2019-08-31", 30, "day", closures=lambda on: None) == "2019-09-30"


def test_due_workdays_leave_out_a_closed_day():
    krathon = {day("2024-10-02"): "typhoon", day("2024-10-03"): "typhoon"}
    assert last("2024-09-30", 3, "workday") == "2024-10-03"
    assert last("2024-09-30", 3, "workday", closures=krathon) == "2024-10-07"


def test_due_closure_inside_a_period_of_days_changes_nothing():
    assert last("2019-09-20", 20, "day", closures=MITAG) == last("2019-09-20", 20, "day")


def test_due_moment_counts_on_its_date_in_taipei():
    late_evening = datetime(2026, 7, 28, 15, 30, tzinfo=UTC)
    after_midnight = datetime(2026, 7, 28, 16, 30, tzinfo=UTC)
    newfoundland = datetime(2026, 7, 28, 13, 0, tzinfo=timezone(timedelta(hours=-2, minutes=-30)))
    ends = [
        due(at, Period(14, Unit.DAY), office_calendar()).last_day
        for at in (late_evening, after_midnight, newfoundland)
    ]
    assert ends == [day("2026-08-11"), day("2026-08-12"), day("2026-08-11")]


def test_due_hours_run_over_midnight_and_holidays_from_the_instant():
    event = datetime(2026, 2, 13, 15, 30, tzinfo=UTC)
    result = due(event, Period(30, Unit.HOUR), office_calendar())
    assert result.last_moment.isoformat() == "2026-02-15T05:30:00+08:00"
    assert result.raw_last_day == result.last_day == day("2026-02-15")


def test_due_hours_are_extended_and_stopped():
    event = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    result = due(
        event,
        Period(24, Unit.HOUR),
        office_calendar(),
        extension=Period(12, Unit.HOUR),
        stops=[Stop(day("2026-03-03"), day("2026-03-05"))],
    )
    assert result.last_moment.isoformat() == "2026-03-05T21:00:00+08:00"


def test_due_burdening_period_counts_first_day_and_does_not_shift():
    assert last("2024-07-05", 30, "day", shift=False, count_first_day=True) == "2024-08-03"
    assert last("2024-07-05", 1, "month", shift=False, count_first_day=True) == "2024-08-04"


def test_due_extension_of_same_unit_adds_up():
    assert last("2025-12-30", 1, "month", extension=Period(1, Unit.MONTH), shift=False) == "2026-02-28"
    assert last("2026-07-28", 60, "day", extension=Period(60, Unit.DAY)) == "2026-11-25"


def test_due_extension_of_another_unit_runs_from_unshifted_last_day():
    result = due(day("2024-07-04"), Period(1, Unit.MONTH), office_calendar(), extension=Period(10, Unit.DAY))
    assert (result.raw_last_day, result.last_day) == (day("2024-08-14"), day("2024-08-14"))
    shifted = due(day("2024-07-03"), Period(1, Unit.MONTH), office_calendar(), extension=Period(7, Unit.DAY))
    assert shifted.raw_last_day == day("2024-08-10")
    assert shifted.last_day == day("2024-08-12")


@pytest.mark.parametrize(
    ("period", "extension"),
    [
        (Period(30, Unit.DAY), Period(31, Unit.DAY)),
        (Period(2, Unit.MONTH), Period(61, Unit.DAY)),
        (Period(10, Unit.DAY), Period(8, Unit.WORKDAY)),
    ],
)
def test_due_extension_longer_than_period_refused(period, extension):
    with pytest.raises(DeadlineError) as refusal:
        due(day("2026-03-02"), period, office_calendar(), extension=extension)
    assert refusal.value.code == "extension_too_long"


def test_may_extend_on_last_day_but_not_after_nor_twice():
    result = due(day("2024-07-04"), Period(30, Unit.DAY), office_calendar())
    assert may_extend(result, day("2024-08-05"))
    assert not may_extend(result, day("2024-08-06"))
    assert not may_extend(result, day("2024-08-01"), extended_before=True)


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        pytest.param([], "2026-03-12", id="none"),
        pytest.param([("2026-03-05", "2026-03-05")], "2026-03-12", id="same-day-is-no-day"),
        pytest.param([("2026-03-05", "2026-03-06")], "2026-03-13", id="one-day"),
        pytest.param([("2026-02-20", "2026-03-04")], "2026-03-13", id="only-the-part-inside"),
        pytest.param([("2026-02-20", "2026-03-03")], "2026-03-12", id="over-before-the-start"),
        pytest.param(
            [("2026-03-05", "2026-03-06"), ("2026-03-13", "2026-03-16")],
            "2026-03-16",
            id="second-in-gained-time",
        ),
        pytest.param([("2026-03-12", "2026-03-20")], "2026-03-20", id="on-the-last-day"),
        pytest.param([("2026-03-13", "2026-03-20")], "2026-03-12", id="after-the-last-day"),
    ],
)
def test_due_stop_lengthens_by_the_days_inside(stops, expected):
    pauses = [Stop(day(a), day(b)) for a, b in stops]
    assert last("2026-03-02", 10, "day", stops=pauses) == expected


def test_due_stop_over_lunar_new_year_adds_calendar_days_and_workdays_by_unit():
    pause = [Stop(day("2026-02-12"), day("2026-02-24"))]
    assert last("2026-02-05", 20, "day", stops=pause) == "2026-03-09"
    assert last("2026-02-05", 1, "month", stops=pause, shift=False) == "2026-03-17"
    # 12, 13 and 23 February are the only working days that stood still.
    assert add_workdays(day(last("2026-02-05", 10, "workday")), 3, office_calendar()) == day(
        last("2026-02-05", 10, "workday", stops=pause)
    )


def test_due_steps_of_workdays_tell_neither_a_day_twice_nor_what_a_pause_covers():
    makeup = due(day("2025-02-06"), Period(2, Unit.WORKDAY), office_calendar())
    assert [(s.code, s.on) for s in makeup.steps if s.code == "makeup_day"] == [
        ("makeup_day", day("2025-02-08"))
    ]
    new_year = [Stop(day("2026-02-12"), day("2026-02-24"))]
    paused = due(day("2026-02-10"), Period(5, Unit.WORKDAY), office_calendar(), stops=new_year)
    assert [s.on for s in paused.steps if s.code == "closed_day"] == [
        day("2026-02-27"),
        day("2026-02-28"),
    ]


def test_due_stop_begun_on_the_shifted_last_day_leaves_that_day():
    # Raw last day Saturday 3 August, shifted to Monday 5: asked on that Monday, answered on Thursday.
    assert last("2024-07-04", 30, "day", stops=[Stop(day("2024-08-05"), day("2024-08-08"))]) == "2024-08-08"


def test_due_open_stop_is_reported_but_not_counted():
    open_stop = [Stop(day("2026-03-05"))]
    result = due(day("2026-03-02"), Period(10, Unit.DAY), office_calendar(), stops=open_stop)
    assert result.is_stopped
    assert result.last_day == day("2026-03-12")
    late = due(day("2026-03-02"), Period(10, Unit.DAY), office_calendar(), stops=[Stop(day("2026-03-13"))])
    assert not late.is_stopped


@pytest.mark.parametrize(
    ("code", "computation"),
    [
        ("amount", lambda c: Period(0, Unit.DAY)),
        ("amount", lambda c: Period(-3, Unit.MONTH)),
        ("amount", lambda c: Period(True, Unit.DAY)),
        ("too_long", lambda c: Period(10**9, Unit.DAY)),
        ("too_long", lambda c: due(date(9999, 12, 30), Period(1, Unit.MONTH), c)),
        ("too_long", lambda c: due(date(9999, 6, 1), Period(99, Unit.YEAR), c)),
        ("unit", lambda c: Unit.parse("fortnight")),
        ("naive", lambda c: due(datetime(2026, 3, 2, 9, 0), Period(1, Unit.DAY), c)),
        ("naive", lambda c: due(datetime(2026, 3, 2, 9, 0), Period(1, Unit.HOUR), c)),
        ("moment", lambda c: due(date(2026, 3, 2), Period(1, Unit.HOUR), c)),
        (
            "extension_unit",
            lambda c: due(date(2026, 3, 2), Period(9, Unit.DAY), c, extension=Period(1, Unit.HOUR)),
        ),
        ("stop_reversed", lambda c: Stop(date(2026, 3, 5), date(2026, 3, 4))),
        ("stops_overlap", lambda c: due(date(2026, 3, 2), Period(9, Unit.DAY), c, stops=OVERLAPPING)),
        ("stops_overlap", lambda c: due(date(2026, 3, 2), Period(9, Unit.DAY), c, stops=AFTER_AN_OPEN_ONE)),
        ("never_open", lambda c: due(date(2026, 3, 2), Period(9, Unit.DAY), c, closures=lambda on: "flood")),
        (
            "never_open",
            lambda c: due(date(2026, 3, 2), Period(9, Unit.WORKDAY), c, closures=lambda on: "flood"),
        ),
    ],
)
def test_due_impossible_period_refused(code, computation):
    with pytest.raises(DeadlineError) as refusal:
        computation(office_calendar())
    assert refusal.value.code == code


OVERLAPPING = [Stop(date(2026, 3, 5), date(2026, 3, 8)), Stop(date(2026, 3, 7), date(2026, 3, 9))]
AFTER_AN_OPEN_ONE = [Stop(date(2026, 3, 5)), Stop(date(2026, 3, 7), date(2026, 3, 9))]


def test_unit_parse_takes_singular_and_plural():
    assert [Unit.parse(word) for word in ("day", "Days", " workdays ", "YEAR")] == [
        Unit.DAY,
        Unit.DAY,
        Unit.WORKDAY,
        Unit.YEAR,
    ]


def test_due_beyond_the_announced_calendar_is_provisional():
    result = due(day("2027-12-10"), Period(30, Unit.DAY), office_calendar())
    assert result.provisional
    assert result.last_day == day("2028-01-10")
    assert not due(day("2027-11-10"), Period(30, Unit.DAY), office_calendar()).provisional


def test_calendar_after_the_last_announced_day_counts_by_weekday():
    table = TableCalendar({day("2028-01-03"): (False, "rumour")}, "draft", day("2027-12-31"))
    assert not table.covers(day("2028-01-03"))
    assert table.is_workday(day("2028-01-03"))
    assert table.name(day("2028-01-03")) == ""


def test_office_days_have_the_announced_number_of_days_off():
    off = Counter(on.year for on, is_workday, _ in office_days() if not is_workday)
    assert list(off.values()) == [115, 113, 116, 116, 116, 115, 115, 115, 116, 115, 116, 115, 118, 120, 121]
    makeup = [on for on, is_workday, name in office_days() if is_workday and on.weekday() >= 5]
    assert (len(makeup), makeup[0], makeup[-1]) == (28, day("2013-02-23"), day("2025-02-08"))


def test_due_revised_calendar_moves_the_date_and_names_its_version():
    before = TableCalendar({day("2025-09-29"): (True, "")}, "first", day("2025-12-31"))
    after = TableCalendar({day("2025-09-29"): (False, "")}, "revised", day("2025-12-31"))
    results = [due(day("2025-08-30"), Period(30, Unit.DAY), calendar) for calendar in (before, after)]
    assert [(r.last_day, r.calendar_version) for r in results] == [
        (day("2025-09-29"), "first"),
        (day("2025-09-30"), "revised"),
    ]


def test_due_steps_explain_the_way_and_survive_json():
    result = due(
        day("2026-01-17"),
        Period(30, Unit.DAY),
        office_calendar(),
        stops=[Stop(day("2026-01-20"), day("2026-01-21"))],
        extension=Period(5, Unit.DAY),
    )
    told = json.loads(json.dumps(result.as_json()))
    assert [step["code"] for step in told["steps"]][:5] == [
        "event",
        "start",
        "raw_last",
        "extended",
        "paused",
    ]
    assert told["steps"][-1] == {"code": "last", "on": "2026-02-23", "detail": {}}
    assert {"code": "closed_day", "on": "2026-02-22", "detail": {"name": ""}} in told["steps"]
    makeup = due(day("2014-11-27"), Period(30, Unit.DAY), office_calendar())
    assert "makeup_day" in [step.code for step in makeup.steps]


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        ("2026-02-13", 1, "2026-02-23"),
        ("2026-02-23", -1, "2026-02-13"),
        ("2026-02-16", 0, "2026-02-23"),
        ("2026-02-13", 0, "2026-02-13"),
        ("2026-09-29", -20, "2026-08-28"),
        ("2024-02-16", 1, "2024-02-17"),
    ],
)
def test_add_workdays_skips_closed_days(start, n, expected):
    assert add_workdays(day(start), n, office_calendar()) == day(expected)
