"""權責協調: what is done while the bodies dispute who is competent, and what the decision leads to.

The secretariat coordinates and records; which body is competent is decided by letter, not by the alliance
(行政程序法 §14).
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.models.people import secretariat
from members.refusals import Refused
from proposals.ledger import Owner
from proposals.models import Coordination, Proposal, Referral
from proposals.models.deadlines import Kind
from proposals.models.timeline import Visibility
from proposals.permissions import triage_side
from proposals.states import DeclineReason, Party, ProposalState, ReferralState

from .notices import notify, notify_ministry, notify_proposer, notify_triage
from .pauses import end_with_its_clock
from .proposer import cancel_referrals
from .record import check_step, lock, record
from .timing import open_deadline, settle_all, settle_kinds, update_latest_overall
from .triage import check_body, open_referral, shut_bodies, take_over_lead, turn_of

RETURNS = 2
"""After so many returns by leads nobody knows who is competent."""


def is_disputed_by(returned: Referral) -> bool:
    """Whether a lead's return leaves competence in dispute: the second one, or no body left to ask."""
    case = returned.proposal
    leads = case.referrals.filter(round=case.round, part=Referral.Part.LEAD, state=ReferralState.RETURNED)
    return leads.count() >= RETURNS or returned.returned_to_id in shut_bodies(case, Referral.Part.LEAD)


def open_coordination(case: Proposal) -> Coordination:
    """From today the days are coordination's. The caller holds the case's lock, no body leading it."""
    row = Coordination.objects.create(proposal=case, opened_on=clock.today())
    settle_kinds(Kind.SCREENING, proposal=case)
    entry = record(case, "competence_disputed", role=Party.CLOCK, turn=Owner.COORDINATION)
    notify(entry, "competence_disputed", secretariat(), {"coordination": row})
    return row


@transaction.atomic
def record_coordination(
    *, user: User, proposal: Proposal, contact: str, meeting_on: date | None = None, minutes: str = ""
) -> Coordination:
    """Names the coordinating contact, the next date and what the bodies concluded; all of it is public."""
    case = lock(proposal)
    check_step(case, "coordinate", user)
    row = open_one(case)
    if not contact.strip():
        raise Refused(_("Name who coordinates: an organisation and its unit, in words."))
    if meeting_on and meeting_on < row.opened_on:
        raise Refused(_("Competence was not disputed yet on this date."))
    said = {"contact": contact.strip(), "meeting_on": meeting_on, "minutes": minutes.strip()}
    if said == {name: getattr(row, name) for name in said}:
        return row
    is_concluded = said["minutes"] != row.minutes
    for name, value in said.items():
        setattr(row, name, value)
    row.save()
    entry = record(
        case,
        "coordinated",
        role=Party.SECRETARIAT,
        actor=user,
        text=row.minutes if is_concluded else "",
        contact=row.contact,
        meeting_on=meeting_on.isoformat() if meeting_on else None,
    )
    notify_proposer(entry, "coordinated", coordination=row)
    return row


@transaction.atomic
def decide_competence(
    *,
    user: User,
    proposal: Proposal,
    body: Organisation | None,
    decision_number: str,
    decided_on: date,
    text: str = "",
) -> Coordination:
    """Records the letter that names the competent body, to which the case goes at once; or that none is.

    The body named cannot return the case again. Where none is, the group may decline the case in public.
    """
    case = lock(proposal)
    check_step(case, "decide_competence", user)
    row = open_one(case)
    if not decision_number.strip():
        raise Refused(_("Competence is decided by letter: enter its number."))
    if not row.opened_on <= decided_on <= clock.today():
        raise Refused(_("The date of the decision lies between the first day of the dispute and today."))
    if body is not None:
        check_body(body, has_answered(case))
    row.decision_number, row.decided_on, row.decided_body = decision_number.strip(), decided_on, body
    row.closed_at = clock.now()
    row.save()
    entry = record(
        case,
        "competence_decided",
        role=Party.SECRETARIAT,
        actor=user,
        turn=Owner.ALLIANCE,
        text=text,
        cause="body" if body else "nobody",
        number=row.decision_number,
        decided_on=decided_on.isoformat(),
        named=body.pk if body else None,
    )
    notify_proposer(entry, "competence_decided", coordination=row, text=text)
    notify_triage(entry, "competence_decided", coordination=row, text=text)
    if body is None:
        open_deadline(Kind.SCREENING, proposal=case, counted_from=clock.today())
    else:
        _refer_as_decided(case, row, body, user)
    update_latest_overall(case)
    return row


def open_one(case: Proposal) -> Coordination:
    """The running coordination of a case; raises Refused where competence is not disputed."""
    row = Coordination.objects.select_for_update().open().filter(proposal=case).first()
    if row is None:
        raise Refused(_("Competence is not disputed in this case now. Nothing was changed."))
    return row


def has_answered(case: Proposal) -> set[int]:
    """The bodies that have answered in this round: their part cannot begin anew."""
    rows = case.referrals.filter(round=case.round, state=ReferralState.ANSWERED)
    return set(rows.values_list("ministry", flat=True))


def _refer_as_decided(case: Proposal, decision: Coordination, body: Organisation, user: User) -> None:
    """As a referral by the group, to the body that the letter names, whether it returned the case or not."""
    own = Referral.objects.open().filter(proposal=case, round=case.round, ministry=body).first()
    entry = record(
        case,
        "referred",
        role=Party.SECRETARIAT,
        actor=user,
        turn=turn_of(own) if own else None,
        lead=body.pk,
        supporting=[],
    )
    if own:
        take_over_lead(own)
    else:
        own = open_referral(case, body, Referral.Part.LEAD)
    notify_ministry(entry, "referred", own, decision=decision)
    notify_proposer(entry, "referred_proposer", lead=body, supporting=[])


@transaction.atomic
def decline_unowned(
    *, user: User, proposal: Proposal, text: str, expected_version: int | None = None
) -> Proposal:
    """Ends a referred case since, by a letter, no body is competent. Supporting bodies are released.

    As with every decline its text is hidden; number, group and this kind of reason stay public.
    """
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "decline_unowned", user)
    if not is_unowned(case):
        raise Refused(_("No letter has decided that no body is competent. Nothing was changed."))
    if not text.strip():
        raise Refused(_("Write the reason for the proposer in a sentence or two."))
    case.state = ProposalState.DECLINED
    case.decline_reason = DeclineReason.NO_BODY
    case.ended_at = clock.now()
    case.save()
    end_with_its_clock(case)
    released = cancel_referrals(case)
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
        reason=case.decline_reason,
    )
    notify_proposer(entry, "declined", text=text)
    for referral in released:
        notify_ministry(entry, "released", referral)
    return case


def is_unowned(case: Proposal) -> bool:
    """Whether the last decision was that no body is competent, and none has been found since."""
    last = Coordination.objects.filter(proposal=case).order_by("pk").last()
    if last is None or last.decided_on is None or last.decided_body_id is not None:
        return False
    leads = Referral.objects.active().filter(proposal=case, round=case.round, part=Referral.Part.LEAD)
    return not leads.exists()
