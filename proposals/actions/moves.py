"""Dates that move because the days themselves changed: a revised calendar, a closure. One way for both.

Nobody's period becomes longer or shorter by it; only the days are other ones than were thought.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from members.actions.letters import write_letter
from members.models import Organisation, User
from members.models.people import secretariat
from proposals.models import Deadline, Proposal, Referral, TimelineEntry, WorkSuspension
from proposals.models.circles import heirs_of
from proposals.models.deadlines import PROPOSERS, Kind
from proposals.states import OPEN_PROPOSAL, Party

from .notices import liaisons_of, notify, officers, proposers, triage_officers
from .record import record
from .timing import recount, update_latest_overall

LEAD_FOLLOWS = timedelta(days=40)


@dataclass(frozen=True)
class Move:
    """A due date that became another one. Minutes of a meeting belong to no case."""

    deadline: Deadline
    was: date

    @property
    def becomes(self) -> date:
        return self.deadline.due_on

    @property
    def case(self) -> Proposal | None:
        return None if self.deadline.meeting else self.deadline.case

    @property
    def referral(self) -> Referral | None:
        question = self.deadline.question
        return question.referral if question else self.deadline.referral

    @property
    def body(self) -> Organisation | None:
        """The organisation that must act; None where it is the alliance."""
        if self.deadline.referral:
            return self.deadline.referral.ministry
        is_proposers = self.deadline.question or self.deadline.kind in PROPOSERS
        return self.case.lead if self.case and is_proposers else None


@dataclass(frozen=True)
class Cause:
    """Why the days changed. `code` is one of the causes that `happenings` words."""

    code: str
    user: User | None
    version: str = ""
    closure: WorkSuspension | None = None

    @property
    def data(self) -> dict[str, Any]:
        """What the timeline keeps of it."""
        if self.closure is None:
            return {"cause": self.code, "version": self.version}
        return {"cause": self.code, "closed_on": self.closure.on.isoformat(), "area": self.closure.area}


@contextmanager
def rehearsed() -> Iterator[None]:
    """What is done inside is undone at its end: the way to show what would happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def one_at_a_time() -> None:
    """Lets nobody else change office days until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('office days'))")


def recount_after(
    change: Callable[[], object], days: Collection[date], *, is_calendar: bool = False
) -> list[Move]:
    """Writes a change of office days and counts every unsettled date anew that it may touch.

    Locks before the change is written: the cases in the order of their keys, as every action does, then
    the table of deadlines against a date that is just being counted on the days as they were. Dates that
    were met or dropped stay as they are. A calendar settles what was provisional, and reaches into days
    that open cases have only before them. The caller is in a transaction and tells of the moves.
    """
    reaching = min(days) if days and is_calendar else None
    locked = _lock(_touched(days, is_calendar), reaching)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Deadline._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    change()
    moves = []
    for deadline in _touched(days, is_calendar):
        was = deadline.due_on
        if recount(deadline).due_on != was:
            moves.append(Move(deadline, was))
    for case in locked:
        update_latest_overall(case)
    return sorted(moves, key=lambda move: (move.case.pk if move.case else 0, move.deadline.pk))


def tell(moves: list[Move], cause: Cause) -> None:
    """One line in the history for each date that moved, and one letter for each person and case.

    Minutes have no history: a letter to those who answer for them is all that tells of their date.
    """
    of_cases = [(case, move) for move in moves if (case := move.case)]
    for case, pairs in groupby(of_cases, key=lambda pair: pair[0]):
        moved = [move for _, move in pairs]
        entries = [_record(case, move, cause) for move in moved]
        concerned, copies = _concerned(case, moved)
        notify(entries[0], "date_moved", concerned, {"moves": moved, "cause": cause}, copies=copies)
        if own := [move for move in moved if move.deadline.kind == Kind.TAKEOVER]:
            heirs = heirs_of(case).exclude(pk__in=[user.pk for user in concerned])
            notify(entries[0], "date_moved_heir", heirs, {"moves": own, "cause": cause})
    for move in moves:
        if move.deadline.meeting:
            _tell_of_minutes(move, cause)


def _tell_of_minutes(move: Move, cause: Cause) -> None:
    deadline = move.deadline
    assert deadline.meeting is not None
    for user in officers(deadline.meeting.group) or secretariat():
        write_letter(
            key=f"minutes_moved/{deadline.pk}/{deadline.counted_at.isoformat()}/{user.pk}",
            kind="minutes_moved",
            recipient=user,
            template="proposals/letters/minutes_moved.txt",
            context={"move": move, "meeting": deadline.meeting, "cause": cause},
        )


def digest_of(moves: list[Move], *subject: object) -> str:
    """What somebody confirmed: these moves, for this subject. Another day's preview has another one."""
    dates = [(move.deadline.pk, move.was, move.becomes) for move in moves]
    return hashlib.sha256(json.dumps([subject, dates], default=str).encode()).hexdigest()


def _record(case: Proposal, move: Move, cause: Cause) -> TimelineEntry:
    return record(
        case,
        "date_moved",
        role=Party.SECRETARIAT,
        actor=cause.user,
        referral=move.referral,
        step=move.deadline.kind,
        old_due_on=move.was.isoformat(),
        new_due_on=move.becomes.isoformat(),
        **cause.data,
    )


def _concerned(case: Proposal, moves: list[Move]) -> tuple[list[User], list[str]]:
    """Proposer, triage officers, and the bodies whose own dates moved with their unit mailboxes."""
    ministries = {move.referral.ministry for move in moves if move.referral}
    people = {*proposers(case), *triage_officers(case)}
    for ministry in ministries:
        people.update(liaisons_of(ministry) or secretariat())
    return sorted(people, key=lambda user: user.pk), [ministry.mailbox for ministry in ministries]


def _lock(touched: list[Deadline], reaching: date | None) -> list[Proposal]:
    """The cases of the dates; with them those that may be answered as late as on a day or after it."""
    cases = Q(pk__in={row.case.pk for row in touched if not row.meeting})
    if reaching:
        cases |= Q(state__in=OPEN_PROPOSAL, latest_overall_on__gte=reaching)
    return list(Proposal.objects.select_for_update(of=("self",)).filter(cases).order_by("pk"))


def _touched(days: Collection[date], with_provisional: bool) -> list[Deadline]:
    """Unsettled dates for whose count one of the days may matter; never the day that a body set itself."""
    if not days:
        return []
    spans = Q(counted_from__lt=max(days), due_on__gte=min(days) - LEAD_FOLLOWS)
    if with_provisional:
        spans |= Q(is_provisional=True)
    rows = Deadline.objects.unsettled().exclude(kind=Kind.FOLLOW_UP).filter(spans)
    rows = rows.select_related(
        "proposal__organisation",
        "proposal__taken_over_by",
        "proposal__group",
        "referral__ministry",
        "referral__proposal__organisation",
        "referral__proposal__taken_over_by",
        "referral__extension",
        "question__referral__ministry",
        "question__referral__proposal__organisation",
        "question__referral__proposal__taken_over_by",
        "meeting__group",
    ).order_by("pk")
    return [
        row
        for row in rows
        if (with_provisional and row.is_provisional)
        or any(row.counted_from < day <= _reach(row) for day in days)
    ]


def _reach(deadline: Deadline) -> date:
    """A supporting body's date hangs on the end of its period, some weeks later."""
    return deadline.due_on + LEAD_FOLLOWS if deadline.kind == Kind.SUPPORT else deadline.due_on
