from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members import clock

from .groups import WorkingGroup


class MeetingQuerySet(models.QuerySet):
    def upcoming(self) -> Self:
        """Public meetings still to come, the next one first."""
        return self.filter(is_public=True, starts_at__gte=clock.now()).order_by("starts_at")

    def without_minutes(self) -> Self:
        """Meetings of a group that are over and whose minutes nobody has published."""
        over = Q(ends_at__lt=clock.now()) | Q(ends_at__isnull=True, starts_at__lt=clock.now())
        return self.filter(over, group__isnull=False, minutes_published_on__isnull=True)


class Meeting(models.Model):
    """A meeting of the alliance or of one group."""

    class Kind(models.TextChoices):
        GENERAL = "general", _("general assembly")
        WORKING = "working", _("working meeting")
        FORUM = "forum", _("forum")
        PREPARATORY = "preparatory", _("preparatory meeting")

    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("group"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.WORKING)
    title_zh = models.CharField(_("title (Chinese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    place_zh = models.CharField(_("place (Chinese)"), max_length=120, blank=True)
    place_en = models.CharField(_("place (English)"), max_length=160, blank=True)
    online_url = models.URLField(_("online link"), blank=True)
    is_public = models.BooleanField(_("shown to the public"), default=True)
    minutes_published_on = models.DateField(_("minutes published on"), null=True, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-starts_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_zh

    @property
    def place(self) -> str:
        return self.place_en if get_language() == "en" and self.place_en else self.place_zh
