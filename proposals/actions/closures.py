"""A closure of offices moves the last days that fall on it (停止上班)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import Kind
from proposals.states import Party

from .record import record
from .timing import recount, update_latest_overall

LEAD_FOLLOWS = timedelta(days=40)


@transaction.atomic
def recount_for_closure(*, user: User, days: Iterable[date]) -> int:
    """Counts anew every running deadline that ends on one of the days or was moved off it; how many moved.

    Each date that moves is a line of its case's history. The rest is left alone: a closure in the midst
    of a period changes nothing. Source: 行政程序法 §48 IV.
    """
    if not is_secretariat(user):
        raise NotAllowed
    closed = set(days)
    cases = {row.case.pk for row in _touched(Deadline.objects.unsettled(), closed)}
    locked = Proposal.objects.select_for_update(of=("self",)).filter(pk__in=cases).order_by("pk")
    return sum(_recount_case(case, closed, user) for case in locked)


def _recount_case(case: Proposal, closed: set[date], user: User) -> int:
    """Looks at the case's dates again, now that nobody else can change them."""
    moved = 0
    for deadline in _touched(Deadline.objects.unsettled().of_case(case), closed):
        before = deadline.due_on
        if recount(deadline).due_on != before:
            moved += 1
            _note(case, deadline, before, user)
    if moved:
        update_latest_overall(case)
    return moved


def _note(case: Proposal, deadline: Deadline, before: date, user: User) -> None:
    referral = deadline.question.referral if deadline.question else deadline.referral
    record(
        case,
        "date_moved",
        role=Party.SECRETARIAT,
        actor=user,
        referral=referral,
        step=deadline.kind,
        old_due_on=before.isoformat(),
        new_due_on=deadline.due_on.isoformat(),
    )


def _touched(rows: QuerySet[Deadline], closed: set[date]) -> list[Deadline]:
    """Those whose last day is one of the days or was shifted over it, and those that hang on a lead's."""
    rows = rows.select_related(
        "proposal__organisation",
        "referral__ministry",
        "referral__proposal",
        "question__referral__proposal__organisation",
    )
    return [row for row in rows if any(row.raw_last_on <= day <= _reach(row) for day in closed)]


def _reach(deadline: Deadline) -> date:
    """A supporting body's date hangs on the lead's, some weeks later."""
    return deadline.due_on + LEAD_FOLLOWS if deadline.kind == Kind.SUPPORT else deadline.due_on
