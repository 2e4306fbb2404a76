"""Due dates as a pure function: no clock, no queries, no Django.

Counting follows 行政程序法 (Administrative Procedure Act) §48, which the portal applies by analogy:
the day of the event is not counted (II); weeks, months and years end the day before the counterpart
of the day on which counting starts, or at the end of the month where there is none (III); a last day
on which offices are closed moves forward to the next day on which they work (IV); hours run from the
instant (I). For periods that burden a person (V) hand in `count_first_day=True, shift=False`.
A make-up Saturday is a working day (Ministry of Justice, 法律字第0990004718號, 3 February 2010).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import Any, Self
from zoneinfo import ZoneInfo

from .workdays import DAY, Calendar

TAIPEI = ZoneInfo("Asia/Taipei")
LONGEST_DAYS = 36_525
LONGEST_CLOSURE_DAYS = 366

Closures = Callable[[date], str | None] | Mapping[date, str]


class DeadlineError(ValueError):
    """A period that cannot be computed; `code` says why without words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WORKDAY = "workday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The unit of an English word, singular or plural; raises DeadlineError for any other."""
        word = text.strip().lower()
        for unit in cls:
            if word in (unit.value, f"{unit.value}s"):
                return unit
        raise DeadlineError("unit", f"unknown unit: {text!r}; one of {', '.join(cls)}")


# 民法 §123 II gives month and year; only for comparing lengths of different units, never for counting.
_NOMINAL_DAYS = {
    Unit.HOUR: Fraction(1, 24),
    Unit.DAY: Fraction(1),
    Unit.WORKDAY: Fraction(7, 5),
    Unit.WEEK: Fraction(7),
    Unit.MONTH: Fraction(30),
    Unit.YEAR: Fraction(365),
}


@dataclass(frozen=True)
class Period:
    """So many of a unit. Raises DeadlineError unless the amount is a positive whole number of sane size."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not isinstance(self.amount, int) or isinstance(self.amount, bool) or self.amount <= 0:
            raise DeadlineError("amount", f"a period needs a positive whole amount, not {self.amount!r}")
        if self.nominal_days > LONGEST_DAYS:
            raise DeadlineError("too_long", f"{self.amount} {self.unit.value}s are more than a century")

    @property
    def nominal_days(self) -> Fraction:
        """The length for comparing with another unit's: a month as 30 days, a year as 365 (民法 §123 II)."""
        return self.amount * _NOMINAL_DAYS[self.unit]


@dataclass(frozen=True)
class Stop:
    """Days [starts_on, ends_on) on which the clock stands still (行政程序法 §51 V); open while it does.

    A stop that ends the day it begins is none.
    """

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise DeadlineError("stop_reversed", f"a stop from {self.starts_on} cannot end on {self.ends_on}")


def united(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    """The same days without overlap: a clock that has two reasons to stand still stands still once."""
    found: list[Stop] = []
    for stop in sorted(stops, key=lambda stop: (stop.starts_on, stop.ends_on or date.max)):
        before = found[-1] if found else None
        if before is None or (before.ends_on is not None and before.ends_on < stop.starts_on):
            found.append(stop)
        elif before.ends_on is not None and (stop.ends_on is None or stop.ends_on > before.ends_on):
            found[-1] = Stop(before.starts_on, stop.ends_on)
    return tuple(found)


@dataclass(frozen=True)
class Step:
    """One line of the receipt (期限計算書): what became of the date, as a code that pages word."""

    code: str
    on: date
    detail: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "on": self.on.isoformat(), "detail": dict(self.detail)}


@dataclass(frozen=True)
class Result:
    """A due date and what explains it. It is late from 00:00, Taipei, of the day after `last_day`."""

    raw_last_day: date
    last_day: date
    steps: tuple[Step, ...]
    calendar_version: str
    provisional: bool = False
    last_moment: datetime | None = None
    is_stopped: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "raw_last_day": self.raw_last_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "last_moment": self.last_moment.isoformat() if self.last_moment else None,
            "calendar_version": self.calendar_version,
            "provisional": self.provisional,
            "is_stopped": self.is_stopped,
            "steps": [step.as_json() for step in self.steps],
        }


def due(
    event: date | datetime,
    period: Period,
    calendar: Calendar,
    *,
    stops: Sequence[Stop] = (),
    extension: Period | None = None,
    closures: Closures | None = None,
    shift: bool = True,
    count_first_day: bool = False,
) -> Result:
    """The last day of a period that an event sets running, step by step.

    `closures` gives the reason of a whole-day closure (停止上班) of the area that must act: such a day
    is no working day and no last day. Finished stops lengthen the period by the stopped days that fall
    inside it; an open one changes no number, but is reported as `is_stopped`. The one extension is at
    most as long as the period (§51 III); amounts of the same unit add up, another unit runs on from
    the unshifted last day. Hours end at their moment and are never shifted: §48 IV speaks of last days.
    An aware moment counts on its date in Taipei. Never looks at the clock: whether an extension still
    comes in time is `may_extend`.

    Raises DeadlineError for a naive moment, hours from a mere date, stops that overlap, an extension
    that is too long, and dates outside the calendar of the computer.
    """
    try:
        count = _Count(calendar, _ordered(stops), closures, shift)
        _check_extension(period, extension)
        if period.unit is Unit.HOUR:
            return count.hours(event, period, extension)
        return count.days(_taipei_date(event), period, extension, count_first_day)
    except OverflowError as error:
        raise DeadlineError("too_long", "the date lies outside the years 1 to 9999") from error


def may_extend(result: Result, on: date, *, extended_before: bool = False) -> bool:
    """Whether an extension may still be granted: once, and not after the period has run out (§51 III, IV)."""
    return not extended_before and on <= result.last_day


def _taipei_date(event: date | datetime) -> date:
    if not isinstance(event, datetime):
        return event
    if event.utcoffset() is None:
        raise DeadlineError("naive", "a moment needs its zone")
    return event.astimezone(TAIPEI).date()


def _ordered(stops: Sequence[Stop]) -> tuple[Stop, ...]:
    ordered = tuple(sorted(stops, key=lambda stop: (stop.starts_on, stop.ends_on or date.max)))
    for before, after in pairwise(ordered):
        if before.ends_on is None or before.ends_on > after.starts_on:
            raise DeadlineError("stops_overlap", f"the stop of {after.starts_on} begins within another")
    return ordered


def _check_extension(period: Period, extension: Period | None) -> None:
    if extension is None:
        return
    if (extension.unit is Unit.HOUR) != (period.unit is Unit.HOUR):
        raise DeadlineError("extension_unit", "hours can only be extended by hours, and only hours by them")
    if extension.nominal_days > period.nominal_days:
        raise DeadlineError("extension_too_long", "an extension cannot be longer than the period itself")


def _last_of_months(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day) - DAY
    except ValueError:
        if year > date.max.year:
            raise OverflowError from None
        return date(year, month + 2, 1) - DAY


def _never_open(day: date) -> DeadlineError:
    return DeadlineError("never_open", f"offices do not open within a year of {day}")


def _stands(day: date, pauses: Sequence[tuple[date, date]]) -> bool:
    return any(starts_on <= day < ends_on for starts_on, ends_on in pauses)


class _Count:
    """One computation at work: the steps so far, and whether a day beyond the calendar was asked for."""

    def __init__(
        self, calendar: Calendar, stops: tuple[Stop, ...], closures: Closures | None, shift: bool
    ) -> None:
        self.calendar = calendar
        self.stops = stops
        self.pauses = [(s.starts_on, s.ends_on) for s in stops if s.ends_on and s.ends_on > s.starts_on]
        self.closure = closures if callable(closures) else (closures or {}).get
        self.shift = shift
        self.steps: list[Step] = []
        self.is_provisional = False

    def days(self, event: date, period: Period, extension: Period | None, count_first_day: bool) -> Result:
        start = event if count_first_day else event + DAY
        self._note("event", event, amount=period.amount, unit=period.unit.value)
        self._note("start", start)
        self._note("raw_last", self._unpaused(start, period))
        if extension and extension.unit is period.unit:
            period = Period(period.amount + extension.amount, period.unit)
            self._note_extension(extension, self._unpaused(start, period))
        raw = self._paused(start, period, is_last_leg=extension is None or extension.unit is period.unit)
        if extension and extension.unit is not period.unit:
            start = raw + DAY
            self._note_extension(extension, self._unpaused(start, extension))
            raw = self._paused(start, extension, is_last_leg=True)
        last = self._next_open(raw) if self.shift else raw
        if self.shift and (extension or period).unit is not Unit.WORKDAY:
            self._explain(raw, last)
        return self._result(raw, last)

    def hours(self, event: date | datetime, period: Period, extension: Period | None) -> Result:
        if not isinstance(event, datetime):
            raise DeadlineError("moment", "hours run from a moment, not from a day")
        day = _taipei_date(event)
        self._note("event", day, amount=period.amount, unit=period.unit.value)
        moment = (event.astimezone(UTC) + timedelta(hours=period.amount)).astimezone(TAIPEI)
        self._note("raw_last", moment.date())
        if extension:
            moment += timedelta(hours=extension.amount)
            self._note_extension(extension, moment.date())
        for starts_on, ends_on in self.pauses:
            if starts_on <= moment.date() and ends_on > day:
                moment += ends_on - max(starts_on, day)
                self._note_pause(starts_on, ends_on, moment.date())
        return self._result(moment.date(), moment.date(), moment)

    def _result(self, raw: date, last: date, moment: datetime | None = None) -> Result:
        self._note("last", last)
        is_stopped = any(stop.ends_on is None and stop.starts_on <= last for stop in self.stops)
        return Result(
            raw, last, tuple(self.steps), self.calendar.version, self.is_provisional, moment, is_stopped
        )

    def _unpaused(self, start: date, period: Period) -> date:
        if period.unit is Unit.WORKDAY:
            return self._walk(start, period.amount, [])
        if period.unit is Unit.MONTH:
            return _last_of_months(start, period.amount)
        if period.unit is Unit.YEAR:
            return _last_of_months(start, period.amount * 12)
        return start + (period.amount * (7 if period.unit is Unit.WEEK else 1) - 1) * DAY

    def _paused(self, start: date, period: Period, *, is_last_leg: bool) -> date:
        """The last day with the stops in: working days walk round them, other units add the stopped days.

        A stop that begins after the raw last day, yet not after the day to which that shifts, still finds
        the period running: the days of grace are left when it ends.
        """
        if period.unit is Unit.WORKDAY:
            raw = self._walk(start, period.amount, self.pauses)
            self._explain(start, raw, is_walk=True)
            for starts_on, ends_on in self.pauses:
                if starts_on <= raw and ends_on > start:
                    self._note_pause(starts_on, ends_on, raw)
            return raw
        raw = self._unpaused(start, period)
        for starts_on, ends_on in self.pauses:
            if starts_on > raw and is_last_leg and self.shift:
                reach = self._next_open(raw)
                raw = reach if starts_on <= reach else raw
            if starts_on <= raw and ends_on > start:
                raw += ends_on - max(starts_on, start)
                self._note_pause(starts_on, ends_on, raw)
        return raw

    def _walk(self, start: date, amount: int, pauses: Sequence[tuple[date, date]]) -> date:
        day, opened = start - DAY, start
        while amount:
            day += DAY
            if _stands(day, pauses):
                opened = day
            elif self._works(day):
                opened, amount = day, amount - 1
            elif (day - opened).days > LONGEST_CLOSURE_DAYS:
                raise _never_open(opened)
        return day

    def _works(self, day: date) -> bool:
        self.is_provisional |= not self.calendar.covers(day)
        return self.calendar.is_workday(day) and not self.closure(day)

    def _next_open(self, day: date) -> date:
        for n in range(LONGEST_CLOSURE_DAYS):
            if self._works(day + n * DAY):
                return day + n * DAY
        raise _never_open(day)

    def _explain(self, first: date, last: date, *, is_walk: bool = False) -> None:
        """What the calendar says of days: of those a last day passes over, or of a walk by working days.

        A walk tells neither plain weekends nor days on which the clock stood.
        """
        for n in range((last - first).days + 1):
            day = first + n * DAY
            name = self.calendar.name(day)
            reason = self.closure(day)
            if is_walk and _stands(day, self.pauses):
                continue
            if not self.calendar.is_workday(day):
                if name or not is_walk or day.weekday() < 5:
                    self._note("closed_day", day, name=name)
            elif reason:
                self._note("closure", day, reason=reason)
            elif day.weekday() >= 5:
                self._note("makeup_day", day, name=name)

    def _note_extension(self, extension: Period, last: date) -> None:
        self._note("extended", last, amount=extension.amount, unit=extension.unit.value)

    def _note_pause(self, starts_on: date, ends_on: date, last: date) -> None:
        self._note("paused", starts_on, until=ends_on.isoformat(), last=last.isoformat())

    def _note(self, code: str, on: date, **detail: str | int) -> None:
        self.steps.append(Step(code, on, detail))
