"""What a member says of itself beyond its name: fields, use cases, solutions, funding, a logo."""

from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members import clock

from .organisations import Organisation
from .people import Affiliation, User
from .taxonomy import Domain

EARLIEST, LATEST = 1800, 2100
"""Years that a profile may name."""


def in_years(field: str) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__range": (EARLIEST, LATEST)})


class Profile(models.Model):
    """One row of a member whose representatives wrote a profile; texts and website stand on the member.

    `members.actions.profiles` writes it and the rows below, and nothing else does.
    """

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, related_name="profile", verbose_name=_("organisation")
    )
    domains = models.ManyToManyField(
        Domain, related_name="profiles", blank=True, verbose_name=_("fields of application")
    )
    founded = models.PositiveSmallIntegerField(_("founded in"), null=True, blank=True)
    is_startup = models.BooleanField(_("start-up"), default=False)
    logo = models.FileField(_("logo"), upload_to="logos", blank=True)
    """Always a PNG of our own making, see `members.pictures`."""
    is_closed_to_contact = models.BooleanField(_("takes no contact requests"), default=False)

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.CheckConstraint(condition=in_years("founded"), name="members_profile_founded_in_years")
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class UseCase(models.Model):
    """That a member used the technology for something in a field: a cell of the matrix."""

    class Kind(models.TextChoices):
        TRACEABILITY = "traceability", _("tracing of goods")
        CERTIFICATES = "certificates", _("certificates and credentials")
        IDENTITY = "identity", _("proof of identity")
        EVIDENCE = "evidence", _("preservation of evidence")
        DATA_SHARING = "data_sharing", _("sharing of data")
        PAYMENT = "payment", _("payment and settlement")
        FINANCING = "financing", _("financing and insurance")
        TOKENISATION = "tokenisation", _("tokens of assets")
        CARBON = "carbon", _("carbon and green power")
        AUTOMATION = "automation", _("contracts that run by themselves")
        INFRASTRUCTURE = "infrastructure", _("chains, nodes and tools")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="use_cases", verbose_name=_("organisation")
    )
    domain = models.ForeignKey(
        Domain, models.PROTECT, related_name="use_cases", verbose_name=_("field of application")
    )
    kind = models.CharField(_("use"), max_length=16, choices=Kind.choices)
    title_zh = models.CharField(_("title (Chinese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    year = models.PositiveSmallIntegerField(_("since the year"), null=True, blank=True)
    url = models.URLField(_("link"), blank=True)

    class Meta:
        verbose_name = _("use case")
        verbose_name_plural = _("use cases")
        ordering = ["organisation", F("year").desc(nulls_last=True), "pk"]
        indexes = [models.Index(fields=["domain", "kind"], name="members_usecase_cell")]
        constraints = [
            models.CheckConstraint(condition=in_years("year"), name="members_usecase_year_in_years")
        ]

    def __str__(self) -> str:
        return self.title_zh


class Solution(models.Model):
    """A product or service that a member offers."""

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="solutions", verbose_name=_("organisation")
    )
    title_zh = models.CharField(_("name (Chinese)"), max_length=120)
    title_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    text_zh = models.CharField(_("in a sentence (Chinese)"), max_length=300, blank=True)
    text_en = models.CharField(_("in a sentence (English)"), max_length=300, blank=True)
    url = models.URLField(_("link"), blank=True)

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")
        ordering = ["organisation", "pk"]

    def __str__(self) -> str:
        return self.title_zh


class FundingQuerySet(models.QuerySet):
    def visible_to(self, user: object) -> Self:
        """Public records for everybody; the others for representatives of members, and who reads all."""
        if isinstance(user, User) and user.is_active and _reads_what_members_read(user):
            return self
        return self.filter(visibility=FundingRecord.Visibility.PUBLIC)


def _reads_what_members_read(user: User) -> bool:
    role = Affiliation.Role
    if user.is_superuser or user.has_role(role.SECRETARIAT, role.AUDITOR):
        return True
    return any(organisation.is_member for organisation in user.organisations_as(role.REPRESENTATIVE))


class FundingRecord(models.Model):
    """Money that a member raised: a sum, a span, or neither said. Public, or for members only."""

    class Round(models.TextChoices):
        SEED = "seed", _("seed")
        A = "a", _("round A")
        B = "b", _("round B")
        LATER = "later", _("round C or later")
        STRATEGIC = "strategic", _("strategic investment")
        GRANT = "grant", _("public grant")
        LISTING = "listing", _("listing")
        OTHER = "other", _("other")

    class Currency(models.TextChoices):
        TWD = "TWD", _("New Taiwan dollars")
        USD = "USD", _("US dollars")
        EUR = "EUR", _("euros")
        JPY = "JPY", _("yen")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("for everybody")
        MEMBERS = "members", _("for members only")

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="funding", verbose_name=_("organisation")
    )
    round = models.CharField(_("round"), max_length=10, choices=Round.choices)
    year = models.PositiveSmallIntegerField(_("year"))
    currency = models.CharField(_("currency"), max_length=3, choices=Currency.choices, default=Currency.TWD)
    amount = models.PositiveBigIntegerField(_("amount"), null=True, blank=True)
    amount_to = models.PositiveBigIntegerField(_("up to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    visibility = models.CharField(
        _("who reads it"), max_length=8, choices=Visibility.choices, default=Visibility.MEMBERS
    )

    objects = FundingQuerySet.as_manager()

    class Meta:
        verbose_name = _("funding record")
        verbose_name_plural = _("funding records")
        ordering = ["organisation", "-year", "pk"]
        constraints = [
            models.CheckConstraint(condition=in_years("year"), name="members_funding_year_in_years"),
            models.CheckConstraint(
                condition=Q(amount_to__isnull=True) | Q(amount__isnull=False, amount_to__gt=F("amount")),
                name="members_funding_span_grows",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_round_display()} {self.year}"

    @property
    def sum(self) -> str:
        """The amount or span with its currency, grouped by thousands; empty where none was said."""
        if self.amount is None:
            return ""
        span = f"{self.amount:,}" if self.amount_to is None else f"{self.amount:,}–{self.amount_to:,}"
        return f"{span} {self.currency}"


PARTS = {
    "about_zh": _("about (Chinese)"),
    "about_en": _("about (English)"),
    "website": _("website"),
    "founded": _("founded in"),
    "is_startup": _("start-up"),
    "is_closed_to_contact": _("contact requests"),
    "domains": _("fields of application"),
    "use_cases": _("use cases"),
    "solutions": _("solutions"),
    "funding": _("funding records"),
    "logo": _("logo"),
}
"""The parts that a change names, as they are called."""


class ProfileChange(models.Model):
    """Who changed which parts of a profile, and when; for the secretariat. Never changed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="profile_changes")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("on"), default=clock.now)
    parts = models.JSONField(_("parts"), default=list)

    class Meta:
        verbose_name = _("change of a profile")
        verbose_name_plural = _("changes of profiles")
        ordering = ["-at", "-pk"]
        triggers = [
            pgtrigger.Protect(
                name="profile_change_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.at:%Y-%m-%d}"

    @property
    def said(self) -> str:
        """The parts in the reader's language."""
        return " · ".join(str(PARTS[part]) for part in self.parts)
