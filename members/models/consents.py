import pgtrigger
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from members import clock

from .people import User


class Consent(models.Model):
    """When somebody agreed to which privacy notice (個人資料保護法第8條). Never changed, never deleted."""

    user = models.ForeignKey(User, models.PROTECT, related_name="consents", verbose_name=_("person"))
    version = models.CharField(_("privacy notice of"), max_length=20)
    given_at = models.DateTimeField(_("consent given"), default=clock.now)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = [F("given_at").desc(), "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "version"], name="members_consent_once_to_each_text")
        ]
        triggers = [
            pgtrigger.Protect(name="consent_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="consents_are_never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'consents are never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.given_at:%Y-%m-%d}"
