from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members.permissions import AnyUser
from proposals.states import PauseCause

from .case import Proposal
from .lasting import is_redaction
from .questions import Question
from .referrals import Referral


class PauseQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Those of the cases that the user may read."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(ends_on__isnull=True)

    def for_cause(self) -> Self:
        """Of a cause that nobody answers for: none is the proposer's, and each has its evidence."""
        return self.filter(cause=PauseCause.FORCE_MAJEURE)


class Pause(models.Model):
    """Days [starts_on, ends_on) that do not count; the reason is public.

    With a referral the ministry's clock stands still, without one the alliance's own. A pause for a cause
    that nobody answers for (行政程序法 §51 V) names its public evidence.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="pauses")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="pauses")
    cause = models.CharField(max_length=14, choices=PauseCause.choices, default=PauseCause.QUESTION)
    question = models.OneToOneField(Question, models.PROTECT, null=True, related_name="pause")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.TextField(_("reason"), blank=True)
    evidence_url = models.URLField(_("public evidence"), blank=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(cause="force_majeure") | ~Q(evidence_url=""),
                name="proposals_pause_cause_has_evidence",
            ),
            models.UniqueConstraint(
                fields=["proposal", "referral", "cause"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                name="proposals_pause_one_open",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="proposals_pause_ends_after_start",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="pause_is_ended_once_and_never_changed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=(
                    "IF TG_OP = 'UPDATE' AND (OLD.ends_on IS NULL OR OLD.ends_on = NEW.ends_on) "
                    "AND to_jsonb(OLD) - 'ends_on' = to_jsonb(NEW) - 'ends_on' THEN RETURN NEW; END IF; "
                    f"IF TG_OP = 'UPDATE' AND {is_redaction('proposals_pause')} THEN RETURN NEW; END IF; "
                    "RAISE EXCEPTION 'the days on which a clock stood are never changed';"
                ),
            )
        ]
