from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock

from .people import User

COPY_CAME_BACK = "a copy came back"


class LetterQuerySet(models.QuerySet):
    def sendable(self) -> Self:
        """Due letters whose moment has come, and letters whose sender's lease has run out."""
        now = clock.now()
        return self.filter(
            Q(state=Letter.State.DUE, not_before__lte=now)
            | Q(state=Letter.State.SENDING, lease_until__lt=now)
        ).order_by("not_before", "pk")

    def overdue(self) -> Self:
        """Letters that should have left a quarter of an hour ago: the sign that nobody sends."""
        return self.filter(
            state__in=[Letter.State.DUE, Letter.State.SENDING],
            not_before__lt=clock.now() - timedelta(minutes=15),
        )

    def held(self) -> Self:
        """Wanted once a week, and not told of yet."""
        return self.filter(state=Letter.State.HELD, digest__isnull=True)

    def undelivered(self) -> Self:
        """Refused for good by a relay, or sent and come back."""
        return self.filter(Q(state=Letter.State.FAILED) | Q(bounced_at__isnull=False))

    def for_the_desk(self) -> Self:
        """Without those to followers who have no account: their addresses are shown to nobody."""
        return self.exclude(recipient__isnull=True, kind__startswith="follow_")

    def with_lost_copy(self) -> Self:
        """Received, as far as is known, but the copy to a unit mailbox came back."""
        rows = self.filter(state=Letter.State.SENT, bounced_at__isnull=True)
        return rows.filter(last_error__startswith=COPY_CAME_BACK)


class Letter(models.Model):
    """One mail to one person, written in the transaction that gave rise to it and sent after commit.

    `key` says what it is and to whom; the Message-ID is a pure function of the key, so that a relay's
    journal can be asked whether it has accepted the letter before anybody sends it again.
    A row in `sending` whose lease has run out is in doubt. Design: reminders are rows, the broker a bell.
    One that its recipient wants once a week is held, and names the weekly letter that told of it; one that
    the recipient does not want is kept and never sent.
    """

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("letter", "due")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")
        HELD = "held", pgettext_lazy("letter", "for the weekly letter")
        UNWANTED = "unwanted", pgettext_lazy("letter", "not wanted")

    key = models.CharField(_("key"), max_length=200, unique=True, editable=False)
    message_id = models.CharField("Message-ID", max_length=120, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40, db_index=True)
    recipient = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("recipient"),
    )
    to = models.EmailField(_("to"))
    copies = models.JSONField(_("copies"), default=list, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=User.Language.choices)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    headers = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="What mail programs read: how to end a subscription.",
    )
    calendar = models.TextField(
        _("calendar entries"), blank=True, editable=False, help_text="An .ics file of the due dates."
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.DUE)
    digest = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="told", verbose_name=_("told of in")
    )
    not_before = models.DateTimeField(_("not before"), default=clock.now)
    lease_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    last_error = models.TextField(_("last error"), blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    bounced_at = models.DateTimeField(_("came back"), null=True, editable=False)
    reported_at = models.DateTimeField(
        null=True, editable=False, help_text="When the secretariat was told that nobody received it."
    )
    redacted_at = models.DateTimeField(
        _("redacted"),
        null=True,
        editable=False,
        help_text="When words were blacked out here; what was sent before had them.",
    )
    created_at = models.DateTimeField(_("written"), default=clock.now, editable=False)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="members_letter_sent_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=True) | Q(state="sent"),
                name="members_letter_bounced_was_sent",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False) | ~Q(state="sending"),
                name="members_letter_sending_has_lease",
            ),
            models.CheckConstraint(
                condition=Q(digest__isnull=True) | Q(state="held"), name="members_letter_told_of_was_held"
            ),
        ]
        indexes = [
            models.Index(
                F("not_before"),
                F("id"),
                condition=Q(state__in=["due", "sending"]),
                name="members_letter_to_send",
            ),
            models.Index(
                fields=["recipient"],
                condition=Q(state="held", digest__isnull=True),
                name="members_letter_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def has_lost_copy(self) -> bool:
        is_sent = self.state == self.State.SENT and self.bounced_at is None
        return is_sent and self.last_error.startswith(COPY_CAME_BACK)
