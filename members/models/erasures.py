from typing import Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock

from .applications import reads_applications
from .people import User


class ErasureRequestQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Secretariat and auditors; a person sees on the page of the account that the own one waits."""
        return self if reads_applications(user) else self.none()

    def open(self) -> Self:
        return self.filter(ended_at__isnull=True)


class ErasureRequest(models.Model):
    """That somebody wants their account deleted (個人資料保護法第11條), and what became of it."""

    class Outcome(models.TextChoices):
        ERASED = "erased", pgettext_lazy("account", "erased")
        WITHDRAWN = "withdrawn", pgettext_lazy("erasure", "taken back")

    user = models.ForeignKey(User, models.PROTECT, related_name="erasure_requests", verbose_name=_("person"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name=_("confirmed by")
    )

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("account to delete")
        verbose_name_plural = _("accounts to delete")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at__isnull=True), name="members_erasure_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="", confirmed_by__isnull=True)
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="members_erasure_ended_says_how",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="erasure_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="ended_erasure_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at:%Y-%m-%d}"
