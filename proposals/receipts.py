"""期限計算書: a date with all that explains it, stored for a case or computed on the spot.

The calculator, the command and the sheet of a case show the same thing: what `deadlines.due` found.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Self

from django.db.models import F, Q, QuerySet

from members import clock
from members.models import Named, Organisation
from members.permissions import AnyUser
from workinggroups.models import WorkingGroup

from .areas import COUNTIES, EVERYWHERE
from .day_marks import Month, day_marks, months
from .deadlines import DeadlineError, Period, Step, Stop, Unit, due
from .explanations import steps_of, told
from .grounds import Prolongation, Source, Standstill, known_by, pauses_of, prolongation_of, sources_of
from .models import (
    CalendarDay,
    Deadline,
    DeadlinePolicy,
    Proposal,
    TimelineEntry,
    WorkSuspension,
)
from .models.deadlines import PROPOSERS, Kind
from .workdays import DAY

HISTORY = (
    "received",
    "receipt_corrected",
    "extended",
    "question_asked",
    "secrecy_check_asked",
    "secrecy_checked",
    "secrecy_check_lapsed",
    "question_answered",
    "question_lapsed",
    "information_asked",
    "information_sent",
    "resumed",
    "unmerged",
    "date_moved",
    "handed_over",
)


class BeforeCalendar(DeadlineError):
    """A day of which nobody will ever announce whether offices worked."""

    def __init__(self, day: date, first: date) -> None:
        super().__init__("before_calendar", f"{day} lies before {first}, where the office calendar begins")
        self.first = first


@dataclass(frozen=True)
class Receipt:
    """One due date, told in full. `deadline` is the row it was read from, None where it was computed."""

    event_on: date
    known_by: str
    period: Period | None
    raw_last_day: date
    last_day: date
    steps: tuple[Step, ...]
    calendar_version: str
    provisional: bool
    is_stopped: bool
    counted_at: datetime
    event_at: datetime | None = None
    last_moment: datetime | None = None
    area: str = ""
    shift: bool = True
    count_first_day: bool = False
    pauses: tuple[Standstill, ...] = ()
    extension: Prolongation | None = None
    policy: DeadlinePolicy | None = None
    very_overdue_on: date | None = None
    deadline: Deadline | None = field(default=None, repr=False)

    @classmethod
    def of(cls, deadline: Deadline) -> Self:
        """The receipt of a row, as it was stored when it was last counted."""
        return cls(
            event_on=deadline.counted_from,
            known_by=known_by(deadline),
            period=deadline.period if deadline.kind != Kind.FOLLOW_UP else None,
            raw_last_day=deadline.raw_last_on,
            last_day=deadline.due_on,
            steps=steps_of(deadline),
            calendar_version=deadline.calendar_version,
            provisional=deadline.is_provisional,
            is_stopped=deadline.is_paused,
            counted_at=deadline.counted_at,
            area=deadline.area,
            pauses=pauses_of(deadline),
            extension=prolongation_of(deadline),
            policy=deadline.policy,
            very_overdue_on=deadline.very_overdue_on,
            deadline=deadline,
        )

    @classmethod
    def computed(
        cls,
        event: date | datetime,
        period: Period,
        *,
        area: str = "",
        stops: Sequence[Stop] = (),
        extension: Period | None = None,
        shift: bool = True,
        count_first_day: bool = False,
    ) -> Self:
        """Counts a period on the spot; with an area its closures count.

        Raises DeadlineError where the period cannot be computed, for an area nobody knows, and for a day
        before the office calendar begins: its closed days are not known and never will be announced.
        """
        if area:
            check_area(area)
        event_on = _date_of(event)
        _check_covered(event_on)
        result = due(
            event,
            period,
            CalendarDay.objects.table(event_on, date.max),
            stops=stops,
            extension=extension,
            closures=WorkSuspension.objects.closing(area, event_on) if area else None,
            shift=shift,
            count_first_day=count_first_day,
        )
        return cls(
            event_on=event_on,
            event_at=event if isinstance(event, datetime) else None,
            known_by="event",
            period=period,
            raw_last_day=result.raw_last_day,
            last_day=result.last_day,
            last_moment=result.last_moment,
            steps=result.steps,
            calendar_version=result.calendar_version,
            provisional=result.provisional,
            is_stopped=result.is_stopped,
            counted_at=clock.now(),
            area=area,
            shift=shift,
            count_first_day=count_first_day,
            pauses=tuple(Standstill(stop.starts_on, stop.ends_on) for stop in stops),
            extension=Prolongation(extension) if extension else None,
        )

    def as_json(self) -> dict[str, Any]:
        """The keys of `Result.as_json`, and what the result rests on."""
        return {
            "raw_last_day": self.raw_last_day.isoformat(),
            "last_day": self.last_day.isoformat(),
            "last_moment": self.last_moment.isoformat() if self.last_moment else None,
            "calendar_version": self.calendar_version,
            "provisional": self.provisional,
            "is_stopped": self.is_stopped,
            "steps": [step.as_json() for step in self.steps],
            "receipt": {
                "day": self.event_on.isoformat(),
                "moment": self.event_at.isoformat() if self.event_at else None,
                "known_by": self.known_by,
            },
            "period": {"amount": self.period.amount, "unit": self.period.unit.value} if self.period else None,
            "basis": {"zh": self.policy.basis_zh, "en": self.policy.basis_en} if self.policy else None,
            "area": self.area or None,
            "shift": self.shift,
            "count_first_day": self.count_first_day,
            "pauses": [pause.as_json() for pause in self.pauses],
            "extension": self.extension.as_json() if self.extension else None,
            "late_from": (self.last_moment or self.late_from).isoformat(),
            "very_overdue_from": self.very_overdue_on.isoformat() if self.very_overdue_on else None,
            "counted_at": self.counted_at.astimezone(clock.TAIPEI).isoformat("T", "seconds"),
            "case": self._case_json(),
        }

    def _case_json(self) -> dict[str, Any] | None:
        if self.deadline is None:
            return None
        body = self.actor
        return {
            "number": self.case.number if self.case else None,
            "step": self.deadline.kind,
            "whose": {"zh": body.name_zh, "en": body.name_en} if body else None,
            "settled": self.deadline.settled_at is not None,
        }

    @property
    def late_from(self) -> date:
        """The day at whose beginning the thing is late."""
        return self.last_day + DAY

    @property
    def is_planned(self) -> bool:
        """Set by a ministry for what it has promised, not counted."""
        return self.period is None

    @property
    def in_hours(self) -> bool:
        return self.period is not None and self.period.unit is Unit.HOUR

    @property
    def is_shifted(self) -> bool:
        return self.raw_last_day != self.last_day

    @property
    def sentences(self) -> list[str]:
        return told(self.steps)

    @property
    def months(self) -> list[Month]:
        """The days of the period as leaves of a wall calendar."""
        return months(day_marks(self.steps, self.last_day))

    @property
    def case(self) -> Proposal | None:
        """None for what was computed, and for minutes of a meeting."""
        return None if self.deadline is None or self.deadline.meeting else self.deadline.case

    @property
    def actor(self) -> Organisation | Named | WorkingGroup | None:
        return actor_of(self.deadline) if self.deadline else None

    def sources(self) -> list[Source]:
        """The days that the steps name as closed, or as make-up days, each with the row that says so."""
        return sources_of(self.steps, self.calendar_version, self.area)

    def history(self, user: AnyUser) -> QuerySet[TimelineEntry]:
        """What moved the date, or could have, as far as the reader may know."""
        row, entries = self.deadline, TimelineEntry.objects.visible_to(user)
        if row is None or self.case is None:
            return entries.none()
        referral = row.question.referral if row.question else row.referral
        scope = Q(referral=referral) if referral else Q(referral__isnull=True)
        moved = Q(kind__in=HISTORY) | Q(data__has_key="new_due_on")
        mine = Q(data__step=row.kind) | ~Q(data__has_key="step")
        found = entries.filter(scope, moved, mine, proposal=self.case, happened_at__gte=_since(row))
        return found.select_related("body", "note").order_by("happened_at", "pk")


def actor_of(deadline: Deadline) -> Organisation | Named | WorkingGroup | None:
    """Whose step it is: a body, the proposing organisation, or a group; of a settled one whose it was.

    Nobody's, of a takeover: several may take it.
    """
    if deadline.referral and deadline.settled_at:
        return deadline.referral.named_at(deadline.settled_at)
    if deadline.referral:
        return deadline.referral.ministry
    if deadline.follow_up:
        return deadline.follow_up.ministry
    if deadline.meeting:
        return deadline.meeting.group
    if deadline.kind == Kind.TAKEOVER:
        return None
    case = deadline.case
    return case.lead if deadline.question or deadline.kind in PROPOSERS else case.group


def receipts_of(proposal: Proposal, user: AnyUser) -> QuerySet[Deadline]:
    """The due dates of a case that the reader may see, with what their receipts say; the running first."""
    rows = Deadline.objects.visible_to(user).of_case(proposal)
    return rows.select_related(
        "policy",
        "proposal__group",
        "proposal__organisation",
        "proposal__taken_over_by",
        "referral__ministry",
        "referral__extension",
        "referral__proposal",
        "question__referral__ministry",
        "question__referral__proposal__organisation",
        "question__referral__proposal__taken_over_by",
        "follow_up__ministry",
        "follow_up__proposal",
    ).order_by(F("settled_at").desc(nulls_first=True), "due_on", "pk")


def check_area(area: str) -> None:
    """Raises DeadlineError unless the area is a county or city, the country, or one with closures."""
    if area in COUNTIES or area == EVERYWHERE or WorkSuspension.objects.filter(area=area).exists():
        return
    raise DeadlineError("area", f"unknown area: {area!r}; a county or city as 臺北市, or {EVERYWHERE}")


def _check_covered(day: date) -> None:
    first = CalendarDay.objects.order_by("day").values_list("day", flat=True).first()
    if first is None:
        raise DeadlineError("no_calendar", "the office calendar is empty: run the seed")
    if day < first:
        raise BeforeCalendar(day, first)


def _date_of(event: date | datetime) -> date:
    if not isinstance(event, datetime):
        return event
    try:
        return clock.local_date(event) if event.utcoffset() is not None else event.date()
    except OverflowError as error:
        raise DeadlineError("too_long", f"{event} lies outside the years 1 to 9999 of Taiwan") from error


def _since(deadline: Deadline) -> datetime:
    """The beginning of the day on which the clock was set running."""
    day = min(deadline.counted_from, clock.local_date(deadline.created_at))
    return datetime(day.year, day.month, day.day, tzinfo=clock.TAIPEI)
