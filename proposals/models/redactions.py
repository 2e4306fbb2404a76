from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Letter, Organisation, User
from members.permissions import AnyUser, is_known, reads_all
from proposals.redactable import PLACES, label_of
from workinggroups.states import RedactionKind

from .case import Proposal
from .timeline import TimelineEntry

NEVER_SHOWN = [place.name_of(column) for place in PLACES if place.never_shown for column in place.fields]


class RedactionQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The secretariat and the auditors, of the texts whose trace they may read; nobody else.

        Of a restricted text they know what was removed at their own word, not what else stood there.

        The public reads the trace in the timeline. The digest of a short text can be guessed, and is not
        shown to anybody.
        """
        if not is_known(user) or not reads_all(user):
            return self.none()
        rows = self.filter(entry__in=TimelineEntry.objects.visible_to(user).values("pk"))
        return rows.exclude(place__in=NEVER_SHOWN, is_emergency=False)


class Redaction(models.Model):
    """遮蔽: one column of one row, from which words were taken out, with its trace in the timeline.

    It holds digests (SHA-256 of the column as text) and never the words. The database lets a text that
    stands change only by such a row, written in the same transaction (`lasting.IS_REDACTION`).
    """

    Kind = RedactionKind

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="redactions", verbose_name=_("proposal")
    )
    entry = models.ForeignKey(TimelineEntry, models.PROTECT, related_name="redactions")
    table_name = models.CharField(max_length=63)
    row_key = models.CharField(max_length=40)
    field = models.CharField(max_length=63)
    place = models.CharField(max_length=100)
    old_digest = models.CharField(max_length=64)
    new_digest = models.CharField(max_length=64)
    file_sha256 = models.CharField(max_length=64, blank=True, help_text="Of the bytes that were removed.")
    kind = models.CharField(_("kind of reason"), max_length=10, choices=RedactionKind.choices)
    reason = models.TextField(_("reason"))
    is_emergency = models.BooleanField(_("emergency"), default=False)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("made by"))
    made_at = models.DateTimeField(_("made"), default=clock.now)
    made_in = models.BigIntegerField(default=0, editable=False)

    objects = RedactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("redaction")
        verbose_name_plural = _("redactions")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="proposals_redaction_has_reason"),
            models.CheckConstraint(
                condition=~Q(old_digest=F("new_digest")), name="proposals_redaction_changes_something"
            ),
        ]
        indexes = [models.Index(fields=["table_name", "row_key"], name="proposals_redaction_of_row")]
        triggers = [
            pgtrigger.Protect(
                name="redaction_is_never_undone", operation=pgtrigger.Update | pgtrigger.Delete
            ),
            pgtrigger.Trigger(
                name="redaction_knows_its_transaction",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func="NEW.made_in = txid_current(); RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.number} {self.place_label}"

    @property
    def place_label(self) -> str:
        return label_of(self.place)


class AccessQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Parties by name: the secretariat and the auditors only."""
        return self if reads_all(user) else self.none()


class Access(models.Model):
    """Who had access to a text at the moment of its emergency redaction, and how that is known.

    Names are links to accounts, so that they end with the account. Without a user it was everybody.
    """

    class How(models.TextChoices):
        OPENED = "opened", pgettext_lazy("access", "opened it, as the log says")
        EVERYBODY = "everybody", pgettext_lazy("access", "everybody could read it")
        COULD_READ = "could_read", pgettext_lazy("access", "could read it")
        LETTER = "letter", pgettext_lazy("access", "a letter with it was sent")
        FOLLOWER = "follower", pgettext_lazy("access", "followed the case and was sent it")

    entry = models.ForeignKey(TimelineEntry, models.PROTECT, related_name="accesses")
    how = models.CharField(max_length=10, choices=How.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    letter = models.ForeignKey(Letter, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    objects = AccessQuerySet.as_manager()

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        ordering = ["how", "at", "pk"]
