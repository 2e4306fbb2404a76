from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Organisation, User
from members.permissions import AnyUser
from proposals.states import Outcome

from .asks import Ask
from .case import HIDDEN_STATES, Proposal
from .lasting import Lasting
from .referrals import Referral


class Milestone(models.TextChoices):
    """The stages of making a rule (法規命令) or a statute (法律), in their order."""

    STUDY = "study", pgettext_lazy("rule-making", "being drawn up")
    NOTICE = "notice", pgettext_lazy("rule-making", "draft published for comment")
    TO_YUAN = "to_yuan", pgettext_lazy("rule-making", "with the Executive Yuan")
    LEGISLATURE = "legislature", pgettext_lazy("rule-making", "with the Legislative Yuan")
    PASSED = "passed", pgettext_lazy("rule-making", "passed in third reading")
    IN_FORCE = "in_force", pgettext_lazy("rule-making", "in force")


RULE_TRACK = (Milestone.STUDY, Milestone.NOTICE, Milestone.TO_YUAN, Milestone.IN_FORCE)
"""A rule is made by the ministry, or approved by the Executive Yuan; the Legislative Yuan has no reading."""

OUT_OF_HAND = (Milestone.LEGISLATURE, Milestone.PASSED, Milestone.IN_FORCE)
"""From here on the ministry is no longer late: the Legislative Yuan decides, or the thing is done."""


class FollowUpQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Those of cases that the user may read; they are as public as the answer they come from."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user))

    def public(self) -> Self:
        """Those of cases that everybody may read."""
        return self.filter(proposal__accepted_at__isnull=False).exclude(proposal__state__in=HIDDEN_STATES)

    def open(self) -> Self:
        return self.filter(state=FollowUp.State.OPEN)

    def overdue(self, on: date | None = None) -> Self:
        """Open, in the ministry's own hands, and past the planned day; derived, never stored."""
        return self.open().filter(planned_on__lt=on or clock.today()).exclude(milestone__in=OUT_OF_HAND)


class FollowUp(models.Model):
    """後續辦理事項: what a ministry has promised in an answer, with the day for which it is planned.

    `ministry` is whose it is today: that of the answer, or the one that took it over in a reorganisation.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("follow-up", "open")
        DONE = "done", pgettext_lazy("follow-up", "done")
        DROPPED = "dropped", pgettext_lazy("follow-up", "dropped")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="follow_ups")
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="follow_ups")
    ministry = models.ForeignKey(
        Organisation, models.PROTECT, related_name="follow_ups", verbose_name=_("ministry")
    )
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="follow_ups")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    title = models.CharField(_("what is to be done"), max_length=300)
    planned_on = models.DateField(_("planned for"))
    milestone = models.CharField(_("milestone"), max_length=12, choices=Milestone.choices, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False
    )
    created_at = models.DateTimeField(_("promised"), default=clock.now, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    OPEN_FIRST = (Case(When(state="open", then=0), default=1), "planned_on", "pk")
    """The order of lists: the open ones by their planned day, then those that have ended."""

    class Meta:
        verbose_name = _("follow-up item")
        verbose_name_plural = _("follow-up items")
        ordering = ["planned_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "ask"], name="proposals_follow_up_once_per_answer"),
            models.CheckConstraint(
                condition=Q(state="open", settled_at__isnull=True)
                | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="proposals_follow_up_settled_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["planned_on"], condition=Q(state="open"), name="proposals_follow_up_open")
        ]
        triggers = [
            pgtrigger.Protect(name="follow_up_is_never_deleted", operation=pgtrigger.Delete),
            Lasting(
                name="what_was_promised_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__title__df=pgtrigger.F("new__title")),
            ),
            pgtrigger.FSM(
                name="no_follow_up_is_taken_back",
                field="state",
                transitions=[("open", "done"), ("open", "dropped")],
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def track(self) -> tuple[Milestone, ...]:
        """The milestones that the item may pass, by what was promised."""
        return RULE_TRACK if self.outcome == Outcome.RULE_CHANGE else tuple(Milestone)

    @property
    def is_out_of_hand(self) -> bool:
        """Open, but with the Legislative Yuan or past it: the ministry is not late."""
        return self.is_open and self.milestone in OUT_OF_HAND

    @property
    def is_overdue(self) -> bool:
        """As `overdue()`, for one row."""
        return self.is_open and self.milestone not in OUT_OF_HAND and self.planned_on < clock.today()


class FollowUpStep(models.Model):
    """One thing that a ministry reported of a follow-up item: never changed; the newest says where it is."""

    class Kind(models.TextChoices):
        PROGRESS = "progress", pgettext_lazy("follow-up", "progress")
        REVISED = "revised", pgettext_lazy("follow-up", "planned day revised")
        DONE = "done", pgettext_lazy("follow-up", "done")
        DROPPED = "dropped", pgettext_lazy("follow-up", "dropped")

    follow_up = models.ForeignKey(FollowUp, models.PROTECT, related_name="steps")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    milestone = models.CharField(_("milestone"), max_length=12, choices=Milestone.choices, blank=True)
    text = models.TextField(_("what happened"), blank=True)
    url = models.URLField(_("where it can be read"), blank=True)
    old_planned_on = models.DateField(null=True)
    new_planned_on = models.DateField(null=True)
    reported_at = models.DateTimeField(_("reported"), default=clock.now)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["reported_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["revised", "dropped"]) | ~Q(text=""),
                name="proposals_follow_up_step_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(kind="done") | ~Q(text="") | ~Q(url=""),
                name="proposals_follow_up_done_has_evidence",
            ),
            models.CheckConstraint(
                condition=~Q(kind="revised") | Q(old_planned_on__isnull=False, new_planned_on__isnull=False),
                name="proposals_follow_up_revision_has_days",
            ),
        ]
        triggers = [Lasting(name="follow_up_step_is_never_changed")]
