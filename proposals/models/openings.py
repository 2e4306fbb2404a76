from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import AnyUser

from .asks import Attachment, PartyQuerySet
from .case import HIDDEN_STATES, Proposal
from .leading import orphaned
from .restricted_parts import RestrictedPart
from .takeovers import taken_over_after


class PublicOpeningQuerySet(PartyQuerySet):
    def in_force(self) -> Self:
        """Announced, and not stopped since."""
        return self.filter(stopped_at__isnull=True)

    def ahead(self) -> Self:
        """Those whose day has not come: they can still be stopped."""
        return self.in_force().filter(opens_on__gt=clock.today())

    def open(self) -> Self:
        """Those whose day has come, of cases that anybody may read today; derived, never stored.

        Not where the lead had left the alliance by that day: what is restricted was sealed then.
        """
        led = Q(proposal__taken_over_by__isnull=True, proposal__organisation__left_on__lte=F("opens_on"))
        led |= Q(proposal__taken_over_by__left_on__lte=F("opens_on")) | taken_over_after("announced_at")
        rows = self.in_force().filter(opens_on__lte=clock.today(), proposal__in=Proposal.objects.public())
        return rows.exclude(led, opened_at__isnull=True)

    def to_note(self) -> Self:
        """Open ones that the history does not tell of yet."""
        return self.open().filter(opened_at__isnull=True).select_related("proposal")

    def to_drop(self) -> Self:
        """Announced for cases that ended unanswered, or lost who announced it, before the day came."""
        ahead = self.in_force().filter(opened_at__isnull=True).exclude(pk__in=self.open().values("pk"))
        lost = Q(proposal__state__in=HIDDEN_STATES) | orphaned("proposal") | taken_over_after("announced_at")
        return ahead.filter(lost).select_related("proposal")

    def visible_to(self, user: AnyUser) -> Self:
        """From the day on everybody; before it, and of those stopped, the parties."""
        own = super().visible_to(user)
        return self.filter(Q(pk__in=self.open().values("pk")) | Q(pk__in=own.values("pk")))


class PublicOpening(models.Model):
    """公開: the proposer's renewed word that its restricted text may be read by all.

    Or one restricted file, or one restricted part of a question or reply: each has an opening of its own.

    It is announced a week before, so that whoever confided in the restriction hears of it, and can be taken
    back until the day. No other side can begin it: not the secretariat, and no administrator.
    """

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="public_openings")
    attachment = models.ForeignKey(
        Attachment, models.PROTECT, null=True, related_name="public_openings", verbose_name=_("file")
    )
    part = models.ForeignKey(RestrictedPart, models.PROTECT, null=True, related_name="public_openings")
    announced_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    announced_at = models.DateTimeField(_("announced"), default=clock.now)
    opens_on = models.DateField(_("public from"))
    stopped_at = models.DateTimeField(_("stopped"), null=True)
    stopped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True, help_text="When the clock noted that the day had come.")

    objects = PublicOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("opening to the public")
        verbose_name_plural = _("openings to the public")
        ordering = ["announced_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "attachment", "part"],
                condition=Q(stopped_at__isnull=True),
                nulls_distinct=False,
                name="proposals_public_opening_once",
            ),
            models.CheckConstraint(
                condition=Q(attachment__isnull=True) | Q(part__isnull=True),
                name="proposals_public_opening_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(opened_at__isnull=True),
                name="proposals_public_opening_stopped_or_opened",
            ),
            models.CheckConstraint(
                condition=Q(stopped_by__isnull=True) | Q(stopped_at__isnull=False),
                name="proposals_public_opening_stopped_has_moment",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="public_opening_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="public_opening_is_announced_a_week_before",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF NEW.opens_on < (NEW.announced_at AT TIME ZONE 'Asia/Taipei')::date + 7 "
                    "OR NEW.stopped_at IS NOT NULL OR NEW.opened_at IS NOT NULL THEN "
                    "RAISE EXCEPTION 'restricted text opens a week after it was announced'; END IF; "
                    "IF NOT EXISTS (SELECT 1 FROM proposals_proposal p JOIN members_affiliation a "
                    "ON a.organisation_id = COALESCE(p.taken_over_by_id, p.organisation_id) "
                    "WHERE p.id = NEW.proposal_id AND p.accepted_at IS NOT NULL "
                    "AND (p.taken_over_by_id IS NULL OR EXISTS (SELECT 1 FROM proposals_restrictedpart t "
                    "WHERE t.id = NEW.part_id AND t.written_at >= (SELECT max(k.taken_at) "
                    "FROM proposals_takeover k WHERE k.proposal_id = p.id))) "
                    "AND p.state NOT IN ('declined', 'withdrawn') "
                    "AND a.user_id = NEW.announced_by_id AND a.role = 'representative') THEN "
                    "RAISE EXCEPTION 'the proposer alone opens its restricted text, of a public case'; "
                    "END IF; "
                    "IF NEW.attachment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM proposals_attachment f "
                    "WHERE f.id = NEW.attachment_id AND f.proposal_id = NEW.proposal_id "
                    "AND f.is_restricted) THEN "
                    "RAISE EXCEPTION 'this is no restricted file of the case'; END IF; "
                    "IF NEW.part_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM proposals_restrictedpart t "
                    "WHERE t.id = NEW.part_id AND t.proposal_id = NEW.proposal_id) THEN "
                    "RAISE EXCEPTION 'this is no restricted part of the case'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="public_opening_is_stopped_before_its_day",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "IF OLD.stopped_at IS NOT NULL OR OLD.opened_at IS NOT NULL "
                    "OR (OLD.proposal_id, OLD.attachment_id, OLD.part_id, OLD.announced_by_id, "
                    "OLD.announced_at, OLD.opens_on) IS DISTINCT FROM (NEW.proposal_id, NEW.attachment_id, "
                    "NEW.part_id, NEW.announced_by_id, NEW.announced_at, NEW.opens_on) THEN "
                    "RAISE EXCEPTION 'an opening that was announced is never rewritten'; END IF; "
                    "IF NEW.stopped_by_id IS NOT NULL AND "
                    "(NEW.stopped_at AT TIME ZONE 'Asia/Taipei')::date >= OLD.opens_on THEN "
                    "RAISE EXCEPTION 'an opening can be stopped until its day only'; END IF; "
                    "IF (NEW.opened_at AT TIME ZONE 'Asia/Taipei')::date < OLD.opens_on THEN "
                    "RAISE EXCEPTION 'its day has not come'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.number} {self.opens_on}"

    @property
    def is_ahead(self) -> bool:
        return self.stopped_at is None and self.opens_on > clock.today()
