"""The few figures of the home page: how the whole alliance keeps its word. Names no body and nobody."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import (
    Aggregate,
    Count,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate
from redis import RedisError

from members import clock
from proposals.models import Pause, Proposal, Referral
from proposals.models.case import HIDDEN_STATES
from proposals.states import ReferralState
from proposals.statistics import FEWEST_CASES, SOON_DAYS

SECONDS = 60
SPAN = timedelta(days=365)


@dataclass(frozen=True)
class Figures:
    """Counts of ministries' parts of public cases today, and of the answers of the last year."""

    soon: int
    waiting: int
    overdue: int
    answered: int
    on_time: int
    median_days: int | None

    @property
    def percent(self) -> int | None:
        """The share answered in time, rounded down; None below five answers."""
        return 100 * self.on_time // self.answered if self.answered >= FEWEST_CASES else None


def home_figures() -> Figures:
    """The figures, at most a minute old; counted anew where the cache does not answer."""
    key = f"home-figures-{clock.today().isoformat()}"
    try:
        found = cache.get(key)
        if found is None:
            found = count_figures(clock.today())
            cache.set(key, found, SECONDS)
    except RedisError:
        return count_figures(clock.today())
    return found


class Days(Aggregate):
    """The median of a duration, as Postgres counts it."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()
    name = "Days"


def count_figures(today: date) -> Figures:
    """Two statements: open referrals, and the answers of the last 365 days. Imported cases never count."""
    ours = Referral.objects.active().filter(proposal__origin=Proposal.Origin.PORTAL)
    shown = ours.exclude(proposal__state__in=HIDDEN_STATES)
    running = ~Q(state=ReferralState.WAITING)
    counts = shown.open().aggregate(
        soon=Count("pk", filter=running & Q(due_on__range=(today, today + timedelta(days=SOON_DAYS)))),
        waiting=Count("pk", filter=~running),
        overdue=Count("pk", filter=running & Q(due_on__lt=today)),
    )
    paused = (
        Pause.objects.filter(referral=OuterRef("pk"), ends_on__isnull=False)
        .order_by()
        .values("referral")
        .annotate(days=Sum(F("ends_on") - F("starts_on"), output_field=DurationField()))
    )
    answered_on = TruncDate("answered_at", tzinfo=clock.TAIPEI, output_field=DateField())
    answers = ours.filter(state=ReferralState.ANSWERED, answered_at__gte=clock.now() - SPAN).annotate(
        answered_on=answered_on,
        stood=Coalesce(
            Subquery(paused.values("days")[:1]), Value(timedelta(0)), output_field=DurationField()
        ),
    )
    own = ExpressionWrapper(F("answered_on") - F("received_on"), output_field=DurationField())
    kept = answers.annotate(own=own - F("stood")).aggregate(
        answered=Count("pk"),
        on_time=Count("pk", filter=Q(answered_on__lte=F("due_on"))),
        median=Days("own"),
    )
    median = kept.pop("median")
    enough = kept["answered"] >= FEWEST_CASES and median is not None
    return Figures(**counts, **kept, median_days=round(median / timedelta(days=1)) if enough else None)
