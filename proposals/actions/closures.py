"""A closure of offices moves the last days that fall on it (停止上班)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction

from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import Kind

from .timing import recount, update_latest_overall

LEAD_FOLLOWS = timedelta(days=40)


@transaction.atomic
def recount_for_closure(*, user: User, days: Iterable[date]) -> int:
    """Counts anew every running deadline that ends on one of the days or was moved off it; how many moved.

    The rest is left alone: a closure in the midst of a period changes nothing. Source: 行政程序法 §48 IV.
    """
    if not is_secretariat(user):
        raise NotAllowed
    moved: set[int] = set()
    number = 0
    for deadline in _touched(set(days)):
        before = deadline.due_on
        if recount(deadline).due_on != before:
            number += 1
            moved.add(deadline.case.pk)
    for case in Proposal.objects.filter(pk__in=moved):
        update_latest_overall(case)
    return number


def _touched(days: set[date]) -> list[Deadline]:
    """Those whose last day is one of the days or was shifted over it, and those that hang on a lead's."""
    rows = Deadline.objects.unsettled().select_related(
        "proposal__organisation", "referral__ministry", "referral__proposal", "question__referral__proposal"
    )
    return [row for row in rows if any(row.raw_last_on <= day <= _reach(row) for day in days)]


def _reach(deadline: Deadline) -> date:
    """A supporting body's date hangs on the lead's, some weeks later."""
    return deadline.due_on + LEAD_FOLLOWS if deadline.kind == Kind.SUPPORT else deadline.due_on
