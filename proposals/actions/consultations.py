"""事前徵詢: ministries are invited before the referral, and comment without a clock."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.models.people import secretariat
from members.permissions import answers_for
from members.refusals import NotAllowed, Refused
from proposals.models import Consultation, Proposal
from proposals.models.timeline import Visibility
from proposals.permissions import triage_side
from proposals.states import COMMENTED_IN, Party

from .notices import liaisons_of, notify, notify_proposer, notify_triage
from .record import check_step, lock, record
from .triage import check_body


@transaction.atomic
def invite_ministries(
    *,
    user: User,
    proposal: Proposal,
    bodies: Sequence[Organisation],
    note: str = "",
    expected_version: int | None = None,
) -> list[Consultation]:
    """Invites bodies to comment. From now on they may read the case, except its restricted text."""
    case = lock(proposal, expected_version=expected_version)
    check_step(case, "invite", user)
    if not bodies or len({body.pk for body in bodies}) != len(bodies):
        raise Refused(_("Choose the bodies to invite, each once."))
    invited = set(case.consultations.values_list("ministry", flat=True))
    for body in bodies:
        check_body(body, invited)
    rows = [
        Consultation.objects.create(
            proposal=case, ministry=body, note=note.strip(), invited_at=clock.now(), invited_by=user
        )
        for body in bodies
    ]
    entry = record(
        case,
        "ministries_invited",
        role=triage_side(user, case),
        actor=user,
        visibility=_visibility(case),
        invited=[body.pk for body in bodies],
    )
    for row in rows:
        recipients = liaisons_of(row.ministry) or secretariat()
        notify(entry, "invited", recipients, {"consultation": row}, copies=[row.ministry.mailbox])
    notify_proposer(entry, "invited_proposer", bodies=list(bodies))
    return rows


@transaction.atomic
def comment_as_invited(*, user: User, consultation: Consultation, text: str) -> Consultation:
    """What the body says before the referral; it may change its words until the group has decided."""
    case, row = _own(user, consultation)
    if not text.strip():
        raise Refused(_("Write the comment, or decline the invitation."))
    if text.strip() == row.text:
        return row
    is_first = row.commented_at is None
    row.text, row.commented_at, row.commented_by = text.strip(), clock.now(), user
    row.declined_at = None
    row.save()
    entry = record(
        case,
        "ministry_commented" if is_first else "comment_changed",
        role=Party.MINISTRY,
        actor=user,
        body=row.ministry,
        text=row.text,
        visibility=_visibility(case),
    )
    notify_triage(entry, "commented", consultation=row)
    notify_proposer(entry, "commented", consultation=row)
    return row


@transaction.atomic
def decline_invitation(*, user: User, consultation: Consultation) -> Consultation:
    """The body has nothing to say now. It loses nothing by it: it may comment later, or be referred to."""
    case, row = _own(user, consultation)
    if row.commented_at is not None:
        raise Refused(_("Your body has commented already; change its words instead."))
    if row.declined_at is None:
        row.declined_at = clock.now()
        row.save()
        record(
            case,
            "invitation_declined",
            role=Party.MINISTRY,
            actor=user,
            body=row.ministry,
            visibility=_visibility(case),
        )
    return row


def _own(user: User, consultation: Consultation) -> tuple[Proposal, Consultation]:
    case = lock(consultation.proposal)
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("ministry")
    row = rows.get(pk=consultation.pk)
    if not answers_for(user, row.ministry):
        raise NotAllowed
    if case.state not in COMMENTED_IN:
        raise Refused(_("The group has decided: invited ministries comment only before that."))
    return case, row


def _visibility(case: Proposal) -> str:
    """Before the case is public its parties alone read of it."""
    return Visibility.PUBLIC if case.accepted_at else Visibility.PARTIES
