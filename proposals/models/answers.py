from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Named, Organisation, User
from members.permissions import AnyUser, bodies_of
from proposals.states import OPEN_REFERRAL, TONES, Outcome

from .asks import Ask
from .case import HIDDEN_STATES
from .lasting import Lasting
from .referrals import OfReferralQuerySet, Referral


class AnswerText(models.Model):
    """What a ministry says to one ask."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="%(class)ss")
    ask = models.ForeignKey(Ask, models.PROTECT, related_name="%(class)ss")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=300, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_on = models.DateField(_("next date"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def tone(self) -> tuple[str, str]:
        return TONES[self.outcome]


class AnswerDraftQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """The own body's, and what another body of the same round shares while both take part in it.

        Nobody else reads a draft, not even the secretariat.
        """
        own = bodies_of(user)
        together = Referral.objects.active().filter(
            proposal=OuterRef("referral__proposal"), round=OuterRef("referral__round"), ministry__in=own
        )
        shared = Q(referral__drafts_shared_at__isnull=False, referral__state__in=OPEN_REFERRAL)
        return self.filter(Q(referral__ministry__in=own) | shared & Q(Exists(together)))

    def of_bodies(self, bodies: list[Organisation]) -> Self:
        """Those that the bodies wrote themselves."""
        return self.filter(referral__ministry__in=bodies)


class AnswerDraft(AnswerText):
    """擬復: a ministry's own working text. Nobody else sees it but the bodies with which it is shared."""

    updated_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)

    objects = AnswerDraftQuerySet.as_manager()

    class Meta:
        ordering = ["ask__number"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "ask"], name="proposals_draft_once_per_ask")
        ]


class AnswerQuerySet(models.QuerySet):
    def visible_to(self, user: AnyUser) -> Self:
        """Published answers of cases that are not hidden."""
        return self.exclude(referral__proposal__state__in=HIDDEN_STATES)

    def current(self) -> Self:
        """The newest version of each: what a body says today."""
        return self.filter(replaced_by__isnull=True)


class Answer(AnswerText):
    """A published answer; the text never changes. The first answer's date stands.

    To correct, supplement or withdraw it is to publish another version, with the reason; the version before
    stays readable. A withdrawn answer is a version without a text: the ask counts as answered.
    """

    class Change(models.TextChoices):
        CORRECTED = "corrected", pgettext_lazy("answer", "Corrected")
        SUPPLEMENTED = "supplemented", pgettext_lazy("answer", "Supplemented")
        WITHDRAWN = "withdrawn", pgettext_lazy("answer", "Withdrawn")

    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    change = models.CharField(_("change"), max_length=12, choices=Change.choices, blank=True)
    change_reason = models.TextField(_("reason of the change"), blank=True)
    published_at = models.DateTimeField(_("published"), default=clock.now)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_for = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The successor that publishes this version, where the body that answered has ended.",
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["ask__number", "referral__part", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "ask", "version"], name="proposals_answer_once_per_version"
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces__isnull=True, change="")
                | Q(version__gt=1, replaces__isnull=False) & ~Q(change="") & ~Q(change_reason=""),
                name="proposals_answer_change_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(change="withdrawn", outcome="withdrawn", reason="")
                | ~Q(change="withdrawn") & ~Q(outcome="withdrawn"),
                name="proposals_answer_withdrawn_says_nothing",
            ),
            models.CheckConstraint(
                condition=Q(published_for__isnull=True) | Q(version__gt=1),
                name="proposals_answer_successor_changes_only",
            ),
            models.CheckConstraint(condition=~Q(outcome=""), name="proposals_answer_has_outcome"),
            models.CheckConstraint(
                condition=Q(outcome__in=["no_comment", "unclassified", "withdrawn"]) | ~Q(reason=""),
                name="proposals_answer_has_reason",
            ),
        ]
        triggers = [
            Lasting(name="answer_is_never_changed"),
            pgtrigger.Trigger(
                name="answer_replaces_the_version_before",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__replaces_id__isnull=False),
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM proposals_answer a WHERE a.id = NEW.replaces_id "
                    "AND a.referral_id = NEW.referral_id AND a.ask_id = NEW.ask_id "
                    "AND a.version = NEW.version - 1) THEN "
                    "RAISE EXCEPTION 'an answer replaces the version before it'; END IF; RETURN NEW;"
                ),
            ),
        ]

    @property
    def named(self) -> Named:
        """Who answered, by its name of the time."""
        if self.published_for:
            return self.published_for.named_on(clock.local_date(self.published_at))
        return self.referral.named_at(self.published_at)

    @property
    def is_withdrawn(self) -> bool:
        return self.change == self.Change.WITHDRAWN


class InterimReplyQuerySet(OfReferralQuerySet):
    def delays(self) -> Self:
        return self.filter(kind=InterimReply.Kind.DELAY)


class InterimReply(models.Model):
    """A preliminary or interim reply: shown with its date and never changed. Stops no clock, is no answer.

    Of a body that is late it is the reason of the delay, and the day on which the answer is expected.
    """

    class Kind(models.TextChoices):
        INTERIM = "interim", _("interim reply")
        DELAY = "delay", _("reason of the delay")

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="interim_replies")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.INTERIM)
    text = models.TextField(_("interim reply"))
    expected_on = models.DateField(_("under study until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), default=clock.now)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InterimReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("interim reply")
        verbose_name_plural = _("interim replies")
        ordering = ["published_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="delay") | Q(expected_on__isnull=False),
                name="proposals_delay_has_expected_day",
            )
        ]
        triggers = [Lasting(name="interim_reply_is_never_changed")]

    @property
    def named(self) -> Named:
        """Who replied, by its name of the time."""
        return self.referral.named_at(self.published_at)
