from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.said import local

from .meetings import Meeting


class AgendaItem(models.Model):
    """One item of a meeting's agenda. What it is about on other floors is linked from there."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda", verbose_name=_("meeting"))
    position = models.PositiveSmallIntegerField(_("position"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=200, blank=True)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    minutes_text = models.TextField(_("what was said"), blank=True)
    decision_text = models.TextField(_("what was decided"), blank=True)

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="workinggroups_agenda_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return self.title or gettext("A member’s proposal")

    @property
    def title(self) -> str:
        """Empty where the item is a case, whose own title is shown to whoever may read it."""
        return local(self.title_zh, self.title_en)


class ActionItemQuerySet(models.QuerySet):
    def undone(self) -> Self:
        return self.filter(done_at__isnull=True)

    def carried_to(self, meeting: Meeting) -> Self:
        """What earlier meetings of the group, or series, left to do and was undone when this one began."""
        same = Q(meeting__group=meeting.group_id) if meeting.group_id else Q(meeting__group__isnull=True)
        if meeting.series_id:
            same |= Q(meeting__series=meeting.series_id)
        was_undone = Q(done_at__isnull=True) | Q(done_at__gte=meeting.starts_at)
        rows = self.filter(same, was_undone, meeting__starts_at__lt=meeting.starts_at)
        return rows.exclude(meeting=meeting.pk).order_by("due_on", "pk")

    def told(self) -> Self:
        """With all that a list shows of each; one statement."""
        return self.select_related("owner", "organisation", "meeting__group")


class ActionItem(models.Model):
    """What somebody is to do after a meeting, until when. It is on every later agenda until it is done."""

    meeting = models.ForeignKey(
        Meeting, models.PROTECT, related_name="action_items", verbose_name=_("meeting")
    )
    text = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="action_items", verbose_name=_("person")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="action_items",
        verbose_name=_("organisation"),
    )
    due_on = models.DateField(pgettext_lazy("action item", "until"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, organisation__isnull=True)
                | Q(owner__isnull=True, organisation__isnull=False),
                name="workinggroups_action_has_one_owner",
            ),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="workinggroups_action_done_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.due_on < clock.today()
