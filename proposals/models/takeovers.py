from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation, User
from members.permissions import AnyUser

from .case import Proposal


class TakeoverQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Those of the cases that the user may read."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user))


class Takeover(models.Model):
    """承接: a case whose lead has left the alliance goes on with another organisation, from a moment on.

    The proposer stays on the record, with the text and the name of its time. The newest row says whose case
    it is (`Proposal.lead`); none is ever changed or deleted.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="takeovers")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="takeovers", verbose_name=_("organisation")
    )
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(_("taken over"), default=clock.now)

    objects = TakeoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("takeover")
        verbose_name_plural = _("takeovers")
        ordering = ["proposal", "pk"]
        triggers = [
            pgtrigger.Protect(name="takeover_is_never_undone", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="taken_over_when_the_lead_has_left",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                declare=[("taken_on", "DATE")],
                func=(
                    "taken_on := (NEW.taken_at AT TIME ZONE 'Asia/Taipei')::date; "
                    "IF NOT EXISTS (SELECT 1 FROM proposals_proposal p JOIN members_organisation o "
                    "ON o.id = COALESCE(p.taken_over_by_id, p.organisation_id) "
                    "WHERE p.id = NEW.proposal_id AND p.answered_at IS NULL AND o.left_on <= taken_on "
                    "AND p.state IN ('screening', 'needs_information', 'discussion', 'referred')) THEN "
                    "RAISE EXCEPTION 'a case is taken over while it is open and its lead has left'; END IF; "
                    "IF NOT EXISTS (SELECT 1 FROM members_organisation o, proposals_proposal p "
                    "WHERE o.id = NEW.organisation_id AND p.id = NEW.proposal_id "
                    "AND o.joined_on <= taken_on AND (o.left_on IS NULL OR o.left_on > taken_on) "
                    "AND (o.kind = 'association' AND p.accepted_at IS NOT NULL "
                    "OR EXISTS (SELECT 1 FROM proposals_sponsor s WHERE s.proposal_id = p.id "
                    "AND s.organisation_id = o.id AND s.declined_at IS NULL "
                    "AND (s.signed_at IS NOT NULL OR s.merged_from_id IS NOT NULL))) "
                    "AND NOT EXISTS (SELECT 1 FROM proposals_competitor c WHERE c.proposal_id = p.id "
                    "AND c.organisation_id = o.id)) THEN "
                    "RAISE EXCEPTION 'a co-sponsor or an association takes over, and no competitor'; END IF; "
                    "IF NOT EXISTS (SELECT 1 FROM members_affiliation a WHERE a.user_id = NEW.by_id "
                    "AND a.organisation_id = NEW.organisation_id AND a.role = 'representative') THEN "
                    "RAISE EXCEPTION 'a representative takes over for its organisation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.number} → {self.organisation}"


def taken_over_after(column: str, case: str = "proposal") -> Exists:
    """Of rows that belong to a case: whether it was taken over after the moment that a column holds."""
    return Exists(Takeover.objects.filter(proposal=OuterRef(case), taken_at__gt=OuterRef(column)))


def lead_at(case: Proposal, moment: datetime) -> Organisation | None:
    """Whose case it was at a moment: what papers of the time name. Reads `takeovers`: prefetch them."""
    taken = [row.organisation for row in case.takeovers.all() if row.taken_at <= moment]
    return taken[-1] if taken else case.organisation
