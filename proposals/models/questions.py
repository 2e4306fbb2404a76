from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Named, User

from .lasting import is_redaction
from .referrals import OfReferralQuerySet, Referral


class QuestionQuerySet(OfReferralQuerySet):
    def asked(self) -> Self:
        """Real questions: a check of secrets is none, and counts as none."""
        return self.filter(kind=Question.Kind.QUESTION)


class Question(models.Model):
    """What a ministry asks the proposer. The ministry's clock stands until the reply, or until `due_on`.

    A check of secrets is one without a text: what it is about stands in a `SecrecyCheck`, for the two alone.
    """

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        SECRECY = "secrecy", _("check of business secrets before publication")

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.QUESTION)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="questions")
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    due_on = models.DateField(_("reply due"), null=True)
    reply = models.TextField(_("reply"), blank=True)
    replied_at = models.DateTimeField(_("replied"), null=True)
    replied_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    lapsed_at = models.DateTimeField(_("lapsed"), null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"],
                condition=Q(replied_at__isnull=True, lapsed_at__isnull=True),
                name="proposals_question_one_open",
            ),
            models.UniqueConstraint(
                fields=["referral"], condition=Q(kind="secrecy"), name="proposals_question_secrecy_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind="secrecy") | Q(text="", reply__in=["", "checked"]),
                name="proposals_question_secrecy_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, reply="") | (Q(replied_at__isnull=False) & ~Q(reply="")),
                name="proposals_question_reply_has_text",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="question_and_reply_are_never_changed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=(
                    "IF TG_OP = 'UPDATE' AND (OLD.kind, OLD.referral_id, OLD.text, OLD.asked_at) "
                    "IS NOT DISTINCT FROM (NEW.kind, NEW.referral_id, NEW.text, NEW.asked_at) "
                    "AND (OLD.replied_at IS NULL OR (OLD.reply, OLD.replied_at) "
                    "IS NOT DISTINCT FROM (NEW.reply, NEW.replied_at)) THEN RETURN NEW; END IF; "
                    f"IF TG_OP = 'UPDATE' AND {is_redaction('proposals_question')} THEN RETURN NEW; END IF; "
                    "RAISE EXCEPTION 'a question and its reply are never changed';"
                ),
            )
        ]

    @property
    def is_open(self) -> bool:
        return self.replied_at is None and self.lapsed_at is None

    @property
    def named(self) -> Named:
        """Who asked, by its name of the time."""
        return self.referral.named_at(self.asked_at)

    @property
    def is_secrecy_check(self) -> bool:
        return self.kind == self.Kind.SECRECY
