"""A case on the agenda of a meeting of its group."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import Refused
from proposals.models import CaseOnAgenda, Proposal
from proposals.models.timeline import Visibility
from proposals.permissions import triage_side
from workinggroups.models import AgendaItem, Meeting

from .notices import notify_proposer
from .record import check_step, lock, record


@transaction.atomic
def put_on_agenda(
    *, user: User, proposal: Proposal, meeting: Meeting, expected_version: int | None = None
) -> CaseOnAgenda:
    """Puts a case last on the agenda of a coming meeting of its own group, once each.

    Before the case is public its parties alone read of it.
    """
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "put_on_agenda", user)
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.group_id != case.group_id or held.has_begun or held.is_cancelled:
        raise Refused(_("Choose a coming meeting of the group that the case belongs to."))
    rows = CaseOnAgenda.objects.filter(item__meeting=held, proposal=case)
    if rows.exists():
        raise Refused(_("The case is on the agenda of this meeting already."))
    last = held.agenda.aggregate(last=Max("position"))["last"] or 0
    row = CaseOnAgenda.objects.create(
        item=AgendaItem.objects.create(meeting=held, position=last + 1), proposal=case
    )
    entry = record(
        case,
        "on_agenda",
        role=triage_side(user, case),
        actor=user,
        visibility=Visibility.PUBLIC if case.accepted_at else Visibility.PARTIES,
        meeting=held.pk,
        meets_on=clock.local_date(held.starts_at).isoformat(),
    )
    notify_proposer(entry, "on_agenda", meeting=held)
    return row
