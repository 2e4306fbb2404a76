from typing import Self

import pgtrigger
from django.db import models
from django.db.models import OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members import clock

from .asks import RestrictedQuerySet, opened
from .case import Proposal
from .lasting import Lasting
from .leading import orphaned
from .questions import Question
from .takeovers import taken_over_after


class RestrictedPartQuerySet(RestrictedQuerySet):
    def public(self) -> Self:
        """Those that the proposer has opened to everybody, one by one, from their day on."""
        return self.filter(opened(part=OuterRef("pk")))

    def seal(self) -> Q:
        """While nobody leads the case all parts; of those written before another took it over, for good."""
        return orphaned("proposal") | taken_over_after("written_at")

    def described(self) -> Self:
        """With who asked whom, and without the words: for pages that only say that a part is there."""
        return self.select_related("question__referral__ministry").defer("text")


class RestrictedPart(models.Model):
    """What stands beside a public question, or beside its public reply, for those who read restricted text.

    A table of its own, so that no page which reads a question reads the part with it, and so that it has the
    readers, the log of openings and the redactions of the other restricted texts. Written in one moment with
    what it stands beside, and never changed. Never searched; to everybody it opens on the proposer's renewed
    word alone.
    """

    class Side(models.TextChoices):
        QUESTION = "question", _("restricted part of the question")
        REPLY = "reply", _("restricted part of the reply")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="restricted_parts")
    question = models.ForeignKey(Question, models.PROTECT, related_name="restricted_parts")
    side = models.CharField(max_length=8, choices=Side.choices)
    text = models.TextField(_("restricted part"))
    written_at = models.DateTimeField(default=clock.now)

    objects = RestrictedPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("restricted part")
        verbose_name_plural = _("restricted parts")
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["question", "side"], name="proposals_restricted_part_once"),
            models.CheckConstraint(condition=~Q(text=""), name="proposals_restricted_part_says_something"),
        ]
        triggers = [
            Lasting(name="restricted_part_is_never_changed"),
            pgtrigger.Trigger(
                name="restricted_part_is_written_with_its_question",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM proposals_question q JOIN proposals_referral r "
                    "ON r.id = q.referral_id WHERE q.id = NEW.question_id "
                    "AND r.proposal_id = NEW.proposal_id AND q.kind = 'question' AND NEW.written_at = "
                    "CASE NEW.side WHEN 'question' THEN q.asked_at ELSE q.replied_at END) THEN "
                    "RAISE EXCEPTION 'a restricted part is written with a question or reply of its case'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.number} {self.get_side_display()}"
