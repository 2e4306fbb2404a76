from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.permissions import AnyUser, is_known, reads_all, represented
from proposals.states import ProposalState
from workinggroups.permissions import triaged_groups

from .case import Proposal
from .leading import led_by
from .recusals import recused_from


class SponsorQuerySet(models.QuerySet):
    def signed(self) -> Self:
        return self.filter(signed_at__isnull=False)

    def active(self) -> Self:
        """Invited, signed or joined: those that declined stand beside the case no more."""
        return self.filter(declined_at__isnull=True)

    def joined(self) -> Self:
        """Those that came by a merger: their own case is dealt with in this one."""
        return self.filter(merged_from__isnull=False)

    def confidants(self) -> Self:
        """Those that the proposer itself invited, and that did not decline: they read what parties read."""
        return self.active().filter(merged_from__isnull=True)

    def visible_to(self, user: AnyUser) -> Self:
        """Those of a case that one may know of; of a draft, the lead's all and one's own."""
        own = Q(organisation__in=represented(user)) & Q(declined_at__isnull=True)
        lead = led_by(represented(user), "proposal")
        stands = Q(signed_at__isnull=False) | Q(merged_from__isnull=False)
        known = Q(proposal__in=Proposal.objects.visible_to(user).values("pk")) & stands
        return self.filter(own | lead | known & ~Q(proposal__state=ProposalState.DRAFT))


class Sponsor(models.Model):
    """連署: an organisation that stands behind another's proposal. It signs a text, and reads; it never acts.

    `signed_digest` names the text that was signed, so that a changed text is asked for again. With
    `merged_from` it has signed nothing: it joined with that case of its own when the two were merged, reads
    what will be public, and neither restricted text nor what the parties tell each other.
    """

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="sponsors")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="sponsored", verbose_name=_("organisation")
    )
    invited_at = models.DateTimeField(_("invited"), default=clock.now)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField(_("signed off"), null=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    signed_digest = models.CharField(max_length=64, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True)
    merged_from = models.ForeignKey(
        Proposal, models.PROTECT, null=True, related_name="+", verbose_name=_("joined with the case")
    )

    objects = SponsorQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-sponsor")
        verbose_name_plural = _("co-sponsors")
        ordering = ["proposal", "invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "organisation"], name="proposals_sponsor_once"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(declined_at__isnull=True),
                name="proposals_sponsor_signs_or_declines",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_digest="")
                | Q(signed_at__isnull=False, signed_by__isnull=False) & ~Q(signed_digest=""),
                name="proposals_sponsor_signs_a_text",
            ),
            models.CheckConstraint(
                condition=Q(merged_from__isnull=True) | Q(signed_at__isnull=True, declined_at__isnull=True),
                name="proposals_sponsor_joined_signs_nothing",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="signature_of_a_case_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(old__signed_at__isnull=False),
                func=(
                    "IF EXISTS (SELECT 1 FROM proposals_proposal p "
                    "WHERE p.id = OLD.proposal_id AND p.number IS NOT NULL) THEN "
                    "RAISE EXCEPTION 'the signature under a submitted case stays'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="joined_by_a_merger_only",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__merged_from_id__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM proposals_proposal p "
                    "WHERE p.id = NEW.merged_from_id AND p.merged_into_id = NEW.proposal_id) THEN "
                    "RAISE EXCEPTION 'an organisation joins with a case that was merged'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class CompetitorQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The proposer who named them, the group's triage officers, the secretariat and the auditors.

        Never an officer who has an interest in the case, or stands aside.
        """
        if not is_known(user):
            return self.none()
        own = represented(user)
        office = ~Q(proposal__state=ProposalState.DRAFT)
        if not reads_all(user):
            office &= Q(proposal__group__in=triaged_groups(user))
        return self.filter(led_by(own, "proposal") | office & ~recused_from(user))


class Competitor(models.Model):
    """An organisation that the proposer declares to compete; who represents it takes no part in the case."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="competitors")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )

    objects = CompetitorQuerySet.as_manager()

    class Meta:
        verbose_name = _("declared competitor")
        verbose_name_plural = _("declared competitors")
        ordering = ["proposal", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "organisation"], name="proposals_competitor_once")
        ]
        triggers = [
            pgtrigger.Trigger(
                name="competitor_of_a_case_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func=(
                    "IF EXISTS (SELECT 1 FROM proposals_proposal p "
                    "WHERE p.id = OLD.proposal_id AND p.number IS NOT NULL) THEN "
                    "RAISE EXCEPTION 'what the proposer declared of its competitors stays'; END IF; "
                    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation)
