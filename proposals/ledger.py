"""Whose days a case has cost: every day between two dates belongs to exactly one owner."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

PAUSED, RUN_ON = "paused_for_cause", "cause_ended"
"""The kinds of entry between which nobody answers for the days."""


HANDED_OVER = "handed_over"
"""The kind of entry after which the first so many days of a ministry belong to a reorganisation."""


class Owner(StrEnum):
    ALLIANCE = "alliance"
    MINISTRY = "ministry"
    PROPOSER = "proposer"
    COORDINATION = "coordination"
    NOBODY = "nobody"
    """While a case is closed; should it be reopened, those days were nobody's."""


@dataclass(frozen=True)
class Segment:
    """The days [starts_on, ends_on) of one owner; paused where the proposer stops a running clock."""

    owner: Owner
    starts_on: date
    ends_on: date
    is_paused: bool = False

    @property
    def days(self) -> int:
        return (self.ends_on - self.starts_on).days


def ledger(turns: Sequence[tuple[date, Owner]], until: date) -> tuple[Segment, ...]:
    """The segments from the first turn to `until`; their days add up to the time elapsed.

    Days on which the case was closed are left out: nobody's, they are no part of the time it has taken.

    `turns` are the days on which the next step passed to an owner, in any order; of several on one
    day the last one counts, and what comes after `until` is left out. The proposer's days between two
    of the ministry's are marked as paused. Without turns, or before the first, there is nothing.
    """
    by_day: dict[date, Owner] = {}
    for day, owner in turns:
        by_day[day] = owner
    days = sorted(day for day in by_day if day < until)
    merged: list[Segment] = []
    for day, next_day in zip(days, [*days, until][1:], strict=True):
        owner = by_day[day]
        if merged and merged[-1].owner is owner:
            merged[-1] = Segment(owner, merged[-1].starts_on, next_day)
        else:
            merged.append(Segment(owner, day, next_day))
    return tuple(segment for segment in _marked(merged) if segment.owner is not Owner.NOBODY)


def effective(entries: Iterable[tuple[date, str, Owner]]) -> list[tuple[date, Owner]]:
    """The turns of a timeline's (day, kind, owner), in its order, as `ledger` wants them.

    While a case is paused for a cause that nobody answers for its days are coordination's, whatever else
    happens; then they are of whoever has them by then. Entries may be recorded long after their day.
    """
    turns: list[tuple[date, Owner]] = []
    holder: Owner | None = None
    pauses = 0
    for day, kind, owner in entries:
        if kind == PAUSED:
            pauses += 1
        elif kind == RUN_ON:
            pauses = max(0, pauses - 1)
        else:
            holder = owner
        now = Owner.COORDINATION if pauses else holder or owner
        turns.append((day, now))
    return turns


def booked(
    turns: Sequence[tuple[date, Owner]], grants: Iterable[tuple[date, int]]
) -> list[tuple[date, Owner]]:
    """The same turns, with the first days that a ministry has from a day on as coordination's.

    `grants` are the days of hand-overs, each with how many: a new body's days to find its way. What the
    proposer has meanwhile stays the proposer's, and uses none of them up.
    """
    found = sorted(turns, key=lambda turn: turn[0])
    for since, days in grants:
        found = _booked(found, since, days)
    return found


def _booked(turns: Sequence[tuple[date, Owner]], since: date, left: int) -> list[tuple[date, Owner]]:
    found: list[tuple[date, Owner]] = []
    ends: list[date | None] = [day for day, _owner in turns[1:]]
    for (day, owner), end in zip(turns, [*ends, None], strict=True):
        start = max(day, since)
        if owner is not Owner.MINISTRY or not left or (end is not None and end <= start):
            found.append((day, owner))
            continue
        until = start + timedelta(days=left)
        if end is not None and end < until:
            until = end
        left -= (until - start).days
        found += [(day, owner)] if day < start else []
        found.append((start, Owner.COORDINATION))
        found += [(until, owner)] if end is None or until < end else []
    return found


def totals(segments: Sequence[Segment]) -> dict[Owner, int]:
    """Days by owner; every owner has an entry."""
    return {
        owner: sum(s.days for s in segments if s.owner is owner)
        for owner in Owner
        if owner is not Owner.NOBODY
    }


def _marked(segments: list[Segment]) -> list[Segment]:
    marked = []
    has_reached_ministry = False
    for segment in segments:
        is_paused = segment.owner is Owner.PROPOSER and has_reached_ministry
        marked.append(Segment(segment.owner, segment.starts_on, segment.ends_on, is_paused))
        has_reached_ministry = has_reached_ministry or segment.owner is Owner.MINISTRY
    return marked
