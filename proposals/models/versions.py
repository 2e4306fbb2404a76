from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import AnyUser

from .case import Proposal
from .lasting import Lasting


class TextVersionQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Versions hold public words only: whoever may know of the case may read them all."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user).values("pk"))


class TextVersion(models.Model):
    """The words of a case as they were submitted, or as the proposer amended them. Never changed.

    `content` holds the texts of `TEXT_FIELDS` by name, and `asks`: a list of number, law, article, text and
    text_other. Restricted text, files and drafts never enter.

    A redaction alone takes words out of it (`lasting.py`), as out of the case and its asks.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="text_versions")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()
    reason = models.TextField(_("reason"), blank=True)
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the text")
        verbose_name_plural = _("versions of the text")
        ordering = ["proposal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="proposals_version_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="proposals_version_counts_from_one"
            ),
        ]
        triggers = [
            Lasting(name="version_is_never_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} v{self.number}"
