"""One part of a case, or one promise, passes from a body to another: with its clock, and ten days to begin.

So do invitations to comment, which have no clock, and the rules by which cases find their body.

Only `reorganisation` calls this; it holds the locks, and has checked who may.
"""

from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from members import clock
from members.models import Organisation, User
from members.models.people import secretariat
from proposals.ledger import HANDED_OVER
from proposals.models import (
    Consultation,
    Deadline,
    FollowUp,
    FollowUpStep,
    Handover,
    Question,
    Referral,
    Reorganisation,
    RoutingRule,
    formerly,
)
from proposals.models.deadlines import ANSWERS
from proposals.models.timeline import TimelineEntry, Visibility
from proposals.states import OPEN_REFERRAL, Party, ReferralState
from proposals.workdays import add_workdays

from .notices import liaisons_of, notify, notify_ministry, notify_proposer, notify_triage
from .pauses import end_with_its_clock, holder_of
from .record import record
from .timing import assumed_receipt, if_resumed, office_calendar, plan_follow_up, recount, settle

LEAST_WORKDAYS = 10
"""What whoever takes a matter over has at least, whatever was left of the period."""


@dataclass(frozen=True)
class Paper:
    """The act by which something passes, and who applies it."""

    act: Reorganisation
    user: User

    def says(self, giver: Organisation, taker: Organisation) -> dict[str, Any]:
        """What the timeline keeps: the names of both as they are today, whatever they are called later."""
        return {
            "document": self.act.document_number,
            "effective_on": self.act.effective_on.isoformat(),
            "from": giver.pk,
            "to": taker.pk,
            "from_body": vars(giver.named),
            "to_body": vars(taker.named),
        }


def earliest_due(today: date) -> date:
    """The first day on which something that passes today may be due."""
    return add_workdays(today, LEAST_WORKDAYS, office_calendar(today))


def hand_over_referral(paper: Paper, referral: Referral, taker: Organisation) -> None:
    """The part becomes the other body's as it stands; a body that takes part already joins both into one.

    A sign-off or approval of the body before is not that of the body after: it is taken back.
    """
    giver = referral.ministry
    if taker == giver:
        return
    same = Referral.objects.active().filter(proposal=referral.proposal, round=referral.round)
    beside = same.filter(ministry=taker).exclude(pk=referral.pk).order_by("part", "pk").first()
    if beside is not None and not referral.is_lead:
        _join(paper, referral, into=beside, taker=taker)
        return
    if beside is not None and beside.state in OPEN_REFERRAL:
        _join(paper, beside, into=referral, taker=taker)
    answer = Deadline.objects.unsettled().filter(referral=referral, kind__in=ANSWERS).get()
    old_due_on = answer.due_on
    holder = holder_of(referral.proposal) if referral.is_lead else None
    referral.ministry = taker
    referral.sign_off_since = referral.approved_on = referral.drafts_shared_at = None
    referral.document_number = ""
    referral.save()
    _move_dates(referral)
    answer.refresh_from_db()
    booked = _days_booked(referral, answer, old_due_on)
    referral.former_bodies = formerly.left(referral.former_bodies, giver, clock.now(), booked)
    referral.save()
    moved: dict[str, Any] = {"old_due_on": old_due_on.isoformat(), "new_due_on": answer.due_on.isoformat()}
    has_moved = answer.due_on != old_due_on
    entry = record(
        referral.proposal,
        HANDED_OVER,
        role=Party.SECRETARIAT,
        actor=paper.user,
        referral=referral,
        turn=holder,
        booked=booked,
        **paper.says(giver, taker),
        **(moved if has_moved else {}),
    )
    Handover.objects.create(
        reorganisation=paper.act,
        referral=referral,
        from_body=giver,
        to_body=taker,
        old_due_on=old_due_on,
        new_due_on=answer.due_on,
        booked_days=booked,
    )
    _tell(
        entry,
        referral,
        taker,
        giver=giver,
        act=paper.act,
        new_due_on=answer.due_on,
        old_due_on=old_due_on if has_moved else None,
    )


def hand_over_follow_up(paper: Paper, item: FollowUp, taker: Organisation) -> None:
    """The promise becomes the other body's; a planned day too near, or past, moves with the reason."""
    giver, old = item.ministry, item.planned_on
    if taker == giver:
        return
    least = earliest_due(clock.today())
    item.ministry = taker
    has_moved = not item.is_out_of_hand and old < least
    item.planned_on = least if has_moved else old
    item.save()
    if has_moved:
        plan_follow_up(item)
        FollowUpStep.objects.create(
            follow_up=item,
            kind=FollowUpStep.Kind.REVISED,
            text=f"組織調整／Reorganisation（{paper.act.document_number}）",
            old_planned_on=old,
            new_planned_on=least,
            reported_at=clock.now(),
            reported_by=None,
        )
    dates = {"old_due_on": old.isoformat(), "new_due_on": least.isoformat()}
    moved: dict[str, Any] = dates if has_moved else {}
    entry = record(
        item.proposal,
        HANDED_OVER,
        role=Party.SECRETARIAT,
        actor=paper.user,
        referral=item.referral,
        cause="follow_up",
        follow_up=item.pk,
        booked=0,
        **paper.says(giver, taker),
        **moved,
    )
    Handover.objects.create(
        reorganisation=paper.act,
        follow_up=item,
        from_body=giver,
        to_body=taker,
        old_due_on=old,
        new_due_on=item.planned_on,
        booked_days=(item.planned_on - old).days,
    )
    _tell(
        entry,
        item.referral,
        taker,
        giver=giver,
        act=paper.act,
        item=item,
        new_due_on=item.planned_on,
        old_due_on=old if has_moved else None,
    )


def hand_over_invitation(paper: Paper, row: Consultation, taker: Organisation) -> None:
    """The other body is invited in its place; of one that is invited already the own invitation stands."""
    giver = row.ministry
    if taker == giver:
        return
    if row.proposal.consultations.filter(ministry=taker).exists():
        row.declined_at = clock.now()
    else:
        row.ministry = taker
    row.save()
    entry = record(
        row.proposal,
        HANDED_OVER,
        role=Party.SECRETARIAT,
        actor=paper.user,
        visibility=Visibility.PUBLIC if row.proposal.accepted_at else Visibility.PARTIES,
        cause="invitation",
        booked=0,
        **paper.says(giver, taker),
    )
    Handover.objects.create(reorganisation=paper.act, consultation=row, from_body=giver, to_body=taker)
    if row.ministry == taker:
        recipients = liaisons_of(taker) or secretariat()
        notify(entry, "invited", recipients, {"consultation": row}, copies=[taker.mailbox])


def hand_over_rule(rule: RoutingRule, taker: Organisation) -> None:
    """The rule ends today, and one for the other body begins; none where such a rule stands already."""
    if taker == rule.body:
        return
    begins, ends = max(clock.today(), rule.valid_from), rule.valid_to
    rule.valid_to = begins
    rule.save()
    same = RoutingRule.objects.standing().filter(law=rule.law, domain=rule.domain, body=taker)
    if not same.exists():
        RoutingRule.objects.create(
            law=rule.law,
            domain=rule.domain,
            body=taker,
            part=rule.part,
            reason_zh=rule.reason_zh,
            reason_en=rule.reason_en,
            valid_from=begins,
            valid_to=ends,
        )


def _move_dates(referral: Referral) -> None:
    """Each running date of the part: ten working days at least; not received yet, it is counted from anew."""
    today = clock.today()
    least = earliest_due(today)
    rows = Deadline.objects.unsettled().filter(referral=referral)
    for deadline in rows.select_related("referral__ministry", "referral__proposal", "policy"):
        if referral.received_on is None:
            deadline.counted_from = max(deadline.counted_from, assumed_receipt(today))
        while (missing := (least - if_resumed(deadline)).days) > 0:
            deadline.booked_days += missing
        recount(deadline)
    referral.refresh_from_db(fields=["due_on", "very_overdue_on", "is_paused"])


def _days_booked(referral: Referral, answer: Deadline, old_due_on: date) -> int:
    """How many days of the body that takes over belong to the reorganisation: those by which its date moved.

    Days on which the body before it was late are not among them: they stay that body's.
    """
    if referral.received_on is None:
        return 0
    return max(0, (answer.due_on - max(old_due_on, clock.today())).days) if answer.booked_days else 0


def _join(paper: Paper, referral: Referral, *, into: Referral, taker: Organisation) -> None:
    """One body with two parts in a case goes on with one: the other is released, and what it asked lapses."""
    giver = referral.ministry
    end_with_its_clock(referral.proposal, referral=referral)
    if referral.state == ReferralState.WAITING:
        Question.objects.filter(referral=referral, replied_at__isnull=True, lapsed_at__isnull=True).update(
            lapsed_at=clock.now()
        )
    referral.pauses.open().update(ends_on=clock.today())
    referral.state = ReferralState.CANCELLED
    referral.save()
    settle(Deadline.objects.unsettled().filter(referral=referral))
    settle(Deadline.objects.unsettled().filter(question__referral=referral))
    entry = record(
        referral.proposal,
        HANDED_OVER,
        role=Party.SECRETARIAT,
        actor=paper.user,
        referral=referral,
        cause="joined",
        booked=0,
        **paper.says(giver, taker),
    )
    if giver != taker:
        Handover.objects.create(reorganisation=paper.act, referral=referral, from_body=giver, to_body=taker)
        notify_ministry(entry, "handed_over", into, giver=giver, taker=taker, act=paper.act, is_joined=True)


def _tell(entry: TimelineEntry, referral: Referral, taker: Organisation, **context: object) -> None:
    """The contacts of whoever takes it over, the proposer and the group."""
    to_taker = copy(referral)
    to_taker.ministry = taker
    notify_ministry(entry, "handed_over", to_taker, taker=taker, **context)
    notify_proposer(entry, "handed_over_proposer", taker=taker, **context)
    notify_triage(entry, "handed_over_triage", taker=taker, **context)
