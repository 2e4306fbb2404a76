"""迴避: an officer stands aside, a proposer asks that one does, the secretariat decides about it.

Whoever stands aside neither triages nor reads restricted text, from that moment on; where nobody is left,
the secretariat triages. The clocks run on: a recusal costs the proposer no day. The public reads which seat
stands aside, never who holds it or why. After articles 32 and 33 of the Administrative Procedure Act.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.models.people import secretariat
from members.refusals import NotAllowed, Refused
from proposals.models import Proposal, Recusal, TimelineEntry
from proposals.models.circles import interested_in
from proposals.models.timeline import Visibility
from proposals.permissions import triage_side
from proposals.states import Party
from workinggroups.models import Seat

from .notices import notify, notify_proposer, notify_triage
from .record import check_step, lock, record

Kind = Recusal.Kind


@transaction.atomic
def declare_interest(
    *, user: User, proposal: Proposal, reason: str, expected_version: int | None = None
) -> Recusal:
    """An officer says to have an interest in the case and takes no part in it any more."""
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "recuse", user)
    seat = seats_that_triage(case, user)
    if not seat:
        raise Refused(_("Only an officer of the group can stand aside; you hold no such seat."))
    if not reason.strip():
        raise Refused(_("Write what your interest in the case is."))
    recusal = Recusal.objects.create(
        proposal=case, user=user, kind=Kind.DECLARED, role=seat[0].role, reason=reason.strip(), made_by=user
    )
    _stands_aside(recusal, role=triage_side(user, case), actor=user)
    return recusal


@transaction.atomic
def request_recusal(*, user: User, proposal: Proposal, seat: Seat, reason: str) -> Recusal:
    """A proposer asks that whoever holds a seat takes no part in its case; once for each officer."""
    case = lock(proposal)
    check_step(case, "request_recusal", user)
    if seat not in seats_that_triage(case):
        raise Refused(_("This seat does not decide on your case, or no longer."))
    if interested_in(case).filter(pk=seat.user_id).exists():
        raise Refused(_("Whoever holds this seat takes no part in your case already."))
    if case.recusals.filter(user=seat.user_id, kind=Kind.REQUESTED).exists():
        raise Refused(_("You have asked this before; it is asked once for each officer."))
    if not reason.strip():
        raise Refused(_("Write the facts from which a bias is to be feared."))
    recusal = Recusal.objects.create(
        proposal=case,
        user=seat.user,
        kind=Kind.REQUESTED,
        role=seat.role,
        reason=reason.strip(),
        made_by=user,
    )
    entry = record(
        case,
        "recusal_requested",
        role=Party.PROPOSER,
        actor=user,
        body=case.lead,
        visibility=Visibility.PARTIES,
    )
    notify(entry, "recusal_requested", secretariat() | _alone(seat.user), {"recusal": recusal})
    return recusal


@transaction.atomic
def decide_recusal(*, user: User, recusal: Recusal, is_granted: bool, reason: str) -> Recusal:
    """The secretariat grants or refuses a request, with a reason that proposer and officer read."""
    case, row = _locked(recusal)
    check_step(case, "decide_recusal", user)
    if row.kind != Kind.REQUESTED or row.decided_at is not None:
        raise Refused(_("This request has been decided already. Nothing was changed."))
    if user.pk == row.user_id:
        raise NotAllowed
    if not reason.strip():
        raise Refused(_("Write the reason of the decision: proposer and officer read it."))
    row.decided_at, row.decided_by = clock.now(), user
    row.is_granted, row.decision = is_granted, reason.strip()
    row.save()
    if is_granted:
        entry = _stands_aside(row, role=Party.SECRETARIAT, actor=user)
    else:
        entry = record(
            case, "recusal_refused", role=Party.SECRETARIAT, actor=user, visibility=Visibility.PARTIES
        )
    notify_proposer(entry, "recusal_decided", recusal=row)
    notify(entry, "recusal_decided", _alone(row.user), {"recusal": row})
    return row


@transaction.atomic
def end_recusal(*, user: User, recusal: Recusal) -> Recusal:
    """The interest has ended, or was declared by mistake: from now on the officer takes part again."""
    case, row = _locked(recusal)
    check_step(case, "end_recusal", user)
    if not row.is_in_force:
        raise Refused(_("This recusal has ended already. Nothing was changed."))
    if user.pk == row.user_id:
        raise NotAllowed
    row.ended_at, row.ended_by = clock.now(), user
    row.save()
    record(case, "recusal_ended", role=Party.SECRETARIAT, actor=user, cause=row.role)
    return row


def seats_that_triage(case: Proposal, user: User | None = None) -> Sequence[Seat]:
    """The seats that decide on the case today; of one officer, where one is named."""
    seats = Seat.objects.current().filter(group=case.group_id, role__in=Seat.TRIAGING, user__is_active=True)
    seats = seats.filter(user=user) if user else seats
    return list(seats.select_related("user", "group").order_by("role", "starts_on", "pk"))


def _stands_aside(recusal: Recusal, *, role: Party, actor: User) -> TimelineEntry:
    entry = record(recusal.proposal, "recused", role=role, actor=actor, cause=recusal.role)
    notify_triage(entry, "recused")
    return entry


def _locked(recusal: Recusal) -> tuple[Proposal, Recusal]:
    case = lock(recusal.proposal)
    row = Recusal.objects.select_for_update(of=("self",)).select_related("user").get(pk=recusal.pk)
    row.proposal = case
    return case, row


def _alone(user: User) -> QuerySet[User]:
    return User.objects.filter(pk=user.pk, is_active=True)
