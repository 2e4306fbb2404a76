"""Each step of a computation as a sentence, in both languages, for every kind of step."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from members import clock
from proposals.day_marks import Mark, day_marks, months
from proposals.deadlines import Period, Step, Stop, Unit, due
from proposals.explanations import amount_in_words, told
from tests import cases
from tests.proposals.test_deadlines import office_calendar


@pytest.fixture(autouse=True)
def _year():
    with clock.at(cases.at(2026, 11, 2)), translation.override("en"):
        yield


def result(day, amount, unit, **rest):
    event = day if isinstance(day, datetime) else date.fromisoformat(day)
    return due(event, Period(amount, Unit(unit)), office_calendar(), **rest)


def sentences(day, amount, unit, **rest):
    return told(result(day, amount, unit, **rest).steps)


def test_told_plainly_where_nothing_moved():
    assert sentences("2026-03-02", 10, "day") == [
        "10 days from the day after Mon 2 Mar; that day itself is not counted. The first day is Tue 3 Mar.",
        "The last day is 12 Mar 2026; overdue begins at 00:00 of the next day.",
    ]


def test_told_with_the_first_day_counted():
    first, *_ = sentences("2026-03-02", 10, "day", count_first_day=True)
    assert first == "10 days from Mon 2 Mar, which itself counts as the first day."


def test_told_in_hours_from_the_moment():
    lines = sentences(datetime(2026, 11, 20, 7, 30, tzinfo=UTC), 36, "hour")
    assert lines == [
        "36 hours from the moment itself, on Fri 20 Nov.",
        "The last hour falls on 22 Nov 2026, whether offices work on that day or not.",
    ]


def test_told_a_last_day_moves_on_and_a_working_day_does_not_count():
    closures = {date(2026, 9, 29): "100% typhoon"}
    moved = sentences("2026-07-28", 60, "day", closures=closures)
    assert "Mon 28 Sep: offices are closed (孔子誕辰紀念日), the last day moves on." in moved
    assert "Sat 26 Sep: offices are closed, the last day moves on." in moved
    assert "Tue 29 Sep: offices were told to close (100% typhoon), the last day moves on." in moved
    walk = sentences("2026-09-25", 3, "workday", closures=closures)
    assert "Mon 28 Sep: offices are closed (孔子誕辰紀念日), the day does not count." in walk
    assert "Tue 29 Sep: offices were told to close (100% typhoon), the day does not count." in walk


def test_told_pause_extension_and_makeup_day():
    lines = sentences(
        "2026-03-02",
        10,
        "day",
        stops=[Stop(date(2026, 3, 5), date(2026, 3, 9))],
        extension=Period(5, Unit.DAY),
    )
    assert "Without pauses and shifts the last day would be Thu 12 Mar." in lines
    assert "Extended once by 5 days: until Tue 17 Mar." in lines
    stood = "The clock stood still from Thu 5 Mar and ran on from Mon 9 Mar"
    assert any(line.startswith(stood) for line in lines)
    assert "8 Feb 2025 is a make-up working day and counts." in sentences("2025-01-09", 30, "day")


def test_told_a_planned_day_as_set():
    (line,) = told([Step("planned", date(2026, 12, 27))])
    assert line.startswith("The ministry has set Sun 27 Dec itself")
    assert line.endswith("neither counted nor shifted.")


@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_told_fills_every_place_in_both_languages(language):
    steps = [
        *result("2026-07-28", 60, "day", stops=[Stop(date(2026, 8, 3), date(2026, 8, 5))]).steps,
        Step("earlier", date(2026, 9, 14), {"days": 10}),
        Step("closure", date(2026, 9, 14), {"reason": "颱風"}),
        Step("planned", date(2026, 9, 14)),
    ]
    with translation.override(language):
        assert not [line for line in told(steps) if "%(" in line]
        assert [amount_in_words(2, unit) for unit in Unit]


def test_marks_tell_counted_stopped_and_moved_days_apart():
    found = result("2026-07-28", 60, "day", stops=[Stop(date(2026, 8, 20), date(2026, 9, 2))])
    marks = day_marks(found.steps, found.last_day)
    assert marks[date(2026, 7, 28)] is Mark.EVENT
    assert {day for day, mark in marks.items() if mark is Mark.PAUSED} == {
        *(date(2026, 8, n) for n in range(20, 32)),
        date(2026, 9, 1),
    }
    assert [day.day for day, mark in marks.items() if mark is Mark.MOVED] == [9, 10, 11]
    assert marks[date(2026, 10, 12)] is Mark.LAST
    assert sum(mark is Mark.COUNTED for mark in marks.values()) == 59, "the sixtieth is closed: it moves"


def test_marks_of_working_days_leave_out_weekends_holidays_and_closures_but_no_makeup_day():
    walk = result("2025-02-06", 3, "workday", closures={date(2025, 2, 10): "typhoon"})
    marks = day_marks(walk.steps, walk.last_day)
    assert {day.day: mark for day, mark in marks.items()} == {
        6: Mark.EVENT,
        7: Mark.COUNTED,
        8: Mark.COUNTED,
        9: Mark.CLOSED,
        10: Mark.CLOSED,
        11: Mark.LAST,
    }


@pytest.mark.parametrize(
    ("first", "leaves", "skipped"),
    [("2026-09-30", 6, 0), ("2020-01-31", 6, 73), ("2026-02-01", 6, 0), ("2026-12-30", 2, 0)],
)
def test_months_are_six_leaves_at_most(first, leaves, skipped):
    last = date(2027, 1, 15) if first == "2026-12-30" else date(2026, 7, 1)
    last = max(last, date(2027, 2, 1)) if first == "2026-09-30" else last
    found = months({date.fromisoformat(first): Mark.EVENT, last: Mark.LAST})
    assert (len(found), sum(month.skipped for month in found)) == (leaves, skipped)
    days = [cell[0] for month in found for week in month.weeks for cell in week if cell]
    assert days == sorted(set(days))
    assert all(len(week) == 7 for month in found for week in month.weeks)


def test_months_at_the_end_of_time_are_drawn():
    (leaf,) = months({date(9999, 12, 30): Mark.EVENT, date(9999, 12, 31): Mark.LAST})
    assert leaf.weeks[-1][5][0] == date(9999, 12, 31)
