import uuid
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Law, Organisation, User
from members.permissions import AnyUser, bodies_of, is_known, is_secretariat, reads_all, represented
from proposals.states import ProposalState
from workinggroups.permissions import triaged_groups
from workinggroups.states import RedactionKind

from .case import Proposal
from .circles import without_officers
from .lasting import is_redaction
from .leading import led_by, sealed
from .recusals import recused_from, tied_to


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
        triggers = [
            pgtrigger.Trigger(
                name="submitted_ask_is_never_changed",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=(
                    "IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF; "  # noqa: S608  # our own SQL
                    f"IF TG_OP = 'UPDATE' AND {is_redaction('proposals_ask')} THEN RETURN NEW; END IF; "
                    "IF EXISTS (SELECT 1 FROM proposals_proposal p WHERE p.number IS NOT NULL "
                    "AND p.origin = 'portal' AND p.state <> 'needs_information' AND "
                    "((TG_OP <> 'INSERT' AND p.id = OLD.proposal_id) "
                    "OR (TG_OP <> 'DELETE' AND p.id = NEW.proposal_id))) THEN "
                    "RAISE EXCEPTION 'the asks of a submitted case are never changed'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"


class PartyQuerySet(models.QuerySet):
    """Rows of a case that its parties alone may read, never the public."""

    def visible_to(self, user: AnyUser) -> Self:
        """Lead and invited co-sponsors; from submission on the group's triage officers, the bodies that it
        was referred to, the secretariat and the auditors."""
        if not is_known(user):
            return self.none()
        referred = Proposal._meta.get_field("referrals").related_model.objects
        own = represented(user)
        allowed = led_by(own, "proposal") | _sponsored(own)
        allowed |= Q(proposal__group__in=triaged_groups(user)) & ~Q(proposal__state=ProposalState.DRAFT)
        bodies = bodies_of(user)
        if bodies:
            allowed |= Exists(referred.filter(proposal=OuterRef("proposal"), ministry__in=bodies))
        if reads_all(user):
            allowed |= ~Q(proposal__state=ProposalState.DRAFT)
        return self.filter(allowed)


def _sponsored(own: list[Organisation]) -> Q:
    """Those that the proposer invited. Who joined by a merger reads nothing that is not for everybody."""
    if not own:
        return Q(pk__in=[])
    rows = Proposal._meta.get_field("sponsors").related_model.objects.confidants()
    return Q(Exists(rows.filter(proposal=OuterRef("proposal"), organisation__in=own)))


class RestrictedQuerySet(PartyQuerySet):
    def confided_to(self, user: AnyUser) -> Self:
        """Business secrets: as for parties, without secretariat, auditors, and officers with an interest.

        Of a case that no officer may decide the secretariat reads them, as it triages in their place.

        A body that gave its part back, or was told to stop, reads them no more; a co-sponsor reads them from
        submission on. Of a body's people those read them who have declared no interest in the case. Nobody,
        once they are sealed.
        """
        return self.would_be_confided_to(user).unsealed()

    def sealed_from(self, user: AnyUser) -> Self:
        """Those that the user would read, were they not sealed; what is open to everybody stays open."""
        shut = self.would_be_confided_to(user).sealed()
        return shut.exclude(pk__in=self.public().values("pk"))

    def seal(self) -> Q:
        """What is shut since who wrote it has left the alliance."""
        return sealed("proposal")

    def sealed(self) -> Self:
        return self.filter(self.seal())

    def unsealed(self) -> Self:
        return self.exclude(self.seal())

    def would_be_confided_to(self, user: AnyUser) -> Self:
        """As `confided_to`, whether sealed or not."""
        if not is_known(user):
            return self.none()
        referred = Proposal._meta.get_field("referrals").related_model.objects.active()
        own = represented(user)
        submitted = ~Q(proposal__state=ProposalState.DRAFT)
        in_their_place = Q(pk__in=[])
        if is_secretariat(user):
            in_their_place = Q(proposal__in=without_officers().values("pk")) & ~recused_from(user)
        return self.filter(
            in_their_place
            | led_by(own, "proposal")
            | _sponsored(own) & submitted
            | Q(proposal__group__in=triaged_groups(user)) & submitted & ~recused_from(user)
            | Q(Exists(referred.filter(proposal=OuterRef("proposal"), ministry__in=bodies_of(user))))
            & ~tied_to(user)
        )

    def public(self) -> Self:
        """Those that the proposer has opened to everybody, from their day on."""
        return self.filter(opened(attachment__isnull=True, part__isnull=True))

    def visible_to(self, user: AnyUser) -> Self:
        """Those in whom the proposer confides; everybody, once it has opened the text to the public."""
        if not is_known(user):
            return self.public()
        return self.filter(
            Q(pk__in=self.confided_to(user).values("pk")) | Q(pk__in=self.public().values("pk"))
        )


def opened(**conditions: object) -> Exists:
    """Whether the proposer's renewed word on such a thing of the case is in force, and its day has come."""
    openings = Proposal._meta.get_field("public_openings").related_model.objects.open()
    return Exists(openings.filter(proposal=OuterRef("proposal"), **conditions))


class RestrictedText(models.Model):
    """Business secrets of a case. Never searched, exported or shown without a log of the opening.

    All that ends on the day on which the proposer opens the text to the public (`PublicOpening`).
    """

    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="restricted", primary_key=True)
    text = models.TextField(_("restricted text"), blank=True)

    objects = RestrictedQuerySet.as_manager()

    class Meta:
        verbose_name = _("restricted text")
        verbose_name_plural = _("restricted texts")
        triggers = [
            pgtrigger.Trigger(
                name="restricted_text_of_a_case_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=(
                    "IF TG_OP = 'UPDATE' AND OLD IS NOT DISTINCT FROM NEW THEN RETURN NEW; END IF; "  # noqa: S608  # our own SQL
                    "IF EXISTS (SELECT 1 FROM proposals_proposal p WHERE p.id = OLD.proposal_id "
                    "AND p.number IS NOT NULL) AND NOT (TG_OP = 'UPDATE' AND "
                    f"{is_redaction('proposals_restrictedtext', 'proposal_id')}) THEN "
                    "RAISE EXCEPTION 'the restricted text of a submitted case stays'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]


class RestrictedOpening(models.Model):
    """Who opened what of the restricted text, parts and files, when, and as whom; shown to the proposer."""

    class What(models.TextChoices):
        TEXT = "text", _("the text")
        FILE = "file", _("a file")
        PART = "part", _("a restricted part")
        DOSSIER = "dossier", _("everything, as a ZIP")

    class Reader(models.TextChoices):
        OFFICER = "officer", _("officer of the working group")
        MINISTRY = "ministry", _("contact of the ministry")
        SPONSOR = "sponsor", _("representative of a co-sponsor")
        OFFICE = "office", _("secretariat, in the place of the group's officers")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="restricted_openings")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    on_behalf_of = models.CharField(max_length=160)
    reader = models.CharField(max_length=8, choices=Reader.choices, blank=True)
    what = models.CharField(max_length=8, choices=What.choices, default=What.TEXT)
    attachment = models.ForeignKey("Attachment", models.PROTECT, null=True, related_name="+")
    part = models.ForeignKey("RestrictedPart", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what="file") | Q(attachment__isnull=True),
                name="proposals_restricted_opening_names_a_file",
            ),
            models.CheckConstraint(
                condition=Q(what="part", part__isnull=False) | ~Q(what="part") & Q(part__isnull=True),
                name="proposals_restricted_opening_names_a_part",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="opening_is_never_undone",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]


class AttachmentQuerySet(PartyQuerySet):
    def public(self) -> Self:
        """Restricted files that the proposer has opened to everybody, one by one."""
        return self.filter(opened(attachment=OuterRef("pk")))

    def visible_to(self, user: AnyUser) -> Self:
        """Files are read by the parties; restricted ones by those who may read restricted text, or opened."""
        if not is_known(user):
            return self.public()
        secret = RestrictedQuerySet(self.model).confided_to(user).values("pk")
        return self.filter(
            Q(pk__in=super().visible_to(user).values("pk")) & (Q(is_restricted=False) | Q(pk__in=secret))
            | Q(pk__in=self.public().values("pk"))
        )

    def sealed_from(self, user: AnyUser) -> Self:
        """Restricted files that the user would read, were they neither sealed nor open to everybody."""
        if not is_known(user):
            return self.none()
        secret = RestrictedQuerySet(self.model).would_be_confided_to(user).filter(sealed("proposal"))
        shut = self.filter(pk__in=secret.values("pk"), is_restricted=True)
        return shut.exclude(pk__in=self.public().values("pk"))


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
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawn_for = models.CharField(max_length=10, choices=RedactionKind.choices, blank=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_for="") & ~Q(file="")
                | Q(withdrawn_on__isnull=False, file="") & ~Q(withdrawn_for=""),
                name="proposals_attachment_is_there_or_withdrawn",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="attachment_of_a_case_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=(
                    "IF TG_OP = 'UPDATE' AND (OLD.name, OLD.content_type, OLD.size, OLD.sha256, OLD.file, "  # noqa: S608
                    "OLD.proposal_id) IS NOT DISTINCT FROM (NEW.name, NEW.content_type, NEW.size, "
                    "NEW.sha256, NEW.file, NEW.proposal_id) "
                    "AND (NEW.is_restricted OR NOT OLD.is_restricted) THEN RETURN NEW; END IF; "
                    "IF EXISTS (SELECT 1 FROM proposals_proposal p WHERE p.id = OLD.proposal_id "
                    f"AND p.number IS NOT NULL) AND NOT (TG_OP = 'UPDATE' AND "
                    f"{is_redaction('proposals_attachment')}) THEN "
                    "RAISE EXCEPTION 'the files of a submitted case stay with it'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class TriageQuerySet(models.QuerySet):
    """Rows of a case that those who triage it keep between themselves."""

    def visible_to(self, user: AnyUser) -> Self:
        """The group's triage officers, the secretariat and the auditors; never whoever has an interest."""
        if not is_known(user):
            return self.none()
        rows = self if reads_all(user) else self.filter(proposal__group__in=triaged_groups(user))
        return rows.exclude(recused_from(user))


class TriageNote(models.Model):
    """A note of the triage officers to each other."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="triage_notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField(_("note"))
    written_at = models.DateTimeField(default=clock.now)

    objects = TriageQuerySet.as_manager()

    class Meta:
        verbose_name = _("triage note")
        verbose_name_plural = _("triage notes")
        ordering = ["-written_at"]
