import secrets
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import clock

from .organisations import Organisation
from .people import Affiliation, User

VALID_DAYS = 14


def new_token() -> str:
    return secrets.token_urlsafe(24)


def expiry() -> datetime:
    return clock.now() + timedelta(days=VALID_DAYS)


class InvitationQuerySet(models.QuerySet):
    def open(self) -> Self:
        return self.filter(accepted_at__isnull=True, expires_at__gt=clock.now())


class Invitation(models.Model):
    """The only way to an account: a person is invited by mail into a role of an organisation."""

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(
        _("language"),
        max_length=8,
        choices=User.Language.choices,
        default=User.Language.CHINESE,
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="invitations",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=16, choices=Affiliation.Role.choices)
    invited_by = models.ForeignKey(
        User,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("invited by"),
    )
    created_at = models.DateTimeField(_("sent"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), default=expiry)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, editable=False, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.email} → {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("members:invitation", args=[self.token])
