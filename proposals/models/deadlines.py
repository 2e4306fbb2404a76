from datetime import date
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Letter, User
from members.permissions import AnyUser, is_known, reads_all
from members.said import local
from proposals.deadlines import Period, Unit
from workinggroups.models import Meeting, WorkingGroup
from workinggroups.permissions import triaged_groups

from .case import Proposal
from .follow_ups import FollowUp
from .questions import Question
from .referrals import Referral


class Kind(models.TextChoices):
    """What is due, and in whose hands: see ALLIANCES, PROPOSERS and MINISTRIES below.

    A takeover lies with nobody: whoever may take a case over decides whether to.
    """

    SCREENING = "screening", _("Screening")
    DISCUSSION = "discussion", _("Discussion in the group")
    INFORMATION = "information", _("Information from the proposer")
    REPLY = "reply", _("Reply of the proposer to a ministry")
    SECRECY = "secrecy", _("Check of business secrets by the proposer")
    ACCEPTANCE = "acceptance", _("Acceptance by the ministry")
    PRELIMINARY = "preliminary", _("Preliminary reply")
    ANSWER = "answer", _("Answer")
    SUPPORT = "support", _("Answer of a supporting body")
    RECONSIDERATION = "reconsider", _("Answer to a reconsideration")
    CLOSING = "closing", _("Closing of an answered case")
    FOLLOW_UP = "follow_up", _("Follow-up item")
    MINUTES = "minutes", _("Minutes of a meeting")
    TAKEOVER = "takeover", _("Take-over by a co-sponsor or an association")


ALLIANCES = (Kind.SCREENING, Kind.DISCUSSION, Kind.MINUTES)
REPLIES = (Kind.REPLY, Kind.SECRECY)
"""What the proposer owes a ministry, whose clock stands meanwhile."""
PROPOSERS = (Kind.INFORMATION, *REPLIES, Kind.CLOSING)
MINISTRIES = (
    Kind.ACCEPTANCE,
    Kind.PRELIMINARY,
    Kind.ANSWER,
    Kind.SUPPORT,
    Kind.RECONSIDERATION,
    Kind.FOLLOW_UP,
)
ANSWERS = (Kind.ANSWER, Kind.SUPPORT, Kind.RECONSIDERATION)


UNIT_WORDS = [
    (Unit.HOUR.value, pgettext_lazy("unit", "hour")),
    (Unit.DAY.value, pgettext_lazy("unit", "day")),
    (Unit.WORKDAY.value, pgettext_lazy("unit", "workday")),
    (Unit.WEEK.value, pgettext_lazy("unit", "week")),
    (Unit.MONTH.value, pgettext_lazy("unit", "month")),
    (Unit.YEAR.value, pgettext_lazy("unit", "year")),
]


class DeadlinePolicyQuerySet(models.QuerySet):
    def for_step(self, kind: str, group: WorkingGroup | None, on: date) -> "DeadlinePolicy":
        """The group's own policy of that day, else the general one; raises DoesNotExist without either."""
        rows = self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=on),
            Q(group=group) | Q(group__isnull=True),
            kind=kind,
            valid_from__lte=on,
        )
        row = rows.order_by(F("group").asc(nulls_last=True), "-valid_from").first()
        if row is None:
            raise self.model.DoesNotExist(f"no policy for {kind} on {on}")
        return row


class DeadlinePolicy(models.Model):
    """How long a kind of step may take, from a day on; a change never alters a clock already running."""

    kind = models.CharField(_("step"), max_length=12, choices=Kind.choices)
    group = models.ForeignKey(
        WorkingGroup,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="policies",
        verbose_name=_("group"),
    )
    amount = models.PositiveSmallIntegerField(_("amount"))
    unit = models.CharField(_("unit"), max_length=8, choices=UNIT_WORDS)
    extendable_by = models.PositiveSmallIntegerField(
        _("may be extended or prolonged once by"),
        null=True,
        blank=True,
        help_text=_("In the same unit, at most the period itself; empty: not at all."),
    )
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True, blank=True)
    basis_zh = models.CharField(_("basis (Chinese)"), max_length=200, blank=True)
    basis_en = models.CharField(_("basis (English)"), max_length=240, blank=True)

    objects = DeadlinePolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("period")
        verbose_name_plural = _("periods")
        ordering = ["kind", "group", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "group", "valid_from"],
                nulls_distinct=False,
                name="proposals_policy_once_per_day",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="proposals_policy_amount_positive"),
            models.CheckConstraint(
                condition=Q(extendable_by__isnull=True)
                | Q(extendable_by__gt=0, extendable_by__lte=F("amount")),
                name="proposals_policy_extension_within_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.amount} {self.get_unit_display()}"

    @property
    def period(self) -> Period:
        return Period(self.amount, Unit(self.unit))

    @property
    def basis(self) -> str:
        return local(self.basis_zh, self.basis_en)


class DeadlineQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Those of cases, and of follow-up items, that the user may read; of meetings the group's officers,
        the secretariat and the auditors."""
        cases = Proposal.objects.visible_to(user)
        allowed = Q(proposal__in=cases) | Q(referral__proposal__in=cases)
        allowed |= Q(question__referral__proposal__in=cases) | Q(follow_up__proposal__in=cases)
        if reads_all(user):
            allowed |= Q(meeting__isnull=False)
        elif is_known(user):
            allowed |= Q(meeting__group__in=triaged_groups(user))
        return self.filter(allowed)

    def running(self) -> Self:
        """Neither met nor dropped, and not standing still."""
        return self.filter(settled_at__isnull=True, is_paused=False)

    def unsettled(self) -> Self:
        return self.filter(settled_at__isnull=True)

    def of_case(self, proposal: Proposal) -> Self:
        """Those of a case, of its referrals, and of what its bodies asked."""
        return self.filter(
            Q(proposal=proposal)
            | Q(referral__proposal=proposal)
            | Q(question__referral__proposal=proposal)
            | Q(follow_up__proposal=proposal)
        )

    def to_remind(self, on: date) -> Self:
        """Running deadlines with a reminder whose day has come: `<=`, so that a missed day is made up for."""
        return self.running().filter(next_reminder_on__lte=on)


def _exactly_one(*names: str) -> Q:
    """Of the foreign keys exactly one is set."""
    condition = Q()
    for name in names:
        condition |= Q(**{f"{other}__isnull": other != name for other in names})
    return condition


class Deadline(models.Model):
    """One date until which one thing is due, with everything needed to recompute and explain it."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, null=True, related_name="deadlines")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="deadlines")
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="deadlines")
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="deadlines")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="deadlines")
    kind = models.CharField(_("step"), max_length=12, choices=Kind.choices)
    policy = models.ForeignKey(DeadlinePolicy, models.PROTECT, null=True, related_name="+")
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)
    prolonged_by = models.PositiveSmallIntegerField(
        null=True, help_text="By how many of the same unit the proposer has prolonged it; once."
    )
    booked_days = models.PositiveSmallIntegerField(
        default=0, help_text="Calendar days by which a reorganisation has moved the date."
    )
    area = models.CharField(_("area"), max_length=40, blank=True, help_text="Whose closures count.")
    counted_from = models.DateField(_("event day"))
    raw_last_on = models.DateField(_("last day before shifting"))
    due_on = models.DateField(_("due"))
    very_overdue_on = models.DateField(_("very overdue from"))
    steps = models.JSONField(_("computation"), default=list)
    calendar_version = models.CharField(max_length=80)
    moves = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often the date has moved; counted by the database."
    )
    is_provisional = models.BooleanField(default=False)
    is_paused = models.BooleanField(default=False)
    next_reminder_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    counted_at = models.DateTimeField(_("counted"), default=clock.now)
    settled_at = models.DateTimeField(_("settled"), null=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=_exactly_one("proposal", "referral", "question", "follow_up", "meeting"),
                name="proposals_deadline_belongs_to_one",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("raw_last_on")),
                name="proposals_deadline_shifts_forward",
            ),
            models.UniqueConstraint(
                fields=["referral", "kind"],
                condition=Q(referral__isnull=False),
                name="proposals_deadline_once_per_referral",
            ),
            models.CheckConstraint(
                condition=Q(very_overdue_on__gt=F("due_on")),
                name="proposals_deadline_very_overdue_is_later",
            ),
            models.UniqueConstraint(
                fields=["follow_up"],
                condition=Q(follow_up__isnull=False, settled_at__isnull=True),
                name="proposals_deadline_one_open_per_follow_up",
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind"],
                condition=Q(meeting__isnull=False),
                name="proposals_deadline_once_per_meeting",
            ),
            models.UniqueConstraint(
                fields=["proposal", "kind"],
                condition=Q(proposal__isnull=False, settled_at__isnull=True),
                name="proposals_deadline_one_open_per_step",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_on"],
                condition=Q(settled_at__isnull=True, is_paused=False),
                name="proposals_deadline_to_remind",
            ),
            models.Index(
                fields=["due_on"],
                condition=Q(settled_at__isnull=True),
                name="proposals_deadline_open",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="deadline_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="deadline_counts_its_moves",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func="NEW.moves = OLD.moves + (NEW.due_on <> OLD.due_on)::int; RETURN NEW;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_on.isoformat()}"

    @property
    def period(self) -> Period:
        return Period(self.amount, Unit(self.unit))

    @property
    def case(self) -> Proposal:
        """The proposal that the deadline is about, however it hangs on it; that of minutes has none."""
        if self.proposal:
            return self.proposal
        if self.referral:
            return self.referral.proposal
        if self.follow_up:
            return self.follow_up.proposal
        assert self.question is not None
        return self.question.referral.proposal

    @property
    def is_overdue(self) -> bool:
        return self.settled_at is None and not self.is_paused and self.due_on < clock.today()

    @property
    def is_very_overdue(self) -> bool:
        return self.is_overdue and self.very_overdue_on <= clock.today()


class ReminderRule(models.Model):
    """One rung of a ladder: so many working days before (-) or after (+) the date, to whom.

    A rung belongs to periods up to `max_days`; the shortest bracket that fits a period applies.
    """

    class Audience(models.TextChoices):
        ACTORS = "actors", _("whoever must act")
        SUPERVISOR = "supervisor", _("supervisor and research and evaluation contact")
        CONVENER = "convener", _("group convener")
        CHAIR = "chair", _("alliance convener")

    code = models.SlugField(_("code"), unique=True)
    max_days = models.PositiveSmallIntegerField(_("for periods up to (days)"))
    offset = models.SmallIntegerField(_("working days from the due date"))
    audience = models.CharField(_("audience"), max_length=10, choices=Audience.choices)
    is_very_overdue = models.BooleanField(
        _("when very overdue"),
        default=False,
        help_text=_("Counted from half the period after the due date."),
    )

    class Meta:
        verbose_name = _("reminder rule")
        verbose_name_plural = _("reminder rules")
        ordering = ["max_days", "offset", "audience"]

    def __str__(self) -> str:
        return self.code


class Reminder(models.Model):
    """The record that a rung was reached for one recipient; planning only, the letter does the sending."""

    deadline = models.ForeignKey(
        Deadline, models.PROTECT, related_name="reminders", verbose_name=_("deadline")
    )
    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="+", verbose_name=_("reminder rule"))
    due_on = models.DateField(_("due date"))
    recipient = models.ForeignKey(User, models.PROTECT, related_name="reminders", verbose_name=_("recipient"))
    planned_at = models.DateTimeField(_("planned at"), default=clock.now)
    is_skipped = models.BooleanField(_("skipped"), default=False)
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, related_name="reminders", verbose_name=_("letter")
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-planned_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["deadline", "rule", "due_on", "recipient"],
                name="proposals_reminder_once",
            ),
            models.CheckConstraint(
                condition=Q(is_skipped=False) | Q(letter__isnull=True),
                name="proposals_reminder_skipped_has_no_letter",
            ),
        ]

    def __str__(self) -> str:
        return str(self.deadline)


class Heartbeat(models.Model):
    """When a round that must never stop last came to its end: looked at by whoever watches the portal."""

    name = models.SlugField(unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @classmethod
    def beat(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": clock.now()})
