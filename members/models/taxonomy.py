from django.db import models
from django.utils.translation import gettext_lazy as _

from members.said import local


class Named(models.Model):
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return local(self.name_zh, self.name_en)


class Domain(Named):
    """A field of application, shared by proposals, programmes and all later boards."""

    slug = models.SlugField(_("address"), unique=True)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["slug"]


class LawQuerySet(models.QuerySet):
    def named(self, name: str) -> "Law":
        """The law of that Chinese or English name; a new, unchecked row where none is known."""
        name = " ".join(name.split())
        known = self.filter(models.Q(name_zh=name) | models.Q(name_en__iexact=name)).first()
        return known or self.get_or_create(name_zh=name, defaults={"is_checked": False})[0]


class Law(Named):
    """A statute or regulation that a proposal may cite."""

    name_zh = models.CharField(_("name (Chinese)"), max_length=120, unique=True)
    code = models.CharField(
        _("code"),
        max_length=12,
        blank=True,
        help_text=_("The code of the national database of laws, for example G0400001."),
    )
    is_checked = models.BooleanField(_("name checked"), default=True)

    objects = LawQuerySet.as_manager()

    class Meta:
        verbose_name = _("law")
        verbose_name_plural = _("laws")
        ordering = ["name_zh"]
