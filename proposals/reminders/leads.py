"""Open cases whose lead organisation has left the alliance, and those whose lead is back."""

from django.db.models import Exists, OuterRef, QuerySet

from members import clock
from proposals.actions.takeover import DRAFTS_ARE_KEPT
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import Kind
from proposals.models.leading import orphaned
from proposals.states import ProposalState


def cases_without_lead() -> QuerySet[Proposal]:
    """Open, never answered, and nobody knows yet until when others may take them over."""
    open_ones = Proposal.objects.open().filter(orphaned(), answered_at__isnull=True)
    return open_ones.exclude(_waits()).order_by("pk")


def cases_with_lead_again() -> QuerySet[Proposal]:
    """Those that others may still take over, though their lead belongs to the alliance again."""
    return Proposal.objects.open().filter(_waits()).exclude(orphaned()).order_by("pk")


def drafts_left_behind() -> QuerySet[Proposal]:
    """Drafts of organisations that left so long ago that they are deleted."""
    left = clock.today() - DRAFTS_ARE_KEPT
    return Proposal.objects.filter(state=ProposalState.DRAFT, organisation__left_on__lte=left).order_by("pk")


def _waits() -> Exists:
    running = Deadline.objects.unsettled().filter(kind=Kind.TAKEOVER)
    return Exists(running.filter(proposal=OuterRef("pk")))
