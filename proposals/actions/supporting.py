"""Asking further bodies to support, while one leads the case."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, User
from members.refusals import Refused
from proposals.models import Proposal, Referral
from proposals.permissions import triage_side

from .notices import notify_ministry, notify_proposer
from .record import check_step, lock, record
from .timing import update_latest_overall
from .triage import check_body, open_referral, shut_bodies


@transaction.atomic
def add_supporting(
    *,
    user: User,
    proposal: Proposal,
    bodies: Sequence[Organisation],
    expected_version: int | None = None,
) -> list[Referral]:
    """Asks further bodies to support the lead, each with a period of its own; the lead's clock runs on."""
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "add_supporting", user)
    active = Referral.objects.active().filter(proposal=case, round=case.round)
    if not active.filter(part=Referral.Part.LEAD).exists():
        raise Refused(_("No body leads the case now. Name the lead first; it may have supporting bodies."))
    if not bodies or len({body.pk for body in bodies}) != len(bodies):
        raise Refused(_("Choose the bodies that are to support, each once."))
    shut = shut_bodies(case, Referral.Part.SUPPORT)
    for body in bodies:
        check_body(body, shut)
    entry = record(
        case,
        "supporting_added",
        role=triage_side(user, case),
        actor=user,
        supporting=[body.pk for body in bodies],
    )
    added = [open_referral(case, body, Referral.Part.SUPPORT) for body in bodies]
    for referral in added:
        notify_ministry(entry, "referred", referral)
    update_latest_overall(case)
    notify_proposer(entry, "supporting_added", supporting=list(bodies))
    return added
