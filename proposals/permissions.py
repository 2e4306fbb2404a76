"""Who may do what with a case today. Views, admin and actions all ask here, none of them decides alone."""

from collections.abc import Collection

from django.db.models import QuerySet

from members.models import Organisation, User
from members.permissions import (
    AnyUser,
    answers_for,
    heirs_of,
    is_known,
    is_secretariat,
    represented,
    represents,
)
from workinggroups.permissions import triages

from .models import Attachment, FollowUp, Proposal, Referral, RestrictedPart, RestrictedText, SecondLook
from .models.circles import interested_in, officers_of, organisations_to_inherit
from .states import (
    DECIDES,
    ENDS_UNANSWERED,
    FOLLOW_UP_STEPS,
    PROPOSAL_STEPS,
    REFERRAL_STEPS,
    SECOND_LOOK_IN,
    Party,
    ReferralState,
)


def parties_of(user: AnyUser, proposal: Proposal) -> set[Party]:
    """The sides of a case on which the user stands today.

    Where the group has no officer left, or none without an interest, its triage is the secretariat's.
    """
    parties = set()
    if leads(user, proposal):
        parties.add(Party.PROPOSER)
    if triages(user, proposal.group) and not has_interest(user, proposal):
        parties.add(Party.TRIAGE)
    if is_secretariat(user):
        parties.add(Party.SECRETARIAT)
        if proposal.group_id and not has_interest(user, proposal) and not deciders_of(proposal).exists():
            parties.add(Party.TRIAGE)
    if heirs_among(user, proposal):
        parties.add(Party.HEIR)
    return parties


def heirs_among(user: AnyUser, proposal: Proposal) -> list[Organisation]:
    """The user's organisations that may take the case over today: its lead has left, and it is open.

    A case that was answered once goes on without a lead; nobody needs to take it over.
    """
    if not is_known(user) or not proposal.is_open or proposal.answered_at or not proposal.is_orphaned:
        return []
    own = represented(user)
    return list(organisations_to_inherit(proposal).filter(pk__in=[row.pk for row in own])) if own else []


def leads(user: AnyUser, proposal: Proposal) -> bool:
    """Whether the user represents the organisation whose case it is today: the proposer, or its heir."""
    return represents(user, proposal.lead)


def has_interest(user: AnyUser, proposal: Proposal) -> bool:
    """迴避: who represents the proposer, a co-sponsor or a declared competitor, or who stands aside."""
    if leads(user, proposal):
        return True
    return is_known(user) and interested_in(proposal).filter(pk=user.pk).exists()


def sponsors(user: AnyUser, proposal: Proposal) -> bool:
    """Whether the user represents a co-sponsor: invited to the draft, or signed. It reads, it never acts."""
    own = represented(user)
    return bool(own) and proposal.sponsors.active().filter(organisation__in=own).exists()


def can_take_step(
    user: AnyUser, proposal: Proposal, step: str, parties: Collection[Party] | None = None
) -> bool:
    """Whether the state allows the step and the user stands on a side that may take it.

    Who asks for many steps gives the user's `parties`, asked for once.
    """
    rule = PROPOSAL_STEPS[step]
    if proposal.state not in rule.sources:
        return False
    if parties is None:
        parties = parties_of(user, proposal)
    if not set(rule.parties) & set(parties):
        return False
    if proposal.answered_at is not None and step in ENDS_UNANSWERED:
        return False
    if step == "announce_opening" and not proposal.is_public:
        return False
    if step == "close_again":
        return proposal.answered_at is not None
    return not (step in DECIDES and has_declined(user, proposal))


def deciders_of(proposal: Proposal) -> QuerySet[User]:
    """The officers who may decide today: at a second look without the one who declined the case."""
    barred = SecondLook.objects.filter(
        proposal=proposal, proposal__state__in=SECOND_LOOK_IN, declined_by__isnull=False
    )
    return officers_of(proposal).exclude(pk__in=barred.values("declined_by"))


def has_declined(user: AnyUser, proposal: Proposal) -> bool:
    """Whether the user declined the case that is now looked at a second time: somebody else decides."""
    look: SecondLook | None = getattr(proposal, "secondlook", None)
    return look is not None and is_known(user) and look.declined_by_id == user.pk


def can_triage(user: AnyUser, proposal: Proposal) -> bool:
    return Party.TRIAGE in parties_of(user, proposal)


def triage_side(user: AnyUser, proposal: Proposal) -> Party:
    """As whom somebody who triages does so: for the group, or, in its place, as the secretariat."""
    return Party.TRIAGE if triages(user, proposal.group) else Party.SECRETARIAT


def can_redact(user: AnyUser, proposal: Proposal) -> bool:
    """The secretariat, and the officers of the case's group: nobody who has an interest in it."""
    if proposal.is_draft or has_interest(user, proposal):
        return False
    return is_secretariat(user) or triages(user, proposal.group)


def can_edit_draft(user: AnyUser, proposal: Proposal) -> bool:
    return proposal.is_draft and leads(user, proposal)


def can_take_referral_step(user: AnyUser, referral: Referral, step: str) -> bool:
    """As `can_take_step`, for a ministry's part. Only its own liaison or deputy stands for a ministry."""
    rule = REFERRAL_STEPS[step]
    if referral.state not in rule.sources:
        return False
    parties = parties_of(user, referral.proposal)
    if answers_for(user, referral.ministry) or (step == "correct" and speaks_for(user, referral)):
        parties.add(Party.MINISTRY)
    return bool(parties & set(rule.parties))


def speaks_for(user: AnyUser, referral: Referral) -> Organisation | None:
    """The body for which the user may change what was published here: its own, or the successor of one that
    has ended. A successor changes answers, and takes no other step."""
    bodies = [referral.ministry]
    if referral.state == ReferralState.ANSWERED:
        bodies += heirs_of(referral.ministry)
    return next((body for body in bodies if answers_for(user, body)), None)


def can_answer(user: AnyUser, referral: Referral) -> bool:
    return answers_for(user, referral.ministry)


def can_take_follow_up_step(user: AnyUser, follow_up: FollowUp, step: str) -> bool:
    """As `can_take_step`, for what a ministry has promised: its own liaison or deputy reports of it."""
    return follow_up.state in FOLLOW_UP_STEPS[step].sources and answers_for(user, follow_up.ministry)


def can_read_restricted(user: AnyUser, proposal: Proposal) -> bool:
    """Proposer, co-sponsors, triage officers without an interest, and the bodies it was referred to.

    Where the secretariat triages in the officers' place, it reads in their place too.

    What was sealed nobody reads any more; of a case that was taken over, what was written since.
    """
    if not is_known(user):
        return False
    if proposal.is_sealed:
        return RestrictedPart.objects.confided_to(user).filter(proposal=proposal).exists()
    if leads(user, proposal):
        return True
    return RestrictedText.objects.confided_to(user).filter(proposal=proposal).exists()


def is_sealed_from(user: AnyUser, proposal: Proposal) -> bool:
    """Whether something restricted is there that the user could read, were it not sealed."""
    if not proposal.is_sealed:
        return False
    texts = RestrictedText.objects.sealed_from(user).exclude(text="")
    files = Attachment.objects.sealed_from(user)
    parts = RestrictedPart.objects.sealed_from(user)
    return any(rows.filter(proposal=proposal).exists() for rows in (texts, files, parts))
