from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members import clock
from members.said import local

RESERVED = ("apply", "matrix")
"""Words that an organisation's address cannot be: pages stand there."""


@dataclass(frozen=True)
class Named:
    """An organisation as a paper names it: by the name that it bore at the time of the paper."""

    name_zh: str
    name_en: str = ""
    short_zh: str = ""
    short_en: str = ""

    @classmethod
    def read(cls, names: Mapping[str, Any]) -> Self:
        return cls(*(str(names.get(field) or "") for field in cls.__dataclass_fields__))

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no English."""
        return local(self.name_zh, self.name_en)

    @property
    def short_name(self) -> str:
        """The short name in the reader's language, else the full one."""
        if get_language() == "en":
            return self.short_en or self.name_en or self.short_zh or self.name_zh
        return self.short_zh or self.name_zh


class OrganisationQuerySet(models.QuerySet):
    def members(self) -> Self:
        """Organisations that belong to the alliance as members today."""
        today = clock.today()
        return self.filter(
            Q(left_on__isnull=True) | Q(left_on__gt=today),
            joined_on__isnull=False,
            joined_on__lte=today,
        )

    def bodies(self) -> Self:
        """Government bodies that a proposal may be referred to."""
        return self.filter(sector=Organisation.Sector.GOVERNMENT)

    def existing(self) -> Self:
        """Without bodies that have been abolished or succeeded."""
        today = clock.today()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))


class Organisation(models.Model):
    """A member, a ministry, or both: the four sectors of 產官學研."""

    class Sector(models.TextChoices):
        INDUSTRY = "industry", _("industry")
        GOVERNMENT = "government", _("government")
        ACADEMIA = "academia", _("academia")
        RESEARCH = "research", _("research")

    class LeftFor(models.TextChoices):
        """Why a membership has ended."""

        RESIGNATION = "resignation", _("it resigned")
        EXCLUSION = "exclusion", _("it was excluded")
        DISSOLUTION = "dissolution", _("it was dissolved")

    class Kind(models.TextChoices):
        COMPANY = "company", _("company")
        ASSOCIATION = "association", _("association")
        SELF_REGULATORY = "self_regulatory", _("self-regulatory body")
        UNIVERSITY_LEAGUE = "university_league", _("university league")
        INSTITUTE = "institute", _("institute or university")
        BODY = "body", _("government body")

    slug = models.SlugField(_("address"), unique=True, allow_unicode=True)
    sector = models.CharField(_("sector"), max_length=16, choices=Sector.choices)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    short_zh = models.CharField(_("short name (Chinese)"), max_length=40, blank=True)
    short_en = models.CharField(_("short name (English)"), max_length=40, blank=True)
    self_name = models.CharField(
        _("calls itself"),
        max_length=10,
        blank=True,
        help_text=_("本部, 本會, 本行, 本署 … in letters."),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="units",
        verbose_name=_("parent body"),
    )
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    valid_from = models.DateField(_("exists since"), null=True, blank=True)
    valid_to = models.DateField(_("existed until"), null=True, blank=True)
    area = models.CharField(
        _("area"),
        max_length=20,
        default="臺北市",
        help_text=_("Whose office closures count, for example 臺北市."),
    )
    mailbox = models.EmailField(_("unit mailbox"), blank=True)
    website = models.URLField(_("website"), blank=True)
    oid = models.CharField("OID", max_length=60, blank=True)
    org_code = models.CharField(_("agency code"), max_length=20, blank=True)
    ubn = models.CharField(
        _("business number"), max_length=8, blank=True, help_text=_("統一編號, eight digits.")
    )
    joined_on = models.DateField(_("member since"), null=True, blank=True)
    left_on = models.DateField(
        _("member until"),
        null=True,
        blank=True,
        help_text=_("The first day on which it is no member any more. It may lie ahead."),
    )
    left_for = models.CharField(
        _("why it left"),
        max_length=12,
        choices=LeftFor.choices,
        blank=True,
        help_text=_(
            "Kept with the organisation; the portal's letters and pages say that it left, and not why."
        ),
    )
    about_zh = models.TextField(_("about (Chinese)"), blank=True)
    about_en = models.TextField(_("about (English)"), blank=True)
    former_names = models.JSONField(default=list, editable=False)
    """What `BodyName` rows say of names that ended, the oldest first; a trigger keeps it."""
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    search = SearchVectorField(null=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["sector", "name_zh"]
        constraints = [
            models.UniqueConstraint(
                fields=["org_code"],
                condition=~Q(org_code=""),
                name="members_organisation_code_once",
            ),
            models.CheckConstraint(
                condition=Q(sector="government", kind="body") | (~Q(sector="government") & ~Q(kind="body")),
                name="members_organisation_body_is_of_government",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(joined_on__isnull=False, left_on__gte=F("joined_on")),
                name="members_organisation_leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        if self.is_body:
            return reverse("members:ministry", args=[self.slug])
        return reverse("members:detail", args=[self.slug])

    def clean(self) -> None:
        """What the admin's page and an imported table refuse alike, each at its field."""
        if self.slug in RESERVED:
            said = _("Another page has the address “%(slug)s”. Choose another one.")
            raise ValidationError({"slug": said % {"slug": self.slug}})
        if self.is_body != (self.kind == self.Kind.BODY):
            said = _("Bodies of government have a kind of their own, and nobody else.")
            raise ValidationError({"kind": said})
        known = Organisation.objects.filter(pk=self.pk).values_list("sector", flat=True).first()
        if known and self.is_body != (known == self.Sector.GOVERNMENT):
            said = _(
                "A government body stays one, and a member does not become one: cases and roles depend on "
                "it. Enter the other organisation as a new one."
            )
            raise ValidationError({"sector": said})
        if self.left_on and (self.joined_on is None or self.left_on < self.joined_on):
            said = _("A membership ends after it began. Correct one of the days.")
            raise ValidationError({"left_on": said})

    @property
    def page_url(self) -> str:
        """Its page, for a link; empty where it has none, being neither a member nor a body."""
        return self.get_absolute_url() if self.is_body or self.is_member else ""

    @property
    def is_body(self) -> bool:
        return self.sector == self.Sector.GOVERNMENT

    @property
    def is_member(self) -> bool:
        """Whether it belongs to the alliance today; see `members()`."""
        today = clock.today()
        has_joined = self.joined_on is not None and self.joined_on <= today
        return has_joined and (self.left_on is None or self.left_on > today)

    @property
    def has_left(self) -> bool:
        """Whether it was a member and is none any more; never said of what never joined."""
        return self.left_on is not None and self.left_on <= clock.today()

    @property
    def is_gone(self) -> bool:
        """Whether the body has ended; see `existing()`."""
        return self.valid_to is not None and self.valid_to <= clock.today()

    @property
    def named(self) -> Named:
        return Named(self.name_zh, self.name_en, self.short_zh, self.short_en)

    def named_on(self, day: date) -> Named:
        """By the name that it bore on a day: what papers of that day keep."""
        names = (row for row in self.former_names if date.fromisoformat(row["until"]) > day)
        then = next(names, None)
        return Named.read(then) if then else self.named

    @property
    def name(self) -> str:
        """The name in the reader's language; the Chinese one where there is no English."""
        return self.named.name

    @property
    def short_name(self) -> str:
        """The short name in the reader's language, else the full one."""
        return self.named.short_name
