from typing import Self

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import User
from members.permissions import AnyUser

from .agenda import CaseOnAgenda
from .case import Proposal


class MeetingDecisionQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Those about cases that the user may read."""
        return self.filter(on_agenda__proposal__in=Proposal.objects.visible_to(user))


class MeetingDecision(models.Model):
    """What a meeting decided about a case on its agenda, in the same moment in which the case took the step.

    Never changed: the case has moved by it. What is decided otherwise later is another item of an agenda.
    """

    class Step(models.TextChoices):
        ACCEPT = "accept", pgettext_lazy("decided at a meeting", "accepted for discussion")
        REFER = "refer", pgettext_lazy("decided at a meeting", "referred to ministries")
        ASK = "ask", pgettext_lazy("decided at a meeting", "the proposer is asked for information")
        DECLINE = "decline", pgettext_lazy("decided at a meeting", "declined")
        ADJOURN = "adjourn", pgettext_lazy("decided at a meeting", "adjourned to a later meeting")

    on_agenda = models.OneToOneField(CaseOnAgenda, models.PROTECT, related_name="decision")
    step = models.CharField(_("decision"), max_length=8, choices=Step.choices)
    decided_at = models.DateTimeField(_("decided"), default=clock.now)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = MeetingDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision of a meeting")
        verbose_name_plural = _("decisions of meetings")
        ordering = ["decided_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="meeting_decision_stands", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.on_agenda} · {self.get_step_display()}"
