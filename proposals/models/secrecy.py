from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.permissions import AnyUser, bodies_of, is_known, represented

from .answers import AnswerText
from .lasting import Lasting
from .leading import led_by, orphaned
from .questions import Question
from .recusals import tied_to
from .referrals import Referral
from .takeovers import taken_over_after


def _unsealed(referral: str, asked_at: str) -> Q:
    """Not of the time of a lead that has left: as restricted parts, for good once another took over."""
    case = f"{referral}__proposal"
    return ~orphaned(case) & ~Q(taken_over_after(asked_at, case))


class SecrecyCheckQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The proposer, and the body whose part it is; nobody else, not even the secretariat.

        What the proposer says is secret is confided to the body that publishes, as its restricted text is to
        the bodies referred to. So it passes to another body together with the part, which holds the drafts;
        it ends for one that gave its part back, is never read by the successor of one that had answered, nor
        by those of a body's people who are tied to the case. Nobody reads it once it is sealed.
        """
        if not is_known(user):
            return self.none()
        parts = Referral.objects.active().filter(~tied_to(user), ministry__in=bodies_of(user))
        own = led_by(represented(user), "question__referral__proposal")
        return self.filter(
            own | Q(question__referral__in=parts), _unsealed("question__referral", "question__asked_at")
        )


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
        triggers = [
            pgtrigger.Protect(name="check_of_secrecy_is_never_deleted", operation=pgtrigger.Delete),
            Lasting(
                name="word_on_secrecy_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__is_fine__isnull=False),
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.question.is_open


class CheckedTextQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The body, whose words they are, and the proposer to whom they were shown, until it is sealed."""
        if not is_known(user):
            return self.none()
        own = led_by(represented(user), "referral__proposal")
        shown = own & _unsealed("referral", "check_of__question__asked_at")
        return self.filter(Q(referral__ministry__in=bodies_of(user)) | shown)


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
