"""承接: a case whose lead has left the alliance. Others may take it over; else it ends, for that reason.

From the day of leaving the lead takes no step, and its restricted text is sealed (`models.leading`); that
holds by the dates, whether or not the clock has come round. Nobody else's clock is touched: the group
decides, and a ministry answers, in their own periods, since an answer is owed to the public too. Only what
was asked of the lead waits for whoever takes the case over, with a whole new period. A case that was
answered once goes on without a lead, since its answers stand.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.models.people import secretariat
from members.refusals import NotAllowed, Refused
from members.said import day
from proposals.models import Deadline, Proposal, Takeover, TimelineEntry
from proposals.models.circles import heirs_of, recused_of, representatives_of, sponsoring
from proposals.models.deadlines import Kind
from proposals.models.timeline import Visibility
from proposals.permissions import heirs_among
from proposals.states import DeclineReason, Party, ProposalState

from .drafting import remove
from .merging import tell_joined
from .notices import liaisons_of, notify, notify_triage
from .pauses import end_with_its_clock
from .proposer import cancel_referrals, check_passed
from .record import check_state, check_step, lock, record
from .search import index_proposal
from .timing import open_deadline, settle_all, settle_kinds, update_latest_overall

DRAFTS_ARE_KEPT = timedelta(days=90)
"""A quarter of a year, in which an organisation may come back to what it had begun to write."""


@transaction.atomic
def lose_lead(*, proposal: Proposal) -> Deadline:
    """The clock's step: the period begins in which others may take the case over, counted from today.

    Counted from the day on which the clock notes it, so that neither an outage nor a day of leaving that was
    entered late takes anything of it away.
    """
    case = lock(proposal)
    check_step(case, "lose_lead", None)
    if not case.is_orphaned or case.answered_at or _running(case):
        raise Refused(_("Nothing is to be noted here."))
    if case.state == ProposalState.NEEDS_INFORMATION:
        settle_kinds(Kind.INFORMATION, proposal=case)
    deadline = open_deadline(Kind.TAKEOVER, proposal=case, counted_from=clock.today())
    update_latest_overall(case)
    entry = _record(case, "lead_left", lead=case.lead, due_on=deadline.due_on.isoformat())
    heirs = set(heirs_of(case))
    notify(entry, "lead_left_heir", heirs, {"deadline": deadline})
    _tell(entry, "lead_left", {"until": deadline.due_on}, without=heirs)
    return deadline


@transaction.atomic
def take_over(*, user: User, proposal: Proposal, organisation: Organisation) -> Takeover:
    """The organisation leads the case from now on; the first one wins, and the next ones read who it was.

    The proposer, its text and its name stay on the record. What is restricted stays sealed, for the new lead
    too. What the group had asked of the proposer is due from it, in a whole new period.
    """
    case = lock(proposal)
    check_state(case, "take_over")
    lead = _locked_lead(case)
    if not lead.has_left:
        raise Refused(_not_free(case, lead))
    if case.answered_at:
        raise Refused(
            _(
                "This case has been answered once: its answers stand, and it goes on without a lead. Make a "
                "new proposal, if you want to ask further."
            )
        )
    if organisation not in heirs_among(user, case):
        raise NotAllowed
    stood_aside = set(recused_of(case))
    before = set(representatives_of(case))
    row = Takeover.objects.create(proposal=case, organisation=organisation, by=user, taken_at=clock.now())
    case.taken_over_by = organisation
    case.save()
    settle_kinds(Kind.TAKEOVER, proposal=case)
    deadline = _ask_again(case)
    index_proposal(case)
    entry = _record(case, "taken_over", role=Party.HEIR, actor=user, lead=organisation)
    if set(recused_of(case)) - stood_aside:
        record(case, "recused", role=Party.CLOCK)
    own = set(representatives_of(case))
    notify(entry, "taken_over_own", own, {"deadline": deadline} if deadline else {})
    _tell(entry, "taken_over", {"was": lead}, without=own, also=before | set(heirs_of(case)))
    return row


@transaction.atomic
def regain_lead(*, proposal: Proposal) -> Proposal:
    """The clock's step: the lead belongs to the alliance again before anybody took over; all is as before."""
    case = lock(proposal)
    check_step(case, "regain_lead", None)
    if case.is_orphaned or not _running(case):
        raise Refused(_("Nothing is to be noted here."))
    settle_kinds(Kind.TAKEOVER, proposal=case)
    _ask_again(case)
    entry = _record(case, "lead_back", lead=case.lead)
    _tell(entry, "lead_back", {}, also=set(heirs_of(case)))
    return case


@transaction.atomic
def end_unclaimed(*, proposal: Proposal) -> Proposal:
    """The clock's step: nobody took the case over within the period. It ends as a withdrawn case does.

    The public reads its number, its group, and this kind of reason.
    """
    case = lock(proposal)
    check_step(case, "end_unclaimed", None)
    if not _locked_lead(case).has_left or case.answered_at:
        raise Refused(_("Nothing is to be ended here."))
    check_passed(case.deadlines.filter(kind=Kind.TAKEOVER))
    heirs, merged = set(heirs_of(case)), list(case.merged_cases.values_list("number", flat=True))
    case.state = ProposalState.WITHDRAWN
    case.decline_reason = DeclineReason.LEAD_LEFT
    case.ended_at = clock.now()
    case.save()
    end_with_its_clock(case)
    referrals = cancel_referrals(case)
    settle_all(case)
    update_latest_overall(case)
    entry = _record(case, "unclaimed", reason=case.decline_reason)
    notify_triage(entry, "unclaimed", merged=merged)
    tell_joined(entry)
    people = {*representatives_of(case), *sponsoring(case), *heirs}
    notify(entry, "unclaimed", people, {})
    for referral in referrals:
        _tell_body(entry, "unclaimed", referral.ministry, {"referral": referral})
    return case


@transaction.atomic
def forget_draft(*, proposal: Proposal) -> bool:
    """The clock's step: a draft of an organisation that left long ago is deleted; it is nobody's record."""
    draft = lock(proposal)
    left_on = draft.organisation.left_on if draft.organisation else None
    if not draft.is_draft or left_on is None or clock.today() < left_on + DRAFTS_ARE_KEPT:
        raise Refused(_("Nothing is to be deleted here."))
    remove(draft)
    return True


def _running(case: Proposal) -> bool:
    return Deadline.objects.unsettled().filter(proposal=case, kind=Kind.TAKEOVER).exists()


def _locked_lead(case: Proposal) -> Organisation:
    """The lead as it is now, so that it can neither leave nor come back meanwhile."""
    assert case.lead is not None
    return Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=case.lead.pk)


def _not_free(case: Proposal, lead: Organisation) -> str:
    taken = case.takeovers.last()
    if taken is None:
        said = _("%(name)s belongs to the alliance: the case is its own. Nothing was changed.")
        return said % {"name": lead}
    return _("%(name)s took the case over on %(day)s, before you. Nothing was changed.") % {
        "name": taken.organisation,
        "day": day(taken.taken_at, "year"),
    }


def _ask_again(case: Proposal) -> Deadline | None:
    """What was asked of the lead is due from whoever leads now, in a whole period from today."""
    deadline = None
    if case.state == ProposalState.NEEDS_INFORMATION:
        settle_kinds(Kind.INFORMATION, proposal=case)
        deadline = open_deadline(Kind.INFORMATION, proposal=case, counted_from=clock.today())
    update_latest_overall(case)
    return deadline


def _record(
    case: Proposal,
    kind: str,
    *,
    role: Party = Party.CLOCK,
    actor: User | None = None,
    lead: Organisation | None = None,
    **data: str,
) -> TimelineEntry:
    """Public where the case is; who acts, or left, stands in it by its name of the day."""
    shown = Visibility.PUBLIC if case.accepted_at else Visibility.PARTIES
    return record(case, kind, role=role, actor=actor, body=lead, visibility=shown, **data)  # type: ignore[arg-type]  # words for the data


def _tell(
    entry: TimelineEntry,
    letter: str,
    context: dict[str, object],
    *,
    without: Iterable[User] = (),
    also: Iterable[User] = (),
) -> None:
    """To the lead's people, whoever stands beside it, the group's officers, and the bodies at work on it."""
    case = entry.proposal
    told = set(without)
    people = {*representatives_of(case), *sponsoring(case), *also} - told
    notify(entry, letter, people, context)
    told |= people
    notify_triage(entry, letter, **context)
    for referral in case.referrals.open().select_related("ministry"):
        _tell_body(entry, letter, referral.ministry, {**context, "referral": referral})


def _tell_body(entry: TimelineEntry, letter: str, body: Organisation, context: dict[str, object]) -> None:
    notify(entry, letter, liaisons_of(body) or secretariat(), context, copies=[body.mailbox])
