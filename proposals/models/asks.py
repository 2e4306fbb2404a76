import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Law, User
from members.permissions import AnyUser, bodies_of, is_known, reads_all, represented
from proposals.states import ProposalState
from workinggroups.permissions import triaged_groups

from .case import Proposal


class Ask(models.Model):
    """One numbered thing that a proposal asks: of which law, which article, and what."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="asks")
    number = models.PositiveSmallIntegerField(_("number"))
    law = models.ForeignKey(
        Law,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="asks",
        verbose_name=_("law"),
    )
    article = models.CharField(_("article"), max_length=60, blank=True)
    text = models.TextField(_("what is asked"))
    text_other = models.TextField(_("what is asked, in the other language"), blank=True)

    class Meta:
        verbose_name = _("ask")
        verbose_name_plural = _("asks")
        ordering = ["proposal", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "number"],
                name="proposals_ask_number_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


class PartyQuerySet(models.QuerySet):
    """Rows of a case that its parties alone may read, never the public."""

    def visible_to(self, user: AnyUser) -> Self:
        """Own organisation; triage officers of the case's group; bodies that it was referred to."""
        if not is_known(user):
            return self.none()
        referred = Proposal._meta.get_field("referrals").related_model.objects
        allowed = Q(proposal__organisation__in=represented(user))
        allowed |= Q(proposal__group__in=triaged_groups(user)) & ~Q(proposal__state=ProposalState.DRAFT)
        bodies = bodies_of(user)
        if bodies:
            allowed |= Exists(referred.filter(proposal=OuterRef("proposal"), ministry__in=bodies))
        if reads_all(user):
            allowed |= ~Q(proposal__state=ProposalState.DRAFT)
        return self.filter(allowed)


class RestrictedQuerySet(PartyQuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Business secrets: as for parties, without the secretariat and the auditors.

        A body that gave its part back, or was told to stop, reads them no more.
        """
        if not is_known(user):
            return self.none()
        referred = Proposal._meta.get_field("referrals").related_model.objects.active()
        return self.filter(
            Q(proposal__organisation__in=represented(user))
            | Q(proposal__group__in=triaged_groups(user)) & ~Q(proposal__state=ProposalState.DRAFT)
            | Exists(referred.filter(proposal=OuterRef("proposal"), ministry__in=bodies_of(user)))
        )


class RestrictedText(models.Model):
    """Business secrets of a case. Never searched, exported or shown without a log of the opening."""

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="restricted", primary_key=True)
    text = models.TextField(_("restricted text"), blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        verbose_name = _("restricted text")
        verbose_name_plural = _("restricted texts")


class RestrictedOpening(models.Model):
    """Who opened the restricted text, and when; shown to the proposer."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="restricted_openings")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=160)
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-opened_at"]
        triggers = [
            pgtrigger.Protect(
                name="opening_is_never_undone",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]


class AttachmentQuerySet(PartyQuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Files are read by the parties; restricted ones by those who may read restricted text."""
        parties = super().visible_to(user)
        if not is_known(user):
            return parties
        secret = RestrictedQuerySet(self.model).visible_to(user).values("pk")
        return parties.filter(Q(is_restricted=False) | Q(pk__in=secret))


class Attachment(models.Model):
    """A private file of a case; its type was read from its content, its name here is never a path."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="attachments")
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=200)
    is_restricted = models.BooleanField(_("restricted"), default=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["uploaded_at"]

    def __str__(self) -> str:
        return self.name


class TriageNoteQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The group's triage officers, the secretariat and the auditors; never whoever is the proposer."""
        if not is_known(user):
            return self.none()
        rows = self if reads_all(user) else self.filter(proposal__group__in=triaged_groups(user))
        return rows.exclude(proposal__organisation__in=represented(user))


class TriageNote(models.Model):
    """A note of the triage officers to each other."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="triage_notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("note"))
    written_at = models.DateTimeField(default=clock.now)

    objects = TriageNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("triage note")
        verbose_name_plural = _("triage notes")
        ordering = ["-written_at"]
