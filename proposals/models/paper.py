from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import AnyUser
from workinggroups.states import RedactionKind

from .answers import Answer
from .lasting import Lasting
from .referrals import Referral


class PaperAnswerQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Read with the answers that were entered from it."""
        answers = Answer.objects.visible_to(user).filter(referral__in=Referral.objects.visible_to(user))
        return self.filter(answers__in=answers).distinct()


class PaperAnswer(models.Model):
    """公文回復: a ministry's letter from which the secretariat entered answers word for word, and its scan.

    Never changed; a redaction alone replaces its file, or withdraws it. What was entered wrongly the ministry
    corrects itself, by another version of its answer. The secretariat blacks personal data out before it
    enters the scan, which is public with the answers.
    """

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="paper_answers")
    answers = models.ManyToManyField(Answer, related_name="papers")
    letter_number = models.CharField(_("number of the ministry's letter"), max_length=60)
    letter_on = models.DateField(_("date of the ministry's letter"))
    name = models.CharField(_("file name"), max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=200)
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, editable=False)
    withdrawn_for = models.CharField(max_length=10, choices=RedactionKind.choices, blank=True, editable=False)

    objects = PaperAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer by letter")
        verbose_name_plural = _("answers by letter")
        ordering = ["entered_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "letter_number"], name="proposals_paper_letter_once"),
            models.CheckConstraint(condition=~Q(letter_number=""), name="proposals_paper_has_number"),
        ]
        triggers = [Lasting(name="paper_answer_is_never_changed")]

    def __str__(self) -> str:
        return self.letter_number
