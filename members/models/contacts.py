"""Contact requests between members: the words of one to another, and what became of them."""

from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Self
from uuid import uuid4

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import clock
from members.states import CONTACT_TONES, ContactState, contact_moves

from .organisations import Organisation
from .people import Affiliation, User

ANSWERED_WITHIN = timedelta(days=30)
KEPT_TEXTS = timedelta(days=365)
LONGEST_MESSAGE = 3000

TEXTS = ("subject", "message", "reply", "shared_address")
"""What is erased in the end."""


def _changed(*fields: str) -> pgtrigger.Q:
    return reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in fields))


def _represented(user: object) -> list[Organisation]:
    """For whom the user speaks today. Secretariat and superusers read nothing of it."""
    if not isinstance(user, User) or not user.is_active:
        return []
    return user.organisations_as(Affiliation.Role.REPRESENTATIVE)


def _first_moment() -> datetime:
    """What was sent before it has lapsed."""
    return datetime.combine(clock.today() - ANSWERED_WITHIN, time(), clock.TAIPEI)


class ContactRequestQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The representatives of today of the two sides, and nobody else."""
        sides = _represented(user)
        return self.filter(Q(sender__in=sides) | Q(receiver__in=sides))

    def received_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(receiver__in=_represented(user))

    def sent_by(self, user: User | AnonymousUser) -> Self:
        return self.filter(sender__in=_represented(user))

    def open(self) -> Self:
        """Those that can still be answered."""
        return self.filter(state=ContactState.OPEN, sent_at__gte=_first_moment())

    def lapsing(self) -> Self:
        """Those whose thirty days are over, and that no sweep has marked yet."""
        return self.filter(state=ContactState.OPEN, sent_at__lt=_first_moment())

    def with_old_texts(self) -> Self:
        """Sent a year ago, the words still there."""
        rows = self.filter(erased_at__isnull=True, sent_at__lte=clock.now() - KEPT_TEXTS)
        return rows.exclude(state=ContactState.OPEN)


class ContactRequest(models.Model):
    """What one member wrote to another, and the one answer. No address is known to either side by it,
    except the one that the receiver gives.

    `form_key` is the form that it was sent with, so that a second press sends nothing twice. Its state
    changes in `members.actions.contacts` only; the table is `members.states.CONTACT_STEPS`.
    """

    form_key = models.UUIDField(unique=True, default=uuid4, editable=False)
    sender = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contacts_sent", verbose_name=_("from")
    )
    receiver = models.ForeignKey(
        Organisation, models.PROTECT, related_name="contacts_received", verbose_name=_("to")
    )
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("sent"), default=clock.now)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    message = models.TextField(_("message"), blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ContactState.choices, default=ContactState.OPEN
    )
    ended_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reply = models.TextField(_("answer"), blank=True)
    shared_address = models.EmailField(_("address given"), blank=True)
    erased_at = models.DateTimeField(_("words erased"), null=True)

    objects = ContactRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact request")
        verbose_name_plural = _("contact requests")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["sender", "sent_at"], name="members_contact_pace")]
        constraints = [
            models.CheckConstraint(condition=~Q(sender=F("receiver")), name="members_contact_not_to_oneself"),
            models.UniqueConstraint(
                fields=["sender", "receiver"],
                condition=Q(state="open"),
                name="members_contact_one_open_of_a_pair",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="members_contact_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "lapsed"], answered_by__isnull=True, reply="")
                | (~Q(state__in=["open", "lapsed"]) & Q(answered_by__isnull=False)),
                name="members_contact_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(shared_address="") | Q(state="shared"),
                name="members_contact_address_only_if_given",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False, subject="", message="", reply="", shared_address="")
                | (
                    Q(erased_at__isnull=True)
                    & ~Q(subject="")
                    & ~Q(message="")
                    & (~Q(state="shared") | ~Q(shared_address=""))
                    & (~Q(state="answered") | ~Q(reply=""))
                ),
                name="members_contact_words_whole_or_erased",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="contact_begins_open",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state="open"),
            ),
            pgtrigger.FSM(name="contact_is_answered_once", field="state", transitions=contact_moves()),
            pgtrigger.Protect(name="contact_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="contact_keeps_its_sides",
                operation=pgtrigger.Update,
                condition=_changed("form_key", "sender_id", "receiver_id", "sent_by_id", "sent_at"),
            ),
            pgtrigger.Protect(
                name="contact_words_are_only_erased",
                operation=pgtrigger.Update,
                condition=(_changed("subject", "message") & pgtrigger.Q(new__erased_at__isnull=True))
                | (_changed("erased_at") & pgtrigger.Q(old__erased_at__isnull=False)),
            ),
            pgtrigger.Protect(
                name="contact_answer_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False)
                & (
                    _changed("ended_at", "answered_by_id")
                    | (_changed("reply", "shared_address") & pgtrigger.Q(new__erased_at__isnull=True))
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sender} → {self.receiver}"

    def get_absolute_url(self) -> str:
        return reverse("members:contact_request", args=[self.pk])

    @property
    def answer_until(self) -> date:
        """The last day on which it can be answered."""
        return clock.local_date(self.sent_at) + ANSWERED_WITHIN

    @property
    def standing(self) -> ContactState:
        """Its state, whether or not a sweep has come by since the last day."""
        is_over = self.state == ContactState.OPEN and clock.today() > self.answer_until
        return ContactState.LAPSED if is_over else ContactState(self.state)

    @property
    def is_open(self) -> bool:
        return self.standing == ContactState.OPEN

    @property
    def tone(self) -> tuple[str, str]:
        return CONTACT_TONES[self.standing]


class ContactBlockQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those who set it; the other side reads only, when it writes, that it cannot."""
        return self.filter(organisation__in=_represented(user))


class ContactBlock(models.Model):
    """That a member takes no contact requests from another. It ends by being deleted."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="contact_blocks")
    blocked = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    objects = ContactBlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked member")
        verbose_name_plural = _("blocked members")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "blocked"], name="members_contactblock_once"),
            models.CheckConstraint(
                condition=~Q(organisation=F("blocked")), name="members_contactblock_not_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ✕ {self.blocked}"
