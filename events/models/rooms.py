from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Organisation, User
from members.models.taxonomy import Named
from members.permissions import AnyUser, is_known, reads_all, represented
from members.said import local
from proposals.models import CalendarDay
from workinggroups.models import Meeting, WorkingGroup
from workinggroups.permissions import triaged_groups

Span = tuple[datetime, datetime]


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class Room(Named):
    """實體空間: a room of the alliance that its members and groups may use."""

    slug = models.SlugField(_("address"), unique=True)
    place_zh = models.CharField(_("place (Chinese)"), max_length=120, blank=True)
    place_en = models.CharField(_("place (English)"), max_length=160, blank=True)
    equipment_zh = models.CharField(_("equipment (Chinese)"), max_length=300, blank=True)
    equipment_en = models.CharField(_("equipment (English)"), max_length=400, blank=True)
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])
    step = models.PositiveSmallIntegerField(
        _("booked in steps of (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )
    needs_approval = models.BooleanField(_("the secretariat approves each booking"), default=True)
    is_active = models.BooleanField(_("can be booked"), default=True)

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name_zh"]
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="events_room_has_seats"),
            models.CheckConstraint(condition=Q(step__range=(5, 240)), name="events_room_step_is_usual"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("events:room", args=[self.slug])

    @property
    def place(self) -> str:
        return local(self.place_zh, self.place_en)

    @property
    def equipment(self) -> str:
        return local(self.equipment_zh, self.equipment_en)

    def openings(self, days: Iterable[date]) -> dict[date, Span | None]:
        """When the room is open on each day: the weekday's hours if offices work, else as `RoomDay` says.

        A day that the office calendar does not know yet counts by its weekday alone. Three queries.
        """
        asked = list(days)
        hours = {row.weekday: (row.opens, row.closes) for row in self.hours.all()}
        own = {row.day: row for row in self.days.filter(day__in=asked)}
        offices = dict(CalendarDay.objects.filter(day__in=asked).values_list("day", "is_workday"))
        found: dict[date, Span | None] = {}
        for day in asked:
            if day in own:
                times = own[day].times
            else:
                times = hours.get(day.weekday()) if offices.get(day, True) else None
            found[day] = (at(day, times[0]), at(day, times[1])) if times else None
        return found


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, clock.TAIPEI)


class RoomHours(models.Model):
    """When a room is open on a weekday on which offices work; a weekday without a row is closed."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["room", "weekday"]
        constraints = [
            models.UniqueConstraint(fields=["room", "weekday"], name="events_hours_once_a_weekday"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="events_hours_close_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class RoomDay(models.Model):
    """One day on which a room is open at other times than usual, or closed."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    opens = models.TimeField(_("opens"), null=True, blank=True, help_text=_("Empty: closed on this day."))
    closes = models.TimeField(_("closes"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("day with hours of its own")
        verbose_name_plural = _("days with hours of their own")
        ordering = ["room", "day"]
        constraints = [
            models.UniqueConstraint(fields=["room", "day"], name="events_room_day_once"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(closes__gt=F("opens")),
                name="events_room_day_open_or_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.day.isoformat()

    @property
    def times(self) -> tuple[time, time] | None:
        return (self.opens, self.closes) if self.opens and self.closes else None


class BookingQuerySet(models.QuerySet):
    def holding(self) -> Self:
        """Those that keep the room from others: asked for, or approved."""
        return self.filter(state__in=Booking.HOLDING)

    def waiting(self) -> Self:
        """Asked for, not decided, and not over yet."""
        return self.filter(state=Booking.State.REQUESTED, period__endswith__gt=clock.now())

    def touching(self, since: datetime, until: datetime) -> Self:
        return self.filter(period__overlap=(since, until))

    def to_come(self) -> Self:
        return self.filter(period__endswith__gt=clock.now())

    def visible_to(self, user: AnyUser) -> Self:
        """One's own organisations' and groups'; all for the secretariat and the auditors.

        That a room is taken is seen by everybody, by whom and what for is not.
        """
        if not is_known(user):
            return self.none()
        if reads_all(user):
            return self
        own = Q(organisation__in=represented(user)) | Q(group__in=triaged_groups(user))
        return self.filter(own)


class Booking(models.Model):
    """A room taken by a member or by a group for a span of time. Two that hold one room never overlap."""

    class State(models.TextChoices):
        REQUESTED = "requested", pgettext_lazy("booking", "asked for")
        APPROVED = "approved", pgettext_lazy("booking", "approved")
        REFUSED = "refused", pgettext_lazy("booking", "refused")
        CANCELLED = "cancelled", pgettext_lazy("booking", "cancelled")

    HOLDING = (State.REQUESTED, State.APPROVED)
    TONES = {
        State.REQUESTED: ("soon", "hourglass"),
        State.APPROVED: ("ok", "check"),
        State.REFUSED: ("late", "minus"),
        State.CANCELLED: ("muted", "close"),
    }

    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings", verbose_name=_("room"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("organisation"),
    )
    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("working group"),
    )
    meeting = models.ForeignKey(
        Meeting, models.SET_NULL, null=True, blank=True, related_name="bookings", verbose_name=_("meeting")
    )
    period = DateTimeRangeField(_("time"))
    purpose = models.CharField(_("purpose"), max_length=200)
    people = models.PositiveSmallIntegerField(_("number of people"))
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.REQUESTED, editable=False
    )
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("booked by"))
    booked_at = models.DateTimeField(_("booked"), default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"), editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        ordering = ["period", "pk"]
        constraints = [
            ExclusionConstraint(
                name="events_booking_never_overlaps",
                expressions=[("room", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
                condition=Q(state__in=["requested", "approved"]),
            ),
            models.CheckConstraint(
                condition=Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="events_booking_begins_and_ends",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, group__isnull=True)
                | Q(organisation__isnull=True, group__isnull=False),
                name="events_booking_for_a_member_or_a_group",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="events_booking_refused_says_why"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="decided_once",
                field="state",
                transitions=[
                    ("requested", "approved"),
                    ("requested", "refused"),
                    ("requested", "cancelled"),
                    ("approved", "cancelled"),
                ],
            ),
            pgtrigger.Protect(
                name="booking_is_never_moved",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__period__df=pgtrigger.F("new__period"))
                | pgtrigger.Q(old__room_id__df=pgtrigger.F("new__room_id"))
                | pgtrigger.Q(old__organisation_id__df=pgtrigger.F("new__organisation_id"))
                | pgtrigger.Q(old__group_id__df=pgtrigger.F("new__group_id")),
            ),
            pgtrigger.Protect(name="booking_is_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.room} {clock.local_date(self.starts_at)}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower.astimezone(clock.TAIPEI)

    @property
    def ends_at(self) -> datetime:
        return self.period.upper.astimezone(clock.TAIPEI)

    @property
    def is_holding(self) -> bool:
        return self.state in self.HOLDING

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    @property
    def tone(self) -> tuple[str, str]:
        return self.TONES[self.State(self.state)]

    @property
    def holder(self) -> Organisation | WorkingGroup:
        """In whose name it is booked."""
        return self.organisation or self.group  # type: ignore[return-value]  # exactly one, by constraint
