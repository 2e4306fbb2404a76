from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from members import clock
from members.permissions import AnyUser
from workinggroups.models import AgendaItem

from .case import Proposal


class CaseOnAgendaQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Cases that the user may read, on meetings that the public is told of."""
        return self.readable_by(user).filter(item__meeting__is_public=True)

    def readable_by(self, user: AnyUser) -> Self:
        """Cases that the user may read, on whatever meeting: for pages of meetings that it may know of."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user))

    def upcoming(self) -> Self:
        return self.filter(item__meeting__starts_at__gte=clock.now())


class CaseOnAgenda(models.Model):
    """A case that a meeting of its group is to discuss. The agenda itself holds no word of the case."""

    item = models.OneToOneField(
        AgendaItem, models.CASCADE, related_name="case", verbose_name=_("agenda item")
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="on_agendas", verbose_name=_("proposal")
    )

    objects = CaseOnAgendaQuerySet.as_manager()

    class Meta:
        verbose_name = _("case on an agenda")
        verbose_name_plural = _("cases on an agenda")
        ordering = ["item__meeting__starts_at", "item__position"]

    def __str__(self) -> str:
        return f"{self.proposal.number} · {self.item.meeting}"
