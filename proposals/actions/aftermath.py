"""After the answer: the proposer rates it, or asks once to be looked at again; the group reopens a case."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.refusals import Refused
from proposals.deadlines import Period, Unit, due
from proposals.ledger import Owner
from proposals.models import (
    Answer,
    AnswerRating,
    Deadline,
    DeadlinePolicy,
    Proposal,
    Reconsideration,
    Referral,
    SecondLook,
    TimelineNote,
)
from proposals.models.deadlines import Kind
from proposals.models.timeline import Visibility
from proposals.permissions import triage_side
from proposals.states import Outcome, Party, ProposalState, ReferralState

from .notices import notify_ministry, notify_proposer, notify_triage
from .proposer import close_proposal
from .record import check_step, lock, record
from .timing import assumed_receipt, office_calendar, open_deadline, settle_kinds, update_latest_overall

REOPENED_WITHIN = Period(1, Unit.YEAR)
LOWEST, HIGHEST = 1, 5


@transaction.atomic
def rate_answer(
    *, user: User, proposal: Proposal, usefulness: int, answered: str, text: str = ""
) -> AnswerRating:
    """The proposer's word on the answers of this round, once. The text is for ministries and secretariat."""
    case = lock(proposal)
    check_step(case, "rate", user)
    if not LOWEST <= usefulness <= HIGHEST or answered not in AnswerRating.Answered.values:
        raise Refused(_("Say how useful the answer is, from 1 to 5, and whether it answers your question."))
    if AnswerRating.objects.filter(proposal=case, round=case.round).exists():
        raise Refused(_("These answers have been rated already. A rating stands as it was given."))
    rating = AnswerRating.objects.create(
        proposal=case,
        round=case.round,
        usefulness=usefulness,
        answered=answered,
        text=text.strip(),
        rated_at=clock.now(),
        rated_by=user,
    )
    record(
        case,
        "rated",
        role=Party.PROPOSER,
        actor=user,
        body=case.lead,
        visibility=Visibility.PARTIES,
    )
    return rating


@transaction.atomic
def rate_and_close(
    *, user: User, proposal: Proposal, usefulness: int | None, answered: str, text: str = ""
) -> Proposal:
    """Accepts the answer, with a word on it where the proposer gives one."""
    if usefulness is not None or answered:
        rate_answer(user=user, proposal=proposal, usefulness=usefulness or 0, answered=answered, text=text)
    return close_proposal(user=user, proposal=proposal)


@transaction.atomic
def ask_reconsideration(
    *, user: User, proposal: Proposal, asks: Collection[int], reason: str
) -> Reconsideration:
    """再議, once for a case: the bodies that answered these asks answer them anew, in a period of its own.

    `asks` are primary keys. The first answers stay as they are, beside the new ones. The total time runs on.
    """
    case = lock(proposal)
    check_step(case, "reconsider", user)
    if Reconsideration.objects.filter(proposal=case).exists():
        raise Refused(_("This case has been reconsidered once; a second time is not possible."))
    if not Deadline.objects.unsettled().filter(proposal=case, kind=Kind.CLOSING, due_on__gte=clock.today()):
        raise Refused(_("The time in which reconsideration can be asked is over."))
    named = list(case.asks.filter(pk__in=asks))
    if not named or len(named) != len(set(asks)):
        raise Refused(_("Choose the asks whose answers are to be reconsidered."))
    if not reason.strip():
        raise Refused(_("Write why the answers should be reconsidered."))
    bodies = _bodies_that_answered(case, [ask.pk for ask in named])
    settle_kinds(Kind.CLOSING, proposal=case)
    case.state = ProposalState.REFERRED
    case.round += 1
    case.save()
    again = Reconsideration.objects.create(
        proposal=case, round=case.round, reason=reason.strip(), asked_at=clock.now(), asked_by=user
    )
    again.asks.set(named)
    entry = record(
        case,
        "reconsideration_asked",
        role=Party.PROPOSER,
        actor=user,
        body=case.lead,
        turn=Owner.ALLIANCE,
        text=again.reason,
        asks=[ask.number for ask in named],
    )
    start = assumed_receipt(clock.today())
    for body, part in bodies.items():
        referral = Referral.objects.create(
            proposal=case, ministry=body, part=part, round=case.round, sent_at=clock.now()
        )
        open_deadline(Kind.RECONSIDERATION, referral=referral, counted_from=start)
        notify_ministry(entry, "reconsideration_asked", referral, asks=named, reason=again.reason)
    update_latest_overall(case)
    notify_triage(entry, "reconsideration_told", asks=named, reason=again.reason)
    return again


def _bodies_that_answered(case: Proposal, asks: list[int]) -> dict[Organisation, str]:
    """The lead, and the supporting bodies that had something to say to these asks; or their successors."""
    rows = Referral.objects.filter(proposal=case, round=case.round, state=ReferralState.ANSWERED)
    said = Answer.objects.filter(referral=OuterRef("pk"), ask__in=asks).exclude(outcome=Outcome.NO_COMMENT)
    found: dict[Organisation, str] = {}
    for row in rows.filter(Exists(said)).select_related("ministry__successor").order_by("part", "pk"):
        body = row.ministry
        if body.valid_to and body.valid_to <= clock.today() and body.successor:
            body = body.successor
        found.setdefault(body, row.part)
    return found


@transaction.atomic
def ask_second_look(*, user: User, proposal: Proposal, reason: str) -> SecondLook:
    """A declined case is screened anew, once, by somebody who did not decline it; their decision is final."""
    case = lock(proposal)
    check_step(case, "second_look", user)
    if SecondLook.objects.filter(proposal=case).exists():
        raise Refused(_("This case has had its second look; the decision is final."))
    until = second_look_until(case)
    if until is None or until < clock.today():
        raise Refused(_("The time in which a second look can be asked is over."))
    if not reason.strip():
        raise Refused(_("Write why the decision should be looked at again."))
    look = SecondLook.objects.create(
        proposal=case,
        reason=reason.strip(),
        declined_by=_decliner_of(case),
        asked_at=clock.now(),
        asked_by=user,
    )
    case.state = ProposalState.SCREENING
    case.decline_reason = ""
    case.ended_at = None
    case.save()
    entry = record(
        case,
        "second_look_asked",
        role=Party.PROPOSER,
        actor=user,
        body=case.lead,
        turn=Owner.ALLIANCE,
        text=look.reason,
        visibility=Visibility.PARTIES,
    )
    deadline = open_deadline(Kind.SCREENING, proposal=case, counted_from=clock.today())
    update_latest_overall(case)
    notify_triage(entry, "second_look_asked", deadline=deadline, reason=look.reason)
    return look


def second_look_until(case: Proposal) -> date | None:
    """The last day on which a second look can be asked: the period for objections, from the decision on."""
    if case.ended_at is None:
        return None
    declined_on = clock.local_date(case.ended_at)
    policy = DeadlinePolicy.objects.for_step(Kind.CLOSING, case.group, declined_on)
    return due(declined_on, policy.period, office_calendar(declined_on)).last_day


def _decliner_of(case: Proposal) -> User | None:
    notes = TimelineNote.objects.filter(entry__proposal=case, entry__kind="declined")
    note = notes.select_related("actor").order_by("entry__happened_at", "entry").last()
    return note.actor if note else None


@transaction.atomic
def reopen_proposal(
    *, user: User, proposal: Proposal, text: str, expected_version: int | None = None
) -> Proposal:
    """Takes a closed case up again within a year, since law or facts have changed; the reason is public.

    It may be referred anew, to the same bodies too. The days on which it was closed are nobody's; its total
    time runs on from what it was.
    """
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "reopen", user)
    if not text.strip():
        raise Refused(_("Write what has changed in law or in fact: it is published."))
    until = reopen_until(case)
    if until is None or until < clock.today():
        raise Refused(_("A case can be reopened within a year of its end. Make a new proposal instead."))
    case.state = ProposalState.DISCUSSION
    case.ended_at = None
    case.round += 1
    case.save()
    entry = record(
        case, "reopened", role=triage_side(user, case), actor=user, turn=Owner.ALLIANCE, text=text.strip()
    )
    deadline = open_deadline(Kind.DISCUSSION, proposal=case, counted_from=clock.today())
    update_latest_overall(case)
    notify_proposer(entry, "reopened", deadline=deadline, text=text.strip())
    return case


def reopen_until(case: Proposal) -> date | None:
    """The last day on which a closed case can be reopened."""
    if case.ended_at is None:
        return None
    ended_on = clock.local_date(case.ended_at)
    return due(ended_on, REOPENED_WITHIN, office_calendar(ended_on)).last_day


@transaction.atomic
def close_again(
    *, user: User, proposal: Proposal, text: str, expected_version: int | None = None
) -> Proposal:
    """Takes a reopening back: nothing is asked anew after all. The answers stand; the reason is public."""
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "close_again", user)
    if not text.strip():
        raise Refused(_("Write why nothing is to be asked anew: it is published."))
    case.state = ProposalState.CLOSED
    case.ended_at = clock.now()
    case.save()
    settle_kinds(Kind.DISCUSSION, proposal=case)
    update_latest_overall(case)
    entry = record(
        case,
        "closed_again",
        role=triage_side(user, case),
        actor=user,
        turn=Owner.NOBODY,
        text=text.strip(),
    )
    notify_proposer(entry, "closed_again", text=text.strip())
    return case
