from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .dated import Dated, DatedQuerySet
from .people import User


class AbsenceQuerySet(DatedQuerySet):
    def to_come(self, on: date) -> Self:
        """Those that run or have not begun."""
        return self.filter(ends_on__gt=on)


class Absence(Dated):
    """Days on which somebody is away: letters go to those who are there. Set by the person alone.

    `ends_on` is the day on which the person is back.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="absences", verbose_name=_("person"))
    note = models.CharField(_("note"), max_length=120, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=False, ends_on__gt=F("starts_on")),
                name="members_absence_has_a_day_of_return",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.starts_on.isoformat()}"
