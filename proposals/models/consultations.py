from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.permissions import AnyUser, bodies_of, is_known, reads_all, represented
from proposals.states import COMMENTED_IN
from workinggroups.permissions import triaged_groups

from .case import HIDDEN_STATES, Proposal
from .leading import led_by
from .recusals import recused_from


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Of public cases everybody; before, the invited body, the proposer, the group's officers without an
        interest, the secretariat and the auditors."""
        allowed = Q(proposal__accepted_at__isnull=False) & ~Q(proposal__state__in=HIDDEN_STATES)
        if not is_known(user):
            return self.filter(allowed)
        if reads_all(user):
            return self
        allowed |= led_by(represented(user), "proposal")
        allowed |= Q(ministry__in=bodies_of(user)) & ~Q(proposal__state__in=HIDDEN_STATES)
        allowed |= Q(proposal__group__in=triaged_groups(user)) & ~recused_from(user)
        return self.filter(allowed)

    def waiting(self) -> Self:
        """Invited, and neither commented nor declined yet."""
        return self.filter(commented_at__isnull=True, declined_at__isnull=True)

    def open(self) -> Self:
        """Waiting, and the group has not decided yet."""
        return self.waiting().filter(proposal__state__in=COMMENTED_IN)


class Consultation(models.Model):
    """事前徵詢: a ministry invited to comment before the referral. It has no clock and need say nothing."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="consultations")
    ministry = models.ForeignKey(Organisation, models.PROTECT, related_name="consultations")
    note = models.TextField(_("what the group would like to know"), blank=True)
    invited_at = models.DateTimeField(default=clock.now)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), blank=True)
    commented_at = models.DateTimeField(null=True)
    commented_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    declined_at = models.DateTimeField(null=True)

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to comment")
        verbose_name_plural = _("invitations to comment")
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "ministry"], name="proposals_consultation_once"),
            models.CheckConstraint(
                condition=Q(commented_at__isnull=True, text="", commented_by__isnull=True)
                | (Q(commented_at__isnull=False, commented_by__isnull=False) & ~Q(text="")),
                name="proposals_consultation_comment_has_text",
            ),
            models.CheckConstraint(
                condition=Q(commented_at__isnull=True) | Q(declined_at__isnull=True),
                name="proposals_consultation_comments_or_declines",
            ),
        ]
        triggers = [pgtrigger.Protect(name="invitation_is_never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.proposal.number} · {self.ministry}"
