from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import User
from members.permissions import AnyUser, is_known, reads_all

from .groups import Seat
from .meetings import Meeting
from .redactions import StandsButForRedactions


class MinutesQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(state=Minutes.State.PUBLISHED)

    def open(self) -> Self:
        """The draft, or what is approved and not published yet: at most one of a meeting."""
        return self.exclude(state=Minutes.State.PUBLISHED)

    def visible_to(self, user: AnyUser) -> Self:
        """Published ones of meetings that the user may know of; drafts are the officers'."""
        published = self.filter(meeting__in=Meeting.objects.visible_to(user), state=Minutes.State.PUBLISHED)
        if not is_known(user):
            return published
        if reads_all(user):
            return self
        seats = Seat.objects.current().filter(user=user, role__in=Seat.TRIAGING)
        return self.filter(Q(pk__in=published.values("pk")) | Q(meeting__group__in=seats.values("group")))


class Minutes(models.Model):
    """會議紀錄 in versions: draft, approved, published. What was published is changed by
    a redaction only (a trigger).

    A correction is a new version that says why. `record` is what was said and decided, and who was there, as
    it stood when it was approved; before, the rows of the meeting are the draft.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("minutes", "draft")
        APPROVED = "approved", pgettext_lazy("minutes", "approved")
        PUBLISHED = "published", pgettext_lazy("minutes", "published")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes", verbose_name=_("meeting"))
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    opening = models.TextField(_("words of the chair"), blank=True)
    other_business = models.TextField(_("other business"), blank=True)
    correction_reason = models.CharField(_("why it was corrected"), max_length=300, blank=True)
    record = models.JSONField(default=dict, blank=True, editable=False)
    drafted_at = models.DateTimeField(_("begun"), default=clock.now, editable=False)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("of a meeting", "minutes")
        verbose_name_plural = pgettext_lazy("of a meeting", "minutes")
        ordering = ["meeting", "version"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="workinggroups_minutes_version_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=~Q(state="published"),
                name="workinggroups_minutes_one_at_work",
            ),
            models.CheckConstraint(
                condition=Q(version=1, correction_reason="") | (Q(version__gt=1) & ~Q(correction_reason="")),
                name="workinggroups_minutes_correction_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", approved_at__isnull=True, published_at__isnull=True)
                | Q(state="approved", approved_at__isnull=False, published_at__isnull=True)
                | Q(state="published", approved_at__isnull=False, published_at__isnull=False),
                name="workinggroups_minutes_state_has_moment",
            ),
        ]
        triggers = [
            StandsButForRedactions(
                name="published_minutes_stand",
                condition=pgtrigger.Q(old__state="published"),
            ),
            pgtrigger.FSM(
                name="minutes_step_by_step",
                field="state",
                transitions=[("draft", "approved"), ("approved", "draft"), ("approved", "published")],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting} v{self.version}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT
