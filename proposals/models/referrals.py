from datetime import date, datetime, time
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Named, Organisation
from members.permissions import AnyUser, bodies_of, is_known, reads_all, represented
from proposals.states import OPEN_REFERRAL, TONES, ReferralState
from workinggroups.permissions import triaged_groups

from . import formerly
from .case import HIDDEN_STATES, Proposal
from .leading import led_by


def is_late(today: date) -> Q:
    """The condition behind `overdue()`, for counting as well."""
    unproved = Q(proved_on__isnull=True) | Q(proved_on__gt=F("due_on"))
    running = Q(state__in=[ReferralState.SENT, ReferralState.IN_PROGRESS], is_paused=False)
    return running & Q(due_on__lt=today, received_on__isnull=False) & unproved


def is_very_late(today: date) -> Q:
    """The condition behind `very_overdue()`."""
    return is_late(today) & Q(very_overdue_on__lte=today)


class ReferralQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Referrals of public cases, and those whose case the user is a party to."""
        if reads_all(user):
            return self
        allowed = ~Q(proposal__state__in=HIDDEN_STATES)
        if is_known(user):
            allowed |= led_by(represented(user), "proposal") | Q(ministry__in=bodies_of(user))
            allowed |= Q(proposal__group__in=triaged_groups(user))
        return self.filter(allowed)

    def for_bodies(self, bodies: list[Organisation]) -> Self:
        return self.filter(ministry__in=bodies)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_REFERRAL)

    def active(self) -> Self:
        """Without returned and cancelled ones."""
        return self.exclude(state__in=[ReferralState.RETURNED, ReferralState.CANCELLED])

    def overdue(self, on: date | None = None) -> Self:
        """Received, running, and past the day on which the answer was due; derived, never stored.

        A ministry's letter that is proved to be of the due day or before takes it out, and so does a clock
        that stands still.
        """
        return self.filter(is_late(on or clock.today()))

    def very_overdue(self, on: date | None = None) -> Self:
        """Overdue by half the period again."""
        return self.filter(is_very_late(on or clock.today()))

    def not_received(self) -> Self:
        """Open, and nobody knows that the body has it: neither opened nor, as far as is known, delivered."""
        return self.open().filter(received_on__isnull=True)


class Referral(models.Model):
    """One ministry's part in a case.

    `due_on`, `very_overdue_on` and `is_paused` repeat what the answer's deadline says, for lists and filters.
    """

    class Part(models.TextChoices):
        LEAD = "lead", _("lead")
        SUPPORT = "support", _("supporting")

    class Receipt(models.TextChoices):
        LETTER = "letter", _("recorded day of receipt of the letter")
        OPENED = "opened", _("first opening in the portal")
        MAIL = "mail", _("third working day after the mail")

    proposal = models.ForeignKey(
        Proposal, models.PROTECT, related_name="referrals", verbose_name=_("proposal")
    )
    ministry = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="referrals",
        verbose_name=_("ministry"),
    )
    part = models.CharField(_("part"), max_length=8, choices=Part.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=ReferralState.choices,
        default=ReferralState.SENT,
        editable=False,
    )
    sent_at = models.DateTimeField(_("referred"), default=clock.now)
    letter_number = models.CharField(_("number of the alliance's letter"), max_length=60, blank=True)
    letter_on = models.DateField(_("date of the alliance's letter"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    receipt = models.CharField(_("known by"), max_length=8, choices=Receipt.choices, blank=True)
    opened_at = models.DateTimeField(_("first opened"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    sign_off_since = models.DateField(_("in sign-off since"), null=True, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    drafts_shared_at = models.DateTimeField(_("drafts shared"), null=True, blank=True, editable=False)
    reply_number = models.CharField(_("number of the ministry's letter"), max_length=60, blank=True)
    reply_on = models.DateField(_("date of the ministry's letter"), null=True, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True, editable=False)
    very_overdue_on = models.DateField(_("very overdue from"), null=True, blank=True, editable=False)
    is_paused = models.BooleanField(_("clock stands"), default=False, editable=False)
    proved_on = models.DateField(
        _("proved date of the answer by letter"),
        null=True,
        blank=True,
        editable=False,
        help_text="Entered by the secretariat from the letter: takes a wrong mark of lateness away.",
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    returned_to = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("competent body named"),
    )
    former_bodies = models.JSONField(default=list, editable=False)
    """What `formerly` reads: the bodies whose part it was until a reorganisation."""

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "round"],
                condition=Q(part="lead") & ~Q(state__in=["returned", "cancelled"]),
                name="proposals_referral_one_lead",
            ),
            models.UniqueConstraint(
                fields=["proposal", "round", "ministry", "part"],
                condition=~Q(state__in=["returned", "cancelled"]),
                name="proposals_referral_ministry_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False),
                name="proposals_referral_answered_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(document_number="") | Q(approved_on__isnull=False),
                name="proposals_referral_document_is_approved",
            ),
            models.CheckConstraint(
                condition=Q(received_on__isnull=True) | ~Q(receipt=""),
                name="proposals_referral_receipt_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ministry", "state", "due_on"],
                name="proposals_referral_dashboard",
            ),
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=["sent", "in_progress"]),
                name="proposals_referral_running",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="referral_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.FSM(
                name="no_referral_step_is_skipped",
                field="state",
                transitions=[
                    ("sent", "in_progress"),
                    ("sent", "returned"),
                    ("sent", "waiting"),
                    ("sent", "answered"),
                    ("sent", "cancelled"),
                    ("in_progress", "waiting"),
                    ("in_progress", "answered"),
                    ("in_progress", "cancelled"),
                    ("waiting", "in_progress"),
                    ("waiting", "cancelled"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal.number} · {self.ministry}"

    @property
    def is_lead(self) -> bool:
        return self.part == self.Part.LEAD

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_REFERRAL

    def named_at(self, moment: datetime) -> Named:
        """The body whose part it was at a moment, by its name of that day: what papers of the time keep."""
        former = formerly.at(self.former_bodies, moment)
        return former.named if former else self.ministry.named_on(clock.local_date(moment))

    @property
    def former(self) -> list[formerly.Former]:
        """The bodies whose part it was, the first one first."""
        return list(map(formerly.Former.read, self.former_bodies))

    @property
    def letter_named(self) -> Named:
        """To whom the alliance's letter goes; one that bears its number went to the body of its date."""
        return self.named_at(self.letter_moment) if self.letter_number else self.ministry.named

    @property
    def letter_moment(self) -> datetime:
        """Of when the alliance's letter is: of its date, and of now while it bears no number."""
        if not self.letter_number:
            return clock.now()
        return datetime.combine(self.letter_on, time(), clock.TAIPEI) if self.letter_on else self.sent_at

    @property
    def handed_over(self) -> formerly.Former | None:
        """The body that handed it over by the last reorganisation."""
        return formerly.handed(self.former_bodies)

    @property
    def asked(self) -> models.QuerySet:
        """The asks that the body is to answer: all of them, or those that its round reconsiders."""
        asks = self.proposal.asks.all()
        again = asks.filter(reconsiderations__proposal=self.proposal, reconsiderations__round=self.round)
        return again if self.round > 1 and again.exists() else asks

    @property
    def tone(self) -> tuple[str, str]:
        if self.is_overdue:
            return ("late", "alert")
        if self.state == ReferralState.ANSWERED:
            return ("ok", "check")
        return TONES[self.state]

    @property
    def is_overdue(self) -> bool:
        """As `overdue()`, for one row."""
        if self.state not in (ReferralState.SENT, ReferralState.IN_PROGRESS) or self.is_paused:
            return False
        if self.due_on is None or self.received_on is None or self.due_on >= clock.today():
            return False
        return not self.is_proved

    @property
    def is_proved(self) -> bool:
        """Whether a letter of the ministry is proved to be of the due day or before."""
        return self.proved_on is not None and self.due_on is not None and self.proved_on <= self.due_on

    @property
    def is_very_overdue(self) -> bool:
        return self.is_overdue and self.very_overdue_on is not None and self.very_overdue_on <= clock.today()

    @property
    def days_left(self) -> int | None:
        """Calendar days until the due date, negative when late; None without a date."""
        return (self.due_on - clock.today()).days if self.due_on else None


class OfReferralQuerySet(models.QuerySet):
    """Rows that are read with the referral on which they hang."""

    def visible_to(self, user: AnyUser) -> Self:
        return self.filter(referral__in=Referral.objects.visible_to(user))
