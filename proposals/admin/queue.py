"""Which cases the admin shows to whom, and in which order: late ones first."""

from datetime import date

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from members import clock
from members.permissions import AnyUser, reads_all
from proposals.models import Ask, Coordination, Deadline, Proposal, Referral
from proposals.models.case import HIDDEN_STATES
from proposals.models.deadlines import Kind
from proposals.states import ProposalState
from workinggroups.permissions import is_chair, triaged_groups

SOON = 7
TO_SCREEN = (ProposalState.SCREENING, ProposalState.DISCUSSION)
ENDED = (ProposalState.MERGED, ProposalState.DECLINED, ProposalState.WITHDRAWN, ProposalState.CLOSED)

DECIDE, PROPOSER, MINISTRIES, WITHOUT_LEAD, DISPUTED, ANSWERED, OVER = (
    "decide",
    "proposer",
    "ministries",
    "without-lead",
    "disputed",
    "answered",
    "ended",
)
LOST = Q(state=ProposalState.REFERRED, has_lead=False, is_disputed=False)
"""Returned, and the group's to refer again."""
STRANDED = Q(state=ProposalState.MERGED, merged_into__state__in=HIDDEN_STATES)
"""Merged into a case that ended unanswered: the group undoes the merger, or leaves it so."""
QUEUES = {
    DECIDE: Q(state__in=TO_SCREEN) | LOST | STRANDED,
    PROPOSER: Q(state=ProposalState.NEEDS_INFORMATION),
    MINISTRIES: Q(state=ProposalState.REFERRED, has_lead=True),
    WITHOUT_LEAD: LOST,
    DISPUTED: Q(state=ProposalState.REFERRED, is_disputed=True),
    ANSWERED: Q(state__in=[ProposalState.ANSWERED, ProposalState.FOLLOW_UP]),
    OVER: Q(state__in=ENDED),
}


def cases_for(user: AnyUser) -> QuerySet[Proposal]:
    """Submitted cases: all for secretariat and auditors, own groups' for triage officers, public ones
    for the alliance's convener. Drafts are never seen here, not even one's own."""
    cases = Proposal.objects.visible_to(user).exclude(state=ProposalState.DRAFT)
    if reads_all(user):
        return cases
    allowed = Q(group__in=triaged_groups(user))
    if is_chair(user):
        allowed |= Q(pk__in=Proposal.objects.public().values("pk"))
    return cases.filter(allowed)


def with_due(cases: QuerySet[Proposal]) -> QuerySet[Proposal]:
    """Adds `has_lead`, `is_disputed` and `due`: the running date of whoever must act. A referred case without
    a lead is the group's to refer again; should it run under no clock, it counts as due today. While
    competence is disputed it is the secretariat's, and nothing is due."""
    lead = Referral.objects.active().filter(
        proposal=OuterRef("pk"), round=OuterRef("round"), part=Referral.Part.LEAD
    )
    own = Deadline.objects.running().filter(proposal=OuterRef("pk")).exclude(kind=Kind.CLOSING)
    own_due = Subquery(own.order_by("due_on").values("due_on")[:1])
    lead_due = Subquery(lead.filter(answered_at__isnull=True).values("due_on")[:1])
    dispute = Coordination.objects.open().filter(proposal=OuterRef("pk"))
    return cases.annotate(has_lead=Exists(lead), is_disputed=Exists(dispute)).annotate(
        due=Case(
            When(LOST, then=Coalesce(own_due, Value(clock.today()))), default=Coalesce(own_due, lead_due)
        )
    )


def with_asks(cases: QuerySet[Proposal]) -> QuerySet[Proposal]:
    number = Ask.objects.filter(proposal=OuterRef("pk")).order_by().values("proposal").annotate(n=Count("pk"))
    return cases.annotate(ask_count=Coalesce(Subquery(number.values("n")), 0))


def urgency(cases: QuerySet[Proposal], on: date | None = None) -> dict[str, int]:
    """Of the cases that need a decision: how many are late, due within a week, and all of them."""
    today = on or clock.today()
    late, soon = Q(due__lt=today), Q(due__gte=today, due__lte=date.fromordinal(today.toordinal() + SOON))
    return cases.filter(QUEUES[DECIDE]).aggregate(
        late=Count("pk", filter=late), soon=Count("pk", filter=soon), all=Count("pk")
    )


LATE_FIRST = [F("due").asc(nulls_last=True), "submitted_at", "pk"]
