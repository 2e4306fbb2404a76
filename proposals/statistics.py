"""Figures about ministries' own referrals: aggregate queries that count, and name nobody.

Only cases submitted here count; imported ones are history. A merged case counts neither as open nor as
answered: no body has a part in it, and its answer counts once, in the case in which it is dealt with.
A ministry is named beside a share or a median only from `FEWEST_CASES` on: below that the functions answer
None and pages stay silent.
Public pages use `punctuality` and `median_own_days` as the dashboard does, so that both say the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Least, TruncDate

from members import clock
from members.models import Organisation

from .deadlines import Stop, united
from .models import AnswerRating, Pause, Proposal, Referral
from .models.referrals import is_late, is_very_late
from .states import ReferralState

FEWEST_CASES = 5
SOON_DAYS = 7

RUNNING = Q(state__in=[ReferralState.SENT, ReferralState.IN_PROGRESS])
ANSWERED = Q(state=ReferralState.ANSWERED)


@dataclass(frozen=True)
class Punctuality:
    """How many answers of a span of time were given, and how many by their due date."""

    answered: int
    on_time: int

    @property
    def percent(self) -> int | None:
        """The share given in time, rounded down; None below five answers."""
        if self.answered < FEWEST_CASES:
            return None
        return 100 * self.on_time // self.answered


@dataclass(frozen=True)
class Workload:
    """What lies with some bodies today, as the dashboard counts it."""

    todo: int
    waiting: int
    sign_off: int
    answered: int
    overdue: int
    very_overdue: int
    soon: int
    to_accept: int
    this_year: Punctuality


def counted(bodies: Sequence[Organisation]) -> QuerySet[Referral]:
    """The referrals of these bodies that figures are about: of our own cases, not returned or cancelled.

    `kept_on` is the day by which figures judge: of a letter proved to be earlier, that of the letter.
    """
    rows = Referral.objects.for_bodies(list(bodies)).active()
    return rows.filter(proposal__origin=Proposal.Origin.PORTAL).annotate(
        answered_on=TruncDate("answered_at", tzinfo=clock.TAIPEI, output_field=DateField()),
        kept_on=Least("answered_on", "proved_on"),
    )


def is_soon(today: date) -> Q:
    """Running, and due within a week."""
    week = (today, today + timedelta(days=SOON_DAYS))
    return RUNNING & Q(is_paused=False, due_on__range=week)


def workload(bodies: Sequence[Organisation]) -> Workload:
    """The counts of the dashboard's tabs and cards, in one query."""
    today = clock.today()
    this_year = ANSWERED & Q(answered_on__year=today.year, due_on__isnull=False)
    figures = counted(bodies).aggregate(
        todo=Count("pk", filter=RUNNING),
        waiting=Count("pk", filter=Q(state=ReferralState.WAITING)),
        sign_off=Count("pk", filter=RUNNING & Q(sign_off_since__isnull=False)),
        answered=Count("pk", filter=ANSWERED),
        overdue=Count("pk", filter=is_late(today)),
        very_overdue=Count("pk", filter=is_very_late(today)),
        soon=Count("pk", filter=is_soon(today)),
        to_accept=Count("pk", filter=Q(state=ReferralState.SENT)),
        year_answered=Count("pk", filter=this_year),
        year_on_time=Count("pk", filter=this_year & Q(kept_on__lte=F("due_on"))),
    )
    year = Punctuality(figures.pop("year_answered"), figures.pop("year_on_time"))
    return Workload(this_year=year, **figures)


def punctuality(body: Organisation, year: int | None = None) -> Punctuality:
    """A body's answers, of one year (by the day of the answer, in Taiwan) or of all; one query."""
    rows = counted([body]).filter(ANSWERED, due_on__isnull=False)
    if year is not None:
        rows = rows.filter(Q(answered_on__year=year))
    figures = rows.aggregate(
        answered=Count("pk"),
        on_time=Count("pk", filter=Q(kept_on__lte=F("due_on"))),
    )
    return Punctuality(**figures)


def extended_percent(body: Organisation) -> int | None:
    """The share of a body's answers for which it extended its period, rounded down; None below five."""
    figures = (
        counted([body])
        .filter(ANSWERED)
        .aggregate(answered=Count("pk"), extended=Count("pk", filter=Q(extension__isnull=False)))
    )
    if figures["answered"] < FEWEST_CASES:
        return None
    return int(100 * figures["extended"] // figures["answered"])


@dataclass(frozen=True)
class Ratings:
    """What proposers make of the answers of a body which led their cases, from five cases on."""

    cases: int
    usefulness: float
    answered_percent: int


def ratings_of(body: Organisation) -> Ratings | None:
    """Of cases that the body led; a case counts with its latest rating. None below five cases; one query."""
    led = Referral.objects.active().filter(
        proposal=OuterRef("proposal"), round=OuterRef("round"), ministry=body, part=Referral.Part.LEAD
    )
    latest = (
        AnswerRating.objects.filter(Exists(led)).order_by("proposal_id", "-round").distinct("proposal_id")
    )
    rows = list(latest.values_list("usefulness", "answered"))
    if len(rows) < FEWEST_CASES:
        return None
    yes = sum(answered == AnswerRating.Answered.YES for _usefulness, answered in rows)
    mean_usefulness = sum(usefulness for usefulness, _answered in rows) / len(rows)
    return Ratings(len(rows), round(mean_usefulness, 1), 100 * yes // len(rows))


def own_days(received_on: date, answered_on: date, pauses: Iterable[Pause]) -> int:
    """The days from receipt to answer without those on which the clock stood still."""
    return (answered_on - received_on).days - stopped_days(pauses, received_on, answered_on)


def own_days_of(row: Any) -> int:
    """Of an answered part: those of the body that answered. What it took over counts from the hand-over on.

    Neither the days of the body before it nor those booked to the reorganisation are its own.
    """
    before = row.handed_over
    since = max(row.received_on, clock.local_date(before.until)) if before else row.received_on
    days = own_days(since, max(row.kept_on, since), row.pauses.all())
    return max(0, days - before.booked_days) if before else days


def stopped_days(pauses: Iterable[Pause], since: date, until: date) -> int:
    """The days between on which a clock stood still, each once, however many causes it had."""
    stops = [
        Stop(max(pause.starts_on, since), min(pause.ends_on or until, until))
        for pause in pauses
        if pause.starts_on < until and (pause.ends_on is None or pause.ends_on > since)
    ]
    return sum((stop.ends_on - stop.starts_on).days for stop in united(stops) if stop.ends_on)


def median_own_days(body: Organisation) -> int | None:
    """The median of a body's own days over all its answered referrals; None below five. Two queries."""
    rows: Iterable[Any] = (
        counted([body]).filter(ANSWERED, received_on__isnull=False).prefetch_related("pauses")
    )
    days = [own_days_of(row) for row in rows if row.received_on and row.kept_on]
    return round(median(days)) if len(days) >= FEWEST_CASES else None
