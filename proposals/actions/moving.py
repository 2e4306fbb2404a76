"""Hands a case to the group that knows its matter better."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.refusals import Refused
from proposals.models import Proposal
from proposals.models.circles import recused_of
from proposals.models.timeline import Visibility
from proposals.permissions import deciders_of, triage_side
from proposals.states import Party
from workinggroups.models import WorkingGroup

from .notices import notify, notify_proposer, notify_triage
from .record import check_step, lock, record


@transaction.atomic
def move_proposal(
    *, user: User, proposal: Proposal, group: WorkingGroup, text: str, expected_version: int | None = None
) -> Proposal:
    """Hands the case to another group, as it stands: no date is counted anew, no day is lost.

    From now on the other group's officers decide on it and read what is restricted; those of the first group
    no longer do. Officers of both and the proposer are told; of a public case the public reads why.
    """
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "move", user)
    if group.pk == case.group_id:
        raise Refused(_("The case belongs to this group already."))
    if not group.takes_proposals:
        raise Refused(_("This group takes no proposals."))
    if not text.strip():
        raise Refused(_("Write why the other group should decide."))
    before = list(deciders_of(case).exclude(pk=user.pk))
    to = {"zh": group.name_zh, "en": group.name_en}
    entry = record(
        case,
        "moved",
        role=triage_side(user, case),
        actor=user,
        text=text.strip(),
        visibility=Visibility.PUBLIC if case.accepted_at else Visibility.PARTIES,
        to=to,
    )
    old_group = case.group
    case.refresh_from_db(fields=["version"])
    case.group = group
    case.save()
    entry.proposal = case
    if recused_of(case).exists():
        record(case, "recused", role=Party.CLOCK)
    about = {"text": text.strip(), "group": group, "old_group": old_group}
    notify(entry, "moved_away", before, about)
    notify_triage(entry, "moved_here", **about)
    notify_proposer(entry, "moved_proposer", **about)
    return case
