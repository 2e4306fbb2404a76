"""What convener, deputy and secretary of a group decide about a case."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.refusals import NotAllowed, Refused
from proposals.ledger import Owner
from proposals.models import Coordination, Deadline, DeadlinePolicy, Proposal, Referral, TriageNote
from proposals.models.deadlines import Kind
from proposals.models.timeline import Visibility
from proposals.permissions import can_triage, triage_side
from proposals.states import (
    DECLINE_REASONS,
    MAX_QUESTIONS,
    ProposalState,
    ReferralState,
)

from .merging import tell_joined
from .notices import notify_associations, notify_ministry, notify_proposer
from .pauses import carry_over, end_with_its_clock
from .record import check_lead, check_step, lock, record
from .timing import (
    REPEATED,
    assumed_receipt,
    open_deadline,
    pause,
    recount,
    resume,
    settle_all,
    settle_kinds,
    update_latest_overall,
)


@transaction.atomic
def accept_proposal(*, user: User, proposal: Proposal, expected_version: int | None = None) -> Proposal:
    """Takes the case up for discussion in the group; from now on it is public."""
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "accept", user)
    case.state = ProposalState.DISCUSSION
    case.accepted_at = clock.now()
    case.save()
    settle_kinds(Kind.SCREENING, proposal=case)
    entry = record(case, "accepted", role=triage_side(user, case), actor=user)
    deadline = open_deadline(Kind.DISCUSSION, proposal=case, counted_from=clock.today())
    update_latest_overall(case)
    notify_proposer(entry, "accepted", deadline=deadline)
    notify_associations(entry)
    return case


@transaction.atomic
def ask_for_information(
    *, user: User, proposal: Proposal, text: str, expected_version: int | None = None
) -> Proposal:
    """Asks the proposer for what is lacking; the alliance's clock stands until it comes. Twice at most.

    Of a case that is public the public reads why; what was asked before that stays with the parties, also
    once the case is public.
    """
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "ask", user)
    if not text.strip():
        raise Refused(_("Write what the proposer should add."))
    check_questions(case)
    case.return_state = case.state
    case.state = ProposalState.NEEDS_INFORMATION
    case.questions_asked += 1
    case.save()
    entry = record(
        case,
        "information_asked",
        role=triage_side(user, case),
        actor=user,
        turn=Owner.PROPOSER,
        text=text,
        visibility=Visibility.PUBLIC if case.accepted_at else Visibility.PARTIES,
    )
    deadline = open_deadline(Kind.INFORMATION, proposal=case, counted_from=clock.today())
    pause(case, reason=text if case.accepted_at else "")
    notify_proposer(entry, "information_asked", deadline=deadline, text=text)
    return case


def check_questions(case: Proposal) -> None:
    """Raises Refused where the proposer has been asked as often as it may be, or is not there any more."""
    check_lead(case)
    if case.questions_asked >= MAX_QUESTIONS:
        raise Refused(
            _(
                "The proposer has been asked for information twice already. "
                "Decide with what there is, or decline."
            )
        )


@transaction.atomic
def resume_proposal(*, user: User, proposal: Proposal, expected_version: int | None = None) -> Proposal:
    """Goes on without the information that was asked for."""
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "resume", user)
    take_up_again(case)
    entry = record(case, "resumed", role=triage_side(user, case), actor=user, turn=Owner.ALLIANCE)
    notify_proposer(entry, "resumed")
    return case


def take_up_again(case: Proposal) -> None:
    """Back to the step from which information was asked; the alliance's clock runs on."""
    case.state = case.return_state or ProposalState.SCREENING
    case.return_state = ""
    case.save()
    settle_kinds(Kind.INFORMATION, proposal=case)
    resume(case)


@transaction.atomic
def decline_proposal(
    *,
    user: User,
    proposal: Proposal,
    reason: str,
    text: str,
    expected_version: int | None = None,
) -> Proposal:
    """Ends the case with a reason from the list and a text for the proposer.

    The public keeps seeing the number, the group and the kind of reason.
    """
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "decline", user)
    if reason not in dict(DECLINE_REASONS):
        raise Refused(_("Choose a reason from the list."))
    if not text.strip():
        raise Refused(_("Write the reason for the proposer in a sentence or two."))
    case.state = ProposalState.DECLINED
    case.decline_reason = reason
    case.ended_at = clock.now()
    case.save()
    end_with_its_clock(case)
    settle_all(case)
    update_latest_overall(case)
    entry = record(
        case,
        "declined",
        role=triage_side(user, case),
        actor=user,
        turn=Owner.PROPOSER,
        text=text,
        visibility=Visibility.PARTIES,
        reason=reason,
    )
    notify_proposer(entry, "declined", text=text)
    tell_joined(entry)
    return case


@transaction.atomic
def refer_proposal(
    *,
    user: User,
    proposal: Proposal,
    lead: Organisation,
    supporting: Sequence[Organisation] = (),
    letter_number: str = "",
    letter_on: date | None = None,
    expected_version: int | None = None,
) -> Proposal:
    """Refers the case to one lead and any supporting bodies; from screening it accepts it as well.

    After a lead's return the same call names the next lead; the total time never restarts. A supporting
    body that becomes the lead keeps its day of receipt, and all that it has drafted and asked.
    """
    case = lock(proposal, expected_version=expected_version)
    again = case.state == ProposalState.REFERRED
    check_step(case, "refer_again" if again else "refer", user)
    active = Referral.objects.active().filter(proposal=case, round=case.round)
    if again and active.filter(part=Referral.Part.LEAD).exists():
        raise Refused(_("The case already has a lead body."))
    if Coordination.objects.open().filter(proposal=case).exists():
        raise Refused(
            _(
                "Competence is disputed. The case goes on by the letter that decides which body is "
                "competent; the secretariat records it."
            )
        )
    check_bodies(case, lead, supporting)
    taking_over = Referral.objects.open().filter(proposal=case, round=case.round, ministry=lead).first()
    case.state = ProposalState.REFERRED
    is_new_to_the_public = case.accepted_at is None
    case.accepted_at = case.accepted_at or clock.now()
    case.save()
    end_with_its_clock(case, referral=None)
    settle_kinds(Kind.SCREENING, Kind.DISCUSSION, proposal=case)
    entry = record(
        case,
        "referred",
        role=triage_side(user, case),
        actor=user,
        turn=turn_of(taking_over) if taking_over else None,
        lead=lead.pk,
        supporting=[body.pk for body in supporting],
        letter=letter_number,
    )
    if taking_over:
        take_over_lead(taking_over)
        notify_ministry(entry, "referred", taking_over)
    parts = [(body, Referral.Part.SUPPORT) for body in supporting]
    for body, part in parts if taking_over else [(lead, Referral.Part.LEAD), *parts]:
        referral = open_referral(case, body, part, letter_number=letter_number, letter_on=letter_on)
        notify_ministry(entry, "referred", referral)
    update_latest_overall(case)
    notify_proposer(entry, "referred_proposer", lead=lead, supporting=list(supporting))
    if not again:
        tell_joined(entry)
    if is_new_to_the_public:
        notify_associations(entry)
    return case


def check_bodies(case: Proposal, lead: Organisation, supporting: Sequence[Organisation]) -> None:
    """Raises Refused for what is no body, is named twice, no longer exists or can no longer be asked."""
    bodies = [lead, *supporting]
    if len({body.pk for body in bodies}) != len(bodies):
        raise Refused(_("A body can be named once only: as lead, or as supporting."))
    shut = {part: shut_bodies(case, part) for part in Referral.Part}
    for body in bodies:
        check_body(body, shut[Referral.Part.LEAD if body == lead else Referral.Part.SUPPORT])


def check_body(body: Organisation, shut: set[int]) -> None:
    """Raises Refused for what is no body, no longer exists or is among those that can no longer be asked."""
    if not body.is_body:
        raise Refused(_("%(name)s is not a government body.") % {"name": body})
    if body.valid_to and body.valid_to <= clock.today():
        raise Refused(
            _("%(name)s no longer exists; its successor is %(successor)s.")
            % {"name": body, "successor": body.successor or "–"}
        )
    if body.pk in shut:
        raise Refused(_("%(name)s has already been asked in this case.") % {"name": body})


def shut_bodies(case: Proposal, part: str) -> set[int]:
    """Primary keys of the bodies that the case can no longer be referred to in a part.

    Those at work on it, and those done with it. A supporting body may still become the lead; one that
    returned the case may be asked again where another body names it.
    """
    rows = list(
        Referral.objects.filter(proposal=case, round=case.round).exclude(state=ReferralState.CANCELLED)
    )
    named = {row.returned_to_id for row in rows if row.state == ReferralState.RETURNED}
    shut = set()
    for row in rows:
        is_named = row.state == ReferralState.RETURNED and row.ministry_id in named
        may_lead = part == Referral.Part.LEAD and row.is_open and not row.is_lead
        if not is_named and not may_lead:
            shut.add(row.ministry_id)
    return shut


def turn_of(referral: Referral) -> Owner | None:
    """Whose days begin when a body already at work becomes the lead; None before it has received the case."""
    if referral.received_on is None:
        return None
    return Owner.PROPOSER if referral.state == ReferralState.WAITING else Owner.MINISTRY


def take_over_lead(referral: Referral) -> None:
    """A supporting body becomes the lead: the same clock, for the lead's whole period, paused if it was."""
    referral.part = Referral.Part.LEAD
    referral.save()
    deadline = Deadline.objects.unsettled().get(referral=referral, kind=Kind.SUPPORT)
    deadline.kind = Kind.ANSWER
    deadline.policy = DeadlinePolicy.objects.for_step(
        Kind.ANSWER, referral.proposal.group, deadline.counted_from
    )
    deadline.amount, deadline.unit = deadline.policy.amount, deadline.policy.unit
    recount(deadline)
    referral.refresh_from_db(fields=REPEATED)
    carry_over(referral.proposal, referral)


def open_referral(
    case: Proposal,
    body: Organisation,
    part: str,
    *,
    letter_number: str = "",
    letter_on: date | None = None,
) -> Referral:
    """One ministry's part with its clocks, counted from the assumed day of receipt until it is known."""
    referral = Referral.objects.create(
        proposal=case,
        ministry=body,
        part=part,
        round=case.round,
        letter_number=letter_number,
        letter_on=letter_on,
        sent_at=clock.now(),
    )
    start = assumed_receipt(clock.today())
    answer = Kind.ANSWER if part == Referral.Part.LEAD else Kind.SUPPORT
    for kind in (Kind.ACCEPTANCE, Kind.PRELIMINARY, answer):
        open_deadline(kind, referral=referral, counted_from=start)
    return referral


@transaction.atomic
def add_triage_note(*, user: User, proposal: Proposal, text: str) -> TriageNote:
    """A note between triage officers. Never shown to the proposer, the ministries or the public."""
    if not can_triage(user, proposal):
        raise NotAllowed
    if not text.strip():
        raise Refused(_("The note is empty."))
    return TriageNote.objects.create(proposal=proposal, author=user, text=text)
