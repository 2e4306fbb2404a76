"""The course of a group: the periods of its work, and what it means to reach by when."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members.models.dated import Dated
from members.models.taxonomy import Named
from members.said import local

from .groups import WorkingGroup


class Period(Named, Dated):
    """屆別: a span of a group's work, or without a group of the alliance's, such as a term of its convener.

    Which there are is data. Its days are those of seats given for it without days of their own.
    """

    group = models.ForeignKey(
        WorkingGroup,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="periods",
        verbose_name=_("group"),
        help_text=_("Empty: a period of the alliance itself."),
    )

    class Meta(Dated.Meta):
        verbose_name = pgettext_lazy("of a group or the alliance", "period")
        verbose_name_plural = pgettext_lazy("of a group or the alliance", "periods")
        ordering = ["-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="workinggroups_period_has_days",
            )
        ]


class MilestoneQuerySet(models.QuerySet):
    def in_order(self) -> Self:
        """What is still to be reached first, the nearest day before all."""
        return self.order_by(F("done_on").desc(nulls_first=True), "due_on", "pk")


class Milestone(models.Model):
    """What a group means to reach, by which day, and the day on which it did."""

    group = models.ForeignKey(
        WorkingGroup, models.CASCADE, related_name="milestones", verbose_name=_("group")
    )
    due_on = models.DateField(_("planned day"))
    title_zh = models.CharField(_("title (Chinese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    text_zh = models.CharField(_("remark (Chinese)"), max_length=300, blank=True)
    text_en = models.CharField(_("remark (English)"), max_length=300, blank=True)
    done_on = models.DateField(_("reached on"), null=True, blank=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return local(self.title_zh, self.title_en)
