"""後續辦理事項: what a ministry promised in an answer, and what it reports of it. All of it is public."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.refusals import NotAllowed, Refused
from members.said import day
from proposals.ledger import Owner
from proposals.models import Answer, Deadline, FollowUp, FollowUpStep, Milestone, Proposal, Referral
from proposals.models.follow_ups import OUT_OF_HAND
from proposals.models.timeline import TimelineEntry
from proposals.permissions import can_take_follow_up_step
from proposals.states import FOLLOW_UP_STEPS, PROMISES, Outcome, Party, ProposalState

from .notices import notify_proposer
from .record import lock, record
from .timing import plan_follow_up, settle

Step = FollowUpStep.Kind
STATUTORY = (Outcome.RULE_CHANGE, Outcome.STATUTE_CHANGE)


def follow_promises(
    referral: Referral, answers: Iterable[Answer], user: User, body: Organisation | None = None
) -> list[FollowUp]:
    """Of each published answer that promises a next step with a day: the item, with its clock.

    It is the promise of the body that answered, or of `body`, which answers in its place.
    Of a promise that an earlier round made for the same ask, and that is still open, none is made twice.
    The caller holds the case's lock.
    """
    ministry = body or referral.ministry
    kept = set(
        FollowUp.objects.open()
        .filter(proposal=referral.proposal, ministry=ministry)
        .values_list("ask", flat=True)
    )
    made = []
    for answer in answers:
        if answer.outcome not in PROMISES or answer.next_on is None or answer.ask_id in kept:
            continue
        item = FollowUp.objects.create(
            proposal=referral.proposal,
            referral=referral,
            ministry=ministry,
            ask=answer.ask,
            outcome=answer.outcome,
            title=answer.next_step.strip() or str(Outcome(answer.outcome).label),
            planned_on=answer.next_on,
            milestone=Milestone.STUDY if answer.outcome in STATUTORY else "",
            created_at=clock.now(),
        )
        plan_follow_up(item)
        made.append(item)
    if made:
        record(
            referral.proposal,
            "promised",
            role=Party.MINISTRY,
            actor=user,
            referral=referral,
            body=ministry,
            follow_ups=[item.pk for item in made],
            asks=sorted(item.ask.number for item in made),
        )
    return made


@transaction.atomic
def report_progress(
    *,
    user: User,
    follow_up: FollowUp,
    milestone: str = "",
    text: str = "",
    url: str = "",
    planned_on: date | None = None,
) -> FollowUpStep:
    """A milestone, or words of what happened. With the Legislative Yuan the ministry's clock ends.

    A matter that comes back from there to the ministry (屆期不續審) is planned anew, with a day to come.
    """
    item = _locked(user, follow_up, "report")
    if milestone and milestone not in item.track:
        raise Refused(_("This milestone does not belong to the item: choose one of its track."))
    if not (milestone and milestone != item.milestone) and not text.strip():
        raise Refused(_("Choose the milestone that was reached, or write what has happened."))
    comes_back = bool(milestone) and item.milestone in OUT_OF_HAND and milestone not in OUT_OF_HAND
    if _is_before(milestone, item.milestone) and not text.strip():
        raise Refused(_("The matter goes back to an earlier milestone: write why."))
    if comes_back and (planned_on is None or planned_on <= clock.today()):
        raise Refused(_("The matter is in your hands again: name the day for which it is planned now."))
    old_planned_on = item.planned_on
    item.milestone = milestone or item.milestone
    if comes_back and planned_on:
        item.planned_on = planned_on
    item.save()
    if comes_back:
        plan_follow_up(item)
    elif item.milestone in OUT_OF_HAND:
        settle(Deadline.objects.unsettled().filter(follow_up=item))
    return _report(
        item,
        user,
        Step.PROGRESS,
        text=text,
        url=url,
        milestone=item.milestone if milestone else "",
        old_planned_on=old_planned_on if comes_back else None,
        new_planned_on=item.planned_on if comes_back else None,
    )


def _is_before(milestone: str, other: str) -> bool:
    order = Milestone.values
    return bool(milestone and other) and order.index(milestone) < order.index(other)


@transaction.atomic
def revise_follow_up(*, user: User, follow_up: FollowUp, planned_on: date, text: str) -> FollowUpStep:
    """Another planned day, with a reason, before the old one has passed; what was promised stays readable."""
    item = _locked(user, follow_up, "revise")
    today = clock.today()
    if item.milestone in OUT_OF_HAND:
        raise Refused(_("The matter is no longer in your hands: there is no day of yours to revise."))
    if item.planned_on < today:
        raise Refused(
            _(
                "The planned day (%(day)s) has passed: it could be revised until then only. "
                "Report what has happened; the item stays overdue until it is done or dropped."
            )
            % {"day": day(item.planned_on, "year")}
        )
    if planned_on <= today or planned_on == item.planned_on:
        raise Refused(_("Name another day to come."))
    if not text.strip():
        raise Refused(_("A planned day is revised with a reason: write it."))
    old = item.planned_on
    item.planned_on = planned_on
    item.save()
    plan_follow_up(item)
    return _report(item, user, Step.REVISED, text=text, old_planned_on=old, new_planned_on=planned_on)


@transaction.atomic
def finish_follow_up(*, user: User, follow_up: FollowUp, text: str = "", url: str = "") -> FollowUpStep:
    """Done, with the evidence in words or as a link. The last one closes a case that is in follow-up."""
    item = _locked(user, follow_up, "done")
    if not text.strip() and not url.strip():
        raise Refused(_("Say where it can be seen that it is done: in words, or with a link."))
    return _settled(item, user, FollowUp.State.DONE, Step.DONE, text=text, url=url)


@transaction.atomic
def drop_follow_up(*, user: User, follow_up: FollowUp, text: str) -> FollowUpStep:
    """The promise is given up, with a public reason."""
    item = _locked(user, follow_up, "drop")
    if not text.strip():
        raise Refused(_("Write why what was promised is not done."))
    return _settled(item, user, FollowUp.State.DROPPED, Step.DROPPED, text=text)


def _locked(user: User, follow_up: FollowUp, step: str) -> FollowUp:
    """The item, locked after its case; raises Refused or NotAllowed where the step is not open."""
    lock(follow_up.proposal)
    item = (
        FollowUp.objects.select_for_update(of=("self",))
        .select_related("proposal__group", "ministry", "referral__ministry", "ask")
        .get(pk=follow_up.pk)
    )
    if item.state not in FOLLOW_UP_STEPS[step].sources:
        raise Refused(
            _("“%(step)s” is not possible: the item is now “%(state)s”. Nothing was changed.")
            % {"step": FOLLOW_UP_STEPS[step].label, "state": item.get_state_display()}
        )
    if not can_take_follow_up_step(user, item, step):
        raise NotAllowed
    return item


def _settled(item: FollowUp, user: User, state: str, kind: str, *, text: str, url: str = "") -> FollowUpStep:
    item.state = state
    item.settled_at = clock.now()
    item.save()
    settle(Deadline.objects.unsettled().filter(follow_up=item))
    step = _report(item, user, kind, text=text, url=url)
    _close_with_the_last(item.proposal)
    return step


def _report(
    item: FollowUp,
    user: User,
    kind: str,
    *,
    text: str,
    url: str = "",
    milestone: str = "",
    old_planned_on: date | None = None,
    new_planned_on: date | None = None,
) -> FollowUpStep:
    step = FollowUpStep.objects.create(
        follow_up=item,
        kind=kind,
        milestone=milestone,
        text=text.strip(),
        url=url.strip(),
        old_planned_on=old_planned_on,
        new_planned_on=new_planned_on,
        reported_at=clock.now(),
        reported_by=user,
    )
    entry = record(
        item.proposal,
        f"follow_up_{kind}",
        role=Party.MINISTRY,
        actor=user,
        referral=item.referral,
        body=item.ministry,
        text=step.text,
        follow_up=item.pk,
        ask=item.ask.number,
        milestone=milestone,
        url=step.url,
        old_due_on=old_planned_on.isoformat() if old_planned_on else None,
        new_due_on=new_planned_on.isoformat() if new_planned_on else None,
    )
    _tell(entry, item, step)
    return step


def _tell(entry: TimelineEntry, item: FollowUp, step: FollowUpStep) -> None:
    notify_proposer(entry, "follow_up", item=item, step=step, ministry=item.ministry)


def _close_with_the_last(proposal: Proposal) -> None:
    """A case in follow-up has come to its end when nothing that was promised is open any more."""
    case = Proposal.objects.get(pk=proposal.pk)
    if case.state != ProposalState.FOLLOW_UP or case.follow_ups.open().exists():
        return
    case.state = ProposalState.CLOSED
    case.ended_at = clock.now()
    case.save()
    entry = record(case, "closed", role=Party.CLOCK, turn=Owner.NOBODY)
    notify_proposer(entry, "closed_after_follow_up")
