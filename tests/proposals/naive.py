"""The rules of counting a second time, as naively as possible: a finger that moves over a wall calendar.

Shares nothing with `proposals.deadlines` but the names of the units; the tests compare the two.
"""

import calendar as months
from datetime import date, timedelta

ONE = timedelta(days=1)


def ends(event, amount, unit, works, stops=(), extension=None, shift=True, count_first_day=False):
    """The last day before it moves on, and the due date.

    `works(day)` tells whether offices work; `stops` are pairs [from, until) in any order, one over another.
    """
    leg_shift = shift and (extension is None or extension[1] == unit)
    if extension and extension[1] == unit:
        amount += extension[0]
    start = event if count_first_day else event + ONE
    raw = _leg(start, amount, unit, works, stops, leg_shift)
    if extension and extension[1] != unit:
        raw = _leg(raw + ONE, *extension, works, stops, shift)
    return raw, _open(raw, works) if shift else raw


def last_moment(event, hours, stops=()):
    """The end of hours that run from a moment in Taipei: each stopped day that it reaches adds a day."""
    moment, day = event + timedelta(hours=hours), event.date()
    while day <= moment.date():
        if _stopped(day, stops):
            moment += ONE
        day += ONE
    return moment


def _leg(start, amount, unit, works, stops, shift):
    if unit == "workday":
        return _walk(start, amount, lambda day: works(day) and not _stopped(day, stops))
    wanted = _span(start, amount, unit)
    while True:
        raw = _walk(start, wanted, lambda day: not _stopped(day, stops))
        grace = [raw + n * ONE for n in range(1, (_open(raw, works) - raw).days + 1)] if shift else []
        if not any(_stopped(day, stops) for day in grace):
            return raw
        wanted += len(grace)


def _walk(day, wanted, counts):
    done = 0
    while True:
        done += bool(counts(day))
        if done == wanted:
            return day
        day += ONE


def _span(start, amount, unit):
    """Days in the period when nothing stops it, found by turning the pages of the calendar."""
    if unit == "day":
        return amount
    if unit == "week":
        return 7 * amount
    year, month = start.year, start.month
    for _ in range(amount * (12 if unit == "year" else 1)):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    days_in_month = months.monthrange(year, month)[1]
    if start.day > days_in_month:
        return (date(year, month, days_in_month) - start).days + 1
    return (date(year, month, start.day) - start).days


def _open(day, works):
    while not works(day):
        day += ONE
    return day


def _stopped(day, stops):
    return any(starts_on <= day < ends_on for starts_on, ends_on in stops)
