from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation
from members.permissions import AnyUser

from .case import Proposal
from .lasting import Lasting


class CoordinationQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Those of the cases that the user may read."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def decided(self) -> Self:
        return self.filter(decided_on__isnull=False)


class Coordination(models.Model):
    """權責協調: from the day on which competence is disputed until a letter decides which body is competent.

    The secretariat names a contact, never a lead, and records the meeting; all of it is published. Its days
    belong to no ministry. `decided_on` without `decided_body` says that no body is competent.
    """

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="coordinations", verbose_name=_("proposal")
    )
    opened_on = models.DateField(_("disputed since"), default=clock.today, editable=False)
    contact = models.CharField(
        _("coordinating contact"),
        max_length=200,
        blank=True,
        help_text=_("Organisation and unit that coordinate, in words. Published; they lead nothing."),
    )
    meeting_on = models.DateField(_("next date"), null=True, blank=True)
    minutes = models.TextField(
        _("conclusions of the meeting"), blank=True, help_text=_("Published with the case: name no persons.")
    )
    decision_number = models.CharField(_("number of the decision letter"), max_length=60, blank=True)
    decided_on = models.DateField(_("date of the decision letter"), null=True, blank=True)
    decided_body = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("body decided to be competent"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = CoordinationQuerySet.as_manager()

    class Meta:
        verbose_name = _("coordination of competence")
        verbose_name_plural = _("coordinations of competence")
        ordering = ["opened_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(closed_at__isnull=True),
                name="proposals_coordination_one_open",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True, decided_body__isnull=True, decision_number="")
                | (Q(decided_on__isnull=False, closed_at__isnull=False) & ~Q(decision_number="")),
                name="proposals_coordination_decided_by_letter",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="coordination_is_never_deleted", operation=pgtrigger.Delete),
            Lasting(
                name="closed_coordination_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.number} · {self.opened_on}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def ended_on(self) -> date:
        return clock.local_date(self.closed_at) if self.closed_at else clock.today()

    @property
    def days(self) -> int:
        """How long competence has been, or was, disputed."""
        return (self.ended_on - self.opened_on).days
