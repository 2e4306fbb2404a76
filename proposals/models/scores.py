from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.models.taxonomy import Named
from members.said import local

from .asks import TriageQuerySet
from .case import Proposal


class Criterion(Named):
    """What the officers of the groups weigh a case by; which there are is data."""

    slug = models.SlugField(_("address"), unique=True)
    description_zh = models.TextField(_("description (Chinese)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    highest = models.PositiveSmallIntegerField(
        _("highest score"), default=5, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(highest__range=(1, 100)), name="proposals_criterion_has_a_scale"
            )
        ]

    @property
    def description(self) -> str:
        return local(self.description_zh, self.description_en)


class Score(models.Model):
    """One officer's score of a case by one criterion, with a note; it decides nothing by itself."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(
        Criterion, models.PROTECT, related_name="scores", verbose_name=_("criterion")
    )
    officer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("officer"))
    score = models.PositiveSmallIntegerField(_("score"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    scored_at = models.DateTimeField(default=clock.now)

    objects = TriageQuerySet.as_manager()

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        ordering = ["criterion__position", "criterion__slug", "officer"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "criterion", "officer"], name="proposals_score_once_per_officer"
            )
        ]
