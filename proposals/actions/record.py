"""Writing the timeline, and locking what it is about."""

from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.refusals import Gone, NotAllowed, Refused, Stale
from proposals.ledger import Owner
from proposals.models import Proposal, Referral, TimelineEntry, TimelineNote
from proposals.models.timeline import Visibility
from proposals.permissions import can_take_referral_step, can_take_step, has_declined
from proposals.states import DECIDES, ENDS_UNANSWERED, PROPOSAL_STEPS, REFERRAL_STEPS, Party

ANSWERED_STAYS = _(
    "The case has been answered once: its answers stay public, so it can be neither declined, merged nor "
    "withdrawn, and nothing further is asked of the proposer. Refer it, or close it again."
)
DECLINED_BEFORE = _(
    "You declined this case. Its second look is decided by somebody else: another officer of the group, "
    "or the secretariat."
)


def lock(proposal: Proposal, *, expected_version: int | None = None) -> Proposal:
    """The row as it is now, locked until the transaction ends. Raises Stale on another version, and Gone."""
    locked = Proposal.objects.select_for_update().filter(pk=proposal.pk).first()
    if locked is None:
        raise Gone
    if expected_version is not None and locked.version != expected_version:
        raise Stale
    return locked


def lock_referral(referral: Referral) -> Referral:
    """The ministry's part, locked after its case: always in this order, so that nobody waits in a circle."""
    lock(referral.proposal)
    return (
        Referral.objects.select_for_update(of=("self",))
        .select_related("proposal", "ministry")
        .get(pk=referral.pk)
    )


def check_state(proposal: Proposal, step: str) -> None:
    """Raises Refused where the state does not allow the step. No query."""
    if proposal.state not in PROPOSAL_STEPS[step].sources:
        raise Refused(
            _("“%(step)s” is not possible: the case is now “%(state)s”. Nothing was changed.")
            % {
                "step": PROPOSAL_STEPS[step].label,
                "state": proposal.get_state_display(),
            }
        )


def check_step(proposal: Proposal, step: str, user: User | None) -> None:
    """As `check_state`; raises NotAllowed where the user may not take the step."""
    check_state(proposal, step)
    if user is None:
        if Party.CLOCK not in PROPOSAL_STEPS[step].parties:
            raise NotAllowed
    elif not can_take_step(user, proposal, step):
        if proposal.answered_at is not None and step in ENDS_UNANSWERED:
            raise Refused(ANSWERED_STAYS)
        if step in DECIDES and has_declined(user, proposal):
            raise NotAllowed(DECLINED_BEFORE)
        raise NotAllowed


def check_lead(proposal: Proposal) -> None:
    """Raises Refused where nobody could reply: the lead has left, and nobody has taken the case over."""
    if proposal.is_orphaned:
        raise Refused(
            _(
                "%(name)s has left the alliance and nobody leads the case: nobody could reply. Go on without "
                "it, or ask once somebody has taken the case over. Nothing was changed."
            )
            % {"name": proposal.lead}
        )


def check_referral_step(referral: Referral, step: str, user: User | None) -> None:
    """As `check_step`, for one ministry's part."""
    if referral.state not in REFERRAL_STEPS[step].sources:
        raise Refused(
            _("“%(step)s” is not possible: this referral is now “%(state)s”. Nothing was changed.")
            % {
                "step": REFERRAL_STEPS[step].label,
                "state": referral.get_state_display(),
            }
        )
    if user is None:
        if Party.CLOCK not in REFERRAL_STEPS[step].parties:
            raise NotAllowed
    elif not can_take_referral_step(user, referral, step):
        raise NotAllowed


def record(
    proposal: Proposal,
    kind: str,
    *,
    role: Party,
    actor: User | None = None,
    referral: Referral | None = None,
    body: Organisation | None = None,
    turn: Owner | None = None,
    text: str = "",
    happened_at: datetime | None = None,
    visibility: str = Visibility.PUBLIC,
    **data: object,
) -> TimelineEntry:
    """Writes one line of the case's history and counts up its version. `turn` says whose days begin.

    What a group decides keeps the group's name, since the case may move to another one later.
    """
    now = clock.now()
    if role == Party.TRIAGE and proposal.group:
        data["group"] = {"zh": proposal.group.name_zh, "en": proposal.group.name_en}
    entry = TimelineEntry.objects.create(
        proposal=proposal,
        referral=referral,
        kind=kind,
        role=role,
        body=body or (referral.ministry if referral and role == Party.MINISTRY else None),
        happened_at=happened_at or now,
        recorded_at=now,
        turn=turn.value if turn else "",
        data=data,
        visibility=visibility,
    )
    TimelineNote.objects.create(entry=entry, actor=actor, text=text)
    Proposal.objects.filter(pk=proposal.pk).update(version=F("version") + 1)
    return entry
