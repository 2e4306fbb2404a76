"""A meeting's decision about a case on its agenda, which is the step of the case itself, in one transaction.

The step is the same action as everywhere, with its own checks and letters. Where it refuses, nothing is
written; where it is taken, the case's history names the meeting.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.models import CaseOnAgenda, MeetingDecision, Proposal
from proposals.models.timeline import Visibility
from proposals.permissions import can_triage, triage_side
from proposals.states import ProposalState

from .notices import notify_proposer
from .record import lock, record
from .triage import accept_proposal, ask_for_information, decline_proposal, refer_proposal

Step = MeetingDecision.Step
TAKEN_BY: dict[str, Callable[..., Proposal]] = {
    Step.ACCEPT: accept_proposal,
    Step.REFER: refer_proposal,
    Step.ASK: ask_for_information,
    Step.DECLINE: decline_proposal,
}
"""The action of each decision; by adjourning a case takes no step."""


@transaction.atomic
def decide_at_meeting(
    *,
    user: User,
    on_agenda: CaseOnAgenda,
    step: str,
    details: Mapping[str, Any],
    expected_version: int | None = None,
) -> MeetingDecision:
    """Takes the step and writes down that this meeting decided it, once for each item of an agenda.

    `details` are what the step's own action asks for. Raises whatever that action refuses by.
    """
    case = lock(on_agenda.proposal, expected_version=expected_version)
    rows = CaseOnAgenda.objects.select_for_update(of=("self",)).select_related("item__meeting__group")
    row = rows.get(pk=on_agenda.pk)
    meeting = row.item.meeting
    if not can_triage(user, case):
        raise NotAllowed
    if meeting.is_cancelled:
        raise Refused(_("This meeting was cancelled: it decides nothing."))
    if not meeting.has_begun:
        raise Refused(_("The meeting has not begun: it can decide nothing yet."))
    if meeting.group_id != case.group_id:
        raise Refused(_("The case belongs to another group now, which decides on it."))
    if MeetingDecision.objects.filter(on_agenda=row).exists():
        raise Refused(_("What this meeting decided about the case is recorded already. Nothing was changed."))
    if step in TAKEN_BY:
        TAKEN_BY[step](user=user, proposal=case, **details)
    elif step != Step.ADJOURN or details:
        raise Refused(_("Choose what the meeting decided."))
    elif not case.is_open:
        raise Refused(_("The case has ended: there is nothing to adjourn."))
    _tell(Proposal.objects.get(pk=case.pk), row, step, user)
    return MeetingDecision.objects.create(on_agenda=row, step=step, decided_at=clock.now(), decided_by=user)


def _tell(case: Proposal, row: CaseOnAgenda, step: str, user: User) -> None:
    """The line of the history that names the meeting; of what is not public its parties alone read it."""
    meeting = row.item.meeting
    is_public = case.accepted_at is not None and case.state != ProposalState.DECLINED and meeting.is_public
    entry = record(
        case,
        "adjourned" if step == Step.ADJOURN else "decided_at_meeting",
        role=triage_side(user, case),
        actor=user,
        visibility=Visibility.PUBLIC if is_public else Visibility.PARTIES,
        meeting=meeting.pk,
        called=meeting.called,
        met_on=clock.local_date(meeting.starts_at).isoformat(),
    )
    if step == Step.ADJOURN:
        notify_proposer(entry, "adjourned", meeting=meeting)
