from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.taxonomy import Named

from .groups import WorkingGroup


class Kind(models.TextChoices):
    """What a meeting is. The values are those of `Meeting.Kind`."""

    GENERAL = "general", _("general assembly")
    WORKING = "working", _("working meeting")
    FORUM = "forum", _("forum")
    PREPARATORY = "preparatory", _("preparatory meeting")


class MeetingSeries(Named):
    """A name that meetings share. It knows no rule: a few dates are made at a time, then kept by hand."""

    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="series",
        verbose_name=_("group"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.WORKING)

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        ordering = ["name_zh", "pk"]
