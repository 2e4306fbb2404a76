from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Domain, Organisation
from members.said import local


class Programme(models.Model):
    """A government programme that uses blockchain, with the bodies that run it."""

    slug = models.SlugField(_("address"), unique=True)
    title_zh = models.CharField(_("title (Chinese)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    summary_zh = models.TextField(_("summary (Chinese)"), blank=True)
    summary_en = models.TextField(_("summary (English)"), blank=True)
    bodies = models.ManyToManyField(Organisation, related_name="programmes", verbose_name=_("bodies"))
    domains = models.ManyToManyField(Domain, related_name="programmes", blank=True, verbose_name=_("domains"))
    note_zh = models.CharField(_("today (Chinese)"), max_length=200, blank=True)
    note_en = models.CharField(_("today (English)"), max_length=240, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return local(self.title_zh, self.title_en)

    @property
    def summary(self) -> str:
        return local(self.summary_zh, self.summary_en)

    @property
    def note(self) -> str:
        return local(self.note_zh, self.note_en)
