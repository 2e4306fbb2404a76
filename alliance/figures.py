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
    Value,
)
from django.db.models.functions import Coalesce, Least, TruncDate
from redis import RedisError

from members import clock
from proposals.models import Pause, Proposal, Referral
from proposals.models.case import HIDDEN_STATES
from proposals.models.referrals import is_late, is_very_late
from proposals.states import ReferralState
from proposals.statistics import FEWEST_CASES, is_soon

SECONDS = 60
SPAN = timedelta(days=365)


@dataclass(frozen=True)
class Figures:
    """Counts of ministries' parts of public cases today, and of the answers of the last year."""

    soon: int
    waiting: int
    overdue: int
    very_overdue: int
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


class StoodStill(Aggregate):
    """The days of a clock's pauses, each once, however many causes it had: as the deadlines count them."""

    function = "range_agg"
    template = (
        "(SELECT sum(upper(stop) - lower(stop)) FROM unnest(range_agg(daterange(%(expressions)s))) AS stop)"
        " * interval '1 day'"
    )
    output_field = DurationField()
    name = "StoodStill"


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
    counts = shown.open().aggregate(
        soon=Count("pk", filter=is_soon(today)),
        waiting=Count("pk", filter=Q(state=ReferralState.WAITING)),
        overdue=Count("pk", filter=is_late(today)),
        very_overdue=Count("pk", filter=is_very_late(today)),
    )
    pauses = Pause.objects.filter(referral=OuterRef("pk"), ends_on__gt=F("starts_on")).order_by()
    paused = pauses.values("referral").annotate(days=StoodStill("starts_on", "ends_on"))
    answered_on = Least(
        TruncDate("answered_at", tzinfo=clock.TAIPEI, output_field=DateField()), F("proved_on")
    )
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
