"""Which meetings lack their minutes, and whose clock no longer fits them."""

from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate

from members import clock
from proposals.models import Deadline
from proposals.models.deadlines import Kind
from workinggroups.models import Meeting

# Meetings of the time before the portal, entered afterwards for the record, are not chased.
LOOKS_BACK = timedelta(days=60)


def meetings_over() -> QuerySet[Meeting]:
    """Meetings that ended lately, have no minutes, and no clock for them."""
    ended_at = Coalesce("ends_at", "starts_at")
    rows = Meeting.objects.without_minutes().annotate(ended_at=ended_at)
    rows = rows.filter(ended_at__gte=clock.now() - LOOKS_BACK, deadlines__isnull=True)
    return rows.order_by("ended_at", "pk")


def clocks_to_adjust() -> QuerySet[Deadline]:
    """Running clocks of meetings whose minutes are published, or that were moved to another day."""
    ended_on = TruncDate(Coalesce("meeting__ends_at", "meeting__starts_at"), tzinfo=clock.TAIPEI)
    rows = Deadline.objects.unsettled().filter(kind=Kind.MINUTES).annotate(ended_on=ended_on)
    is_published = Q(meeting__minutes_published_on__isnull=False)
    return rows.filter(is_published | ~Q(counted_from=F("ended_on"))).order_by("pk")
