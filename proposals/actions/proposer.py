"""What the proposer does after submitting, and what the clock does when the proposer stays silent."""

from datetime import date, datetime, time, timedelta
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.ledger import Owner
from proposals.models import Deadline, Proposal, Question, Referral, RestrictedPart
from proposals.models.deadlines import DeadlineQuerySet, Kind
from proposals.models.timeline import Visibility
from proposals.permissions import leads
from proposals.states import Party, PauseCause, ProposalState, ReferralState

from .merging import tell_joined
from .notices import notify_ministry, notify_proposer, notify_triage
from .pauses import end_with_its_clock
from .record import check_referral_step, check_step, lock, lock_referral, record
from .restricted import write_part
from .timing import (
    REPEATED,
    if_prolonged,
    limit_of,
    recount,
    resume,
    settle,
    settle_all,
    settle_kinds,
    update_latest_overall,
)
from .triage import take_up_again

LAPSED = {
    Question.Kind.QUESTION: ("question_lapsed", "question_lapsed", "question_lapsed_proposer"),
    Question.Kind.SECRECY: ("secrecy_check_lapsed", "secrecy_check_over", "secrecy_check_lapsed"),
}
"""What the timeline, the ministry and the proposer are told of a period that has passed."""


@transaction.atomic
def send_information(*, user: User, proposal: Proposal, text: str) -> Proposal:
    """Answers the group's request; the alliance's clock runs on. The text is for the parties only."""
    case = lock(proposal)
    check_step(case, "resubmit", user)
    if not text.strip():
        raise Refused(_("Write the information that was asked for."))
    take_up_again(case)
    write = partial(record, case, role=Party.PROPOSER, actor=user, body=case.lead)
    if case.accepted_at:
        entry = write("information_sent", turn=Owner.ALLIANCE)
        write("information_text", text=text, visibility=Visibility.PARTIES)
    else:
        entry = write("information_sent", turn=Owner.ALLIANCE, text=text, visibility=Visibility.PARTIES)
    notify_triage(entry, "information_sent", text=text)
    return case


@transaction.atomic
def reply_to_question(*, user: User, question: Question, text: str, restricted: str = "") -> Question:
    """Replies to a ministry; its clock runs on, each date moved by the days that the reply took.

    `restricted` stands beside the public reply, for those alone who read the case's restricted text.
    """
    referral = lock_referral(question.referral)
    question = Question.objects.select_for_update().get(pk=question.pk)
    if not leads(user, referral.proposal):
        raise NotAllowed
    if not question.is_open or question.is_secrecy_check:
        raise Refused(_("This question is closed: it has been answered, or its period has passed."))
    check_referral_step(referral, "reply", user)
    if not text.strip():
        raise Refused(
            _("Write the reply before you send it: it is public, a restricted part can only stand beside it.")
        )
    question.reply = text
    question.replied_at = clock.now()
    question.replied_by = user
    question.save()
    side = RestrictedPart.Side.REPLY
    has_part = write_part(referral.proposal, question, side, restricted, question.replied_at)
    run_on(referral, question)
    entry = record(
        referral.proposal,
        "question_answered",
        role=Party.PROPOSER,
        actor=user,
        referral=referral,
        body=referral.proposal.lead,
        turn=Owner.MINISTRY if referral.is_lead else None,
        text=text,
    )
    notify_ministry(entry, "question_answered", referral, question=question, has_part=has_part)
    return question


def run_on(referral: Referral, question: Question, on: date | None = None) -> None:
    """Lets the ministry's clock run on. The caller holds the lock, and says what became of the question."""
    referral.state = ReferralState.IN_PROGRESS
    referral.save()
    settle(question.deadlines.all())
    cause = PauseCause.SECRECY if question.is_secrecy_check else PauseCause.QUESTION
    resume(referral.proposal, referral=referral, cause=cause, on=on)
    referral.refresh_from_db(fields=REPEATED)


@transaction.atomic
def prolong_own_period(*, user: User, deadline: Deadline, reason: str = "") -> Deadline:
    """The proposer takes longer to reply or to complete the case: once, by what the period allows.

    Until its last day. No reason is needed; one that is given is read by whoever reads the request.
    """
    if deadline.question:
        referral: Referral | None = lock_referral(deadline.question.referral)
        case = referral.proposal if referral else deadline.case
    else:
        referral, case = None, lock(deadline.case)
    own = _own_deadline(deadline)
    if not leads(user, case):
        raise NotAllowed
    check_prolongation(own)
    if referral is not None:
        check_referral_step(referral, "prolong", user)
    else:
        check_step(case, "prolong", user)
    old_due_on = own.due_on
    own.prolonged_by = limit_of(own)
    recount(own)
    update_latest_overall(case)
    entry = record(
        case,
        "prolonged",
        role=Party.PROPOSER,
        actor=user,
        referral=referral,
        body=case.lead,
        text=reason,
        visibility=Visibility.PUBLIC if case.accepted_at else Visibility.PARTIES,
        old_due_on=old_due_on.isoformat(),
        new_due_on=own.due_on.isoformat(),
    )
    if referral is not None:
        notify_ministry(entry, "prolonged", referral, deadline=own, old_due_on=old_due_on, text=reason)
    else:
        notify_triage(entry, "prolonged", deadline=own, old_due_on=old_due_on, text=reason)
    return own


def _own_deadline(deadline: Deadline) -> Deadline:
    rows = Deadline.objects.select_for_update(of=("self",)).select_related(
        "policy",
        "proposal__organisation",
        "proposal__taken_over_by",
        "question__referral__proposal__organisation",
        "question__referral__proposal__taken_over_by",
    )
    return rows.get(pk=deadline.pk)


def check_prolongation(deadline: Deadline) -> date:
    """The last day that a prolongation gives; raises Refused, with the reason, where there is none."""
    by = limit_of(deadline)
    if deadline.kind not in (Kind.REPLY, Kind.INFORMATION) or by is None:
        raise Refused(_("This period cannot be prolonged."))
    if deadline.settled_at is not None:
        raise Refused(_("This period is over: it has been dealt with. Nothing was changed."))
    if deadline.prolonged_by:
        raise Refused(_("You have prolonged this period once; it cannot be prolonged again."))
    if deadline.due_on < clock.today():
        raise Refused(_("The period has passed; it could be prolonged until its last day only."))
    until = if_prolonged(deadline, by)
    if until <= deadline.due_on:
        raise Refused(_("A prolongation would not move the last day."))
    return until


@transaction.atomic
def withdraw_proposal(*, user: User, proposal: Proposal, text: str = "") -> Proposal:
    """Ends the case at the proposer's wish, at any time before it is answered; referrals are cancelled."""
    case = lock(proposal)
    check_step(case, "withdraw", user)
    return _withdraw(case, user, text, reason="proposer")


def _withdraw(case: Proposal, user: User | None, text: str, *, reason: str) -> Proposal:
    case.state = ProposalState.WITHDRAWN
    case.ended_at = clock.now()
    case.save()
    end_with_its_clock(case)
    referrals = cancel_referrals(case)
    settle_all(case)
    update_latest_overall(case)
    entry = record(
        case,
        "withdrawn" if user else "lapsed",
        role=Party.PROPOSER if user else Party.CLOCK,
        actor=user,
        body=case.lead,
        text=text,
        visibility=Visibility.PARTIES,
        reason=reason,
    )
    merged = list(case.merged_cases.values_list("number", flat=True))
    notify_triage(entry, "withdrawn", merged=merged)
    tell_joined(entry)
    for referral in referrals:
        notify_ministry(entry, "withdrawn", referral)
    if user is None:
        notify_proposer(entry, "lapsed")
    return case


def cancel_referrals(case: Proposal) -> list[Referral]:
    """Releases every body still at work on a case that ends; what they asked the proposer lapses."""
    referrals = list(
        Referral.objects.select_for_update(of=("self",))
        .open()
        .filter(proposal=case)
        .select_related("ministry")
    )
    for referral in referrals:
        if referral.state == ReferralState.WAITING:
            Question.objects.filter(
                referral=referral, replied_at__isnull=True, lapsed_at__isnull=True
            ).update(lapsed_at=clock.now())
        referral.state = ReferralState.CANCELLED
        referral.save()
    return referrals


@transaction.atomic
def close_proposal(*, user: User | None, proposal: Proposal) -> Proposal:
    """Accepts the answer and closes the case; the clock does it when the period for objections is over.

    While something promised is open the case is in follow-up instead, and closes with the last of it.
    A supporting body that has not answered yet stays asked, and its clock runs on.
    """
    case = lock(proposal)
    check_step(case, "close", user)
    if user is None:
        check_passed(case.deadlines.filter(kind=Kind.CLOSING))
    is_promised = case.follow_ups.open().exists()
    case.state = ProposalState.FOLLOW_UP if is_promised else ProposalState.CLOSED
    case.ended_at = None if is_promised else clock.now()
    case.save()
    settle_kinds(Kind.CLOSING, proposal=case)
    record(
        case,
        "in_follow_up" if is_promised else "closed",
        role=Party.PROPOSER if user else Party.CLOCK,
        actor=user,
        body=case.lead if user else None,
        turn=Owner.NOBODY,
    )
    return case


def check_passed(deadlines: DeadlineQuerySet) -> None:
    """Raises Refused unless the period is over: the clock looks again at what it chose before the lock."""
    if not deadlines.unsettled().filter(due_on__lt=clock.today()).exists():
        raise Refused(_("The period is not over."))


@transaction.atomic
def lapse_information(*, proposal: Proposal) -> Proposal:
    """The clock's step: information did not come within its period, the case counts as withdrawn."""
    case = lock(proposal)
    check_step(case, "lapse", None)
    check_passed(case.deadlines.filter(kind=Kind.INFORMATION))
    return _withdraw(case, None, "", reason="lapsed")


@transaction.atomic
def lapse_question(*, question: Question) -> Question:
    """The clock's step: no reply, or no word on secrets, in time; the ministry's clock runs on the day after.

    That day counts however late the clock comes to it, so that an outage moves no date.
    """
    referral = lock_referral(question.referral)
    question = Question.objects.select_for_update().get(pk=question.pk)
    if not question.is_open:
        return question
    check_referral_step(referral, "clear_secrecy" if question.is_secrecy_check else "reply", None)
    check_passed(question.deadlines.all())
    runs_from = question.deadlines.get().due_on + timedelta(days=1)
    question.lapsed_at = clock.now()
    question.save()
    run_on(referral, question, on=runs_from)
    happened, told, told_proposer = LAPSED[Question.Kind(question.kind)]
    entry = record(
        referral.proposal,
        happened,
        role=Party.CLOCK,
        referral=referral,
        body=referral.ministry,
        turn=Owner.MINISTRY if referral.is_lead else None,
        happened_at=datetime.combine(runs_from, time(), clock.TAIPEI),
    )
    notify_ministry(entry, told, referral, question=question)
    notify_proposer(entry, told_proposer, question=question)
    return question
