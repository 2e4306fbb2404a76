from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation
from members.permissions import AnyUser, is_known, reads_all
from members.said import local

from .groups import Seat, WorkingGroup, holds_a_role
from .series import Kind, MeetingSeries

USUAL_LENGTH = timedelta(hours=2)
INVITED = (*Affiliation.READING, Affiliation.Role.REPRESENTATIVE)
"""Who knows of a meeting to which their organisation is invited; press contacts know what the public does."""


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Public ones; of the others the seats of the group, whoever is invited, and who reads all."""
        allowed = Q(is_public=True)
        if not is_known(user):
            return self.filter(allowed)
        if reads_all(user):
            return self
        if not holds_a_role(user):
            return self.filter(allowed)
        seats = Seat.objects.current().filter(user=user, group__isnull=False)
        organisations = user.organisations_as(*INVITED)
        allowed |= Q(group__in=seats.values("group"))
        allowed |= Q(participants__user=user)
        allowed |= Q(participants__user__isnull=True, participants__organisation__in=organisations)
        return self.filter(allowed).distinct()

    def upcoming(self) -> Self:
        """Public meetings still to come, the next one first; one that was cancelled stays in sight."""
        return self.filter(is_public=True).coming()

    def coming(self) -> Self:
        return self.filter(starts_at__gte=clock.now()).order_by("starts_at")

    def past(self) -> Self:
        return self.filter(starts_at__lt=clock.now()).order_by("-starts_at")

    def held(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def without_minutes(self) -> Self:
        """Meetings that are over and whose minutes nobody has published."""
        over = Q(ends_at__lt=clock.now()) | Q(ends_at__isnull=True, starts_at__lt=clock.now())
        return self.held().filter(over, minutes_published_on__isnull=True)

    def next_number(self, group: WorkingGroup | None, kind: str) -> int:
        """The number of the next meeting of this kind in the group, or of the alliance."""
        last = self.filter(group=group, kind=kind).aggregate(last=Max("number"))["last"]
        return (last or 0) + 1


class Meeting(models.Model):
    """A meeting of the alliance or of one group."""

    Kind = Kind

    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("group"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.WORKING)
    series = models.ForeignKey(
        MeetingSeries,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("series"),
    )
    number = models.PositiveSmallIntegerField(
        _("number"),
        null=True,
        blank=True,
        help_text=_("Which meeting of its kind in the group it is: the 3rd working meeting."),
    )
    title_zh = models.CharField(_("title (Chinese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place_zh = models.CharField(_("place (Chinese)"), max_length=120, blank=True)
    place_en = models.CharField(_("place (English)"), max_length=160, blank=True)
    online_url = models.URLField(
        _("online link"),
        blank=True,
        help_text=_("Seen by the group and whoever is invited, never in public."),
    )
    chaired_by = models.CharField(_("in the chair"), max_length=80, blank=True)
    recorded_by = models.CharField(_("minutes taken by"), max_length=80, blank=True)
    letter_number = models.CharField(_("number of the notice"), max_length=60, blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=True)
    invited_at = models.DateTimeField(_("invitations sent"), null=True, blank=True, editable=False)
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often its time or place was changed: SEQUENCE of RFC 5545."
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=300, blank=True, editable=False)
    minutes_published_on = models.DateField(_("minutes published on"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["group", "kind", "number"],
                condition=Q(number__isnull=False),
                nulls_distinct=False,
                name="workinggroups_meeting_number_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="workinggroups_meeting_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | (Q(cancelled_at__isnull=False) & ~Q(cancel_reason="")),
                name="workinggroups_meeting_cancelled_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("workinggroups:meeting", args=[self.pk])

    @property
    def title(self) -> str:
        return local(self.title_zh, self.title_en)

    @property
    def place(self) -> str:
        return local(self.place_zh, self.place_en)

    @property
    def closes_at(self) -> datetime:
        """Its end, or, where nobody has said when, two hours after its beginning."""
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= clock.now()

    def in_the_chair(self, name: str, *, is_inside: bool) -> str:
        """Who was in the chair as a reader is told: in public nobody who has not agreed to be named."""
        if is_inside or not name:
            return name
        day = clock.local_date(self.starts_at)
        seats = Seat.objects.current(day).filter(Q(group=self.group_id) | Q(role=Seat.Role.CHAIR))
        return name if seats.filter(user__name=name, named_on__lte=clock.today()).exists() else ""

    @property
    def called(self) -> dict[str, str]:
        """How a case's history names it: 第3次工作會議, 3rd working meeting; else by its title."""
        if self.number is None:
            return {"zh": self.title_zh, "en": self.title_en or self.title_zh}
        kind = Kind(self.kind).label
        with translation.override("zh-hant"):
            zh = f"第{self.number}次{kind}"
        with translation.override("en"):
            en = f"{ordinal(self.number)} {kind}"
        return {"zh": zh, "en": en}


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 21st."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{({1: 'st', 2: 'nd', 3: 'rd'}).get(number % 10, 'th')}"
