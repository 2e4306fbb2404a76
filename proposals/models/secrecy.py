from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.permissions import AnyUser, bodies_of, is_known, represented

from .answers import AnswerText
from .lasting import Lasting
from .leading import led_by, orphaned
from .questions import Question
from .takeovers import taken_over_after


def _of_the_two(user: AnyUser, referral: str, asked_at: str) -> Q:
    """The body that asked and the proposer; nobody else, not even the secretariat.

    Nobody on the proposer's side once it has left: who takes the case over reads nothing of earlier checks.
    """
    if not is_known(user):
        return Q(pk__in=[])
    own = {f"{referral}__ministry__in": bodies_of(user)}
    case = f"{referral}__proposal"
    return Q(**own) | led_by(represented(user), case) & ~orphaned(case) & ~Q(taken_over_after(asked_at, case))


class SecrecyCheckQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        return self.filter(_of_the_two(user, "question__referral", "question__asked_at"))


class SecrecyCheck(models.Model):
    """What the proposer says of the words to be published: fine, or what of them is secret and why."""

    question = models.OneToOneField(Question, models.PROTECT, related_name="secrecy_check")
    is_fine = models.BooleanField(_("nothing of it is secret"), null=True)
    objection = models.TextField(_("what is secret, and why"), blank=True)

    objects = SecrecyCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_fine__isnull=False) & ~Q(is_fine=False, objection="")
                | Q(is_fine__isnull=True, objection=""),
                name="proposals_secrecy_objection_says_what",
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.question.is_open


class CheckedTextQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        return self.filter(_of_the_two(user, "referral", "check_of__question__asked_at"))


class CheckedText(AnswerText):
    """The draft of an answer as it was laid before the proposer; the published words may differ."""

    check_of = models.ForeignKey(SecrecyCheck, models.PROTECT, related_name="texts")

    objects = CheckedTextQuerySet.as_manager()

    class Meta:
        ordering = ["ask__number"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "ask"], name="proposals_checked_text_once_per_ask")
        ]
        triggers = [Lasting(name="checked_text_is_never_changed")]
