"""Rows that hold for a span of days: `starts_on` until before `ends_on`, open where it is empty."""

from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members import clock


class DatedQuerySet(models.QuerySet):
    def current(self, on: date | None = None) -> Self:
        """The rows that hold on a day (today unless told)."""
        day = on or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)


class Dated(models.Model):
    starts_on = models.DateField(_("from"), default=clock.today)
    ends_on = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it no longer holds."),
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="%(app_label)s_%(class)s_ends_after_start",
            )
        ]


def kept_as_history(*identity: str) -> list[pgtrigger.Trigger]:
    """Triggers of a dated role: it is never deleted, and never another one; its end is written."""
    return [
        pgtrigger.Protect(name="role_is_never_deleted", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name="role_is_never_another",
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(*identity, "starts_on"),
        ),
    ]
