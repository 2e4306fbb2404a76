from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import User
from members.permissions import AnyUser, bodies_of, is_known, reads_all, represented

from .case import Proposal
from .lasting import Lasting
from .leading import led_by
from .referrals import Referral


class AnswerRatingQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The proposer, the bodies that were rated, the secretariat and the auditors; figures go to all."""
        if not is_known(user):
            return self.none()
        if reads_all(user):
            return self
        asked = Referral.objects.active().filter(
            proposal=OuterRef("proposal"), round=OuterRef("round"), ministry__in=bodies_of(user)
        )
        return self.filter(led_by(represented(user), "proposal") | Exists(asked))


class AnswerRating(models.Model):
    """What the proposer makes of the answers of one round: once, and never changed. The text is private."""

    class Answered(models.TextChoices):
        YES = "yes", pgettext_lazy("answered the question?", "yes")
        PARTLY = "partly", pgettext_lazy("answered the question?", "partly")
        NO = "no", pgettext_lazy("answered the question?", "no")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="ratings", verbose_name=_("proposal"))
    round = models.PositiveSmallIntegerField(_("round"))
    usefulness = models.PositiveSmallIntegerField(
        _("usefulness"), validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    answered = models.CharField(_("answered the question?"), max_length=6, choices=Answered.choices)
    text = models.TextField(_("remark"), blank=True)
    rated_at = models.DateTimeField(_("rated"), default=clock.now)
    rated_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = AnswerRatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating of an answer")
        verbose_name_plural = _("ratings of answers")
        ordering = ["-rated_at"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "round"], name="proposals_rating_once_per_round"),
            models.CheckConstraint(
                condition=Q(usefulness__range=(1, 5)), name="proposals_rating_from_one_to_five"
            ),
        ]
        triggers = [Lasting(name="rating_is_never_changed")]
