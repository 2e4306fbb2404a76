from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import clock
from members.said import local
from proposals.models import Proposal


class NewsQuerySet(models.QuerySet):
    def published(self) -> Self:
        return self.filter(published_at__lte=clock.now())


class NewsItem(models.Model):
    """A news page, written by the secretariat; public from the moment of its publication."""

    class Kind(models.TextChoices):
        ANNOUNCEMENT = "announcement", _("Announcement")
        NEWS = "news", _("News")
        TREND = "trend", _("Trend brief")

    slug = models.SlugField(_("address"), unique=True, allow_unicode=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.NEWS)
    title_zh = models.CharField(_("title (Chinese)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    lead_zh = models.CharField(_("in one sentence (Chinese)"), max_length=240, blank=True)
    lead_en = models.CharField(_("in one sentence (English)"), max_length=300, blank=True)
    body_zh = models.TextField(_("text (Chinese)"), help_text=_("Markdown"))
    body_en = models.TextField(_("text (English)"), blank=True, help_text=_("Markdown"))
    source_url = models.URLField(_("source"), blank=True)
    proposal = models.ForeignKey(
        Proposal,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="news",
        verbose_name=_("about the case"),
    )
    published_at = models.DateTimeField(
        _("published"),
        null=True,
        blank=True,
        help_text=_("Empty: a draft. In the future: appears by itself."),
    )
    updated_at = models.DateTimeField(_("updated"), default=clock.now, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    search = SearchVectorField(null=True, editable=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news")
        ordering = ["-published_at", "-pk"]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="events_news_by_date"),
            GinIndex(fields=["search"], name="events_news_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | (~Q(title_zh="") & ~Q(body_zh="")),
                name="events_news_published_has_text",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:article", args=[self.slug])

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.published_at <= clock.now()

    @property
    def title(self) -> str:
        return local(self.title_zh, self.title_en)

    @property
    def lead(self) -> str:
        return local(self.lead_zh, self.lead_en)

    @property
    def body(self) -> str:
        return local(self.body_zh, self.body_en)
