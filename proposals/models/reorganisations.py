from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Organisation, User
from members.permissions import AnyUser, reads_all

from .case import Proposal
from .consultations import Consultation
from .follow_ups import FollowUp
from .referrals import Referral


class ReorganisationQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The act itself is the office's; what came of it is told in each case and on each body's page."""
        return self if reads_all(user) else self.none()


class Reorganisation(models.Model):
    """組織調整: a body ends, gives matters away or takes another name, by a document. Applied once, for good.

    Its number makes it safe to apply twice: the second time nothing is changed.
    """

    class Kind(models.TextChoices):
        ENDED = "ended", pgettext_lazy("reorganisation", "the body ends, its matters pass to others")
        PARTIAL = "partial", pgettext_lazy("reorganisation", "the body goes on, some of its matters pass")
        RENAMED = "renamed", pgettext_lazy("reorganisation", "the body takes another name")

    body = models.ForeignKey(
        Organisation, models.PROTECT, related_name="reorganisations", verbose_name=_("government body")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    effective_on = models.DateField(_("takes effect on"))
    document_number = models.CharField(_("document number"), max_length=80, unique=True)
    applied_at = models.DateTimeField(_("applied"), default=clock.now)
    applied_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("applied by"))

    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        ordering = ["-applied_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(document_number=""), name="proposals_reorganisation_has_document"
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="reorganisation_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_number} · {self.body}"


class HandoverQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Those of cases that the user may read."""
        cases = Proposal.objects.visible_to(user)
        return self.filter(
            Q(referral__proposal__in=cases)
            | Q(follow_up__proposal__in=cases)
            | Q(consultation__proposal__in=cases)
        )


class Handover(models.Model):
    """One part of a case, follow-up item or invitation to comment that a reorganisation passed on.

    `booked_days` are those by which its due date moved so that the new liaisons have their ten working days.
    """

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="handovers")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="handovers")
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="handovers")
    consultation = models.ForeignKey(Consultation, models.PROTECT, null=True, related_name="handovers")
    from_body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("passed by"))
    to_body = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("taken over by")
    )
    old_due_on = models.DateField(_("due before"), null=True)
    new_due_on = models.DateField(_("due now"), null=True)
    booked_days = models.PositiveSmallIntegerField(_("days booked to the reorganisation"), default=0)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(referral__isnull=False, follow_up__isnull=True, consultation__isnull=True)
                | Q(referral__isnull=True, follow_up__isnull=False, consultation__isnull=True)
                | Q(referral__isnull=True, follow_up__isnull=True, consultation__isnull=False),
                name="proposals_handover_is_of_one",
            ),
            models.UniqueConstraint(
                fields=["reorganisation", "referral"], name="proposals_handover_referral_once"
            ),
            models.UniqueConstraint(
                fields=["reorganisation", "follow_up"], name="proposals_handover_follow_up_once"
            ),
            models.UniqueConstraint(
                fields=["reorganisation", "consultation"], name="proposals_handover_consultation_once"
            ),
            models.CheckConstraint(
                condition=~Q(from_body=models.F("to_body")), name="proposals_handover_is_between_two"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="handover_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.from_body} → {self.to_body}"
