"""Who may do what with a case today. Views, admin and actions all ask here, none of them decides alone."""

from members.permissions import (
    AnyUser,
    answers_for,
    is_known,
    is_secretariat,
    represented,
    represents,
)
from workinggroups.permissions import triages

from .models import Proposal, Referral, RestrictedText
from .models.case import interested_in, officers_of
from .states import PROPOSAL_STEPS, REFERRAL_STEPS, Party


def parties_of(user: AnyUser, proposal: Proposal) -> set[Party]:
    """The sides of a case on which the user stands today.

    Where the group has no officer left, or none without an interest, its triage is the secretariat's.
    """
    parties = set()
    if represents(user, proposal.organisation):
        parties.add(Party.PROPOSER)
    if triages(user, proposal.group) and not has_interest(user, proposal):
        parties.add(Party.TRIAGE)
    if is_secretariat(user):
        parties.add(Party.SECRETARIAT)
        if proposal.group_id and not has_interest(user, proposal) and not officers_of(proposal).exists():
            parties.add(Party.TRIAGE)
    return parties


def has_interest(user: AnyUser, proposal: Proposal) -> bool:
    """迴避: who represents the proposer, a co-sponsor or a declared competitor does not triage the case."""
    if represents(user, proposal.organisation):
        return True
    return (is_known(user) and bool(represented(user))) and (
        interested_in(proposal).filter(pk=user.pk).exists()
    )


def sponsors(user: AnyUser, proposal: Proposal) -> bool:
    """Whether the user represents a co-sponsor: invited to the draft, or signed. It reads, it never acts."""
    own = represented(user)
    return bool(own) and proposal.sponsors.active().filter(organisation__in=own).exists()


def can_take_step(user: AnyUser, proposal: Proposal, step: str) -> bool:
    """Whether the state allows the step and the user stands on a side that may take it."""
    rule = PROPOSAL_STEPS[step]
    return proposal.state in rule.sources and bool(parties_of(user, proposal) & set(rule.parties))


def can_triage(user: AnyUser, proposal: Proposal) -> bool:
    return Party.TRIAGE in parties_of(user, proposal)


def triage_side(user: AnyUser, proposal: Proposal) -> Party:
    """As whom somebody who triages does so: for the group, or, in its place, as the secretariat."""
    return Party.TRIAGE if triages(user, proposal.group) else Party.SECRETARIAT


def can_edit_draft(user: AnyUser, proposal: Proposal) -> bool:
    return proposal.is_draft and represents(user, proposal.organisation)


def can_take_referral_step(user: AnyUser, referral: Referral, step: str) -> bool:
    """As `can_take_step`, for a ministry's part. Only its own liaison or deputy stands for a ministry."""
    rule = REFERRAL_STEPS[step]
    if referral.state not in rule.sources:
        return False
    parties = parties_of(user, referral.proposal)
    if answers_for(user, referral.ministry):
        parties.add(Party.MINISTRY)
    return bool(parties & set(rule.parties))


def can_answer(user: AnyUser, referral: Referral) -> bool:
    return answers_for(user, referral.ministry)


def can_read_restricted(user: AnyUser, proposal: Proposal) -> bool:
    """Proposer, co-sponsors, triage officers without an interest, and the bodies it was referred to."""
    if not is_known(user):
        return False
    if represents(user, proposal.organisation):
        return True
    return RestrictedText.objects.visible_to(user).filter(proposal=proposal).exists()
