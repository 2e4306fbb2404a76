import secrets
import uuid
from datetime import datetime, timedelta
from typing import Self

import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members import clock
from members.said import local
from members.states import ENDED, MAY_APPLY_AGAIN, TONES, WAITS_FOR_US, ApplicationState, Side, moves

from .organisations import Organisation
from .people import Affiliation, User
from .taxonomy import Domain

KEPT_UNCONFIRMED = timedelta(days=14)
KEPT_CONTACT = timedelta(days=365)
"""How long a refused or withdrawn applicant's contact person is kept."""
KEPT_EXPIRED = timedelta(days=30)
INVITATION_VALID = timedelta(days=60)

KINDS = tuple((kind.value, kind.label) for kind in Organisation.Kind if kind != Organisation.Kind.BODY)
SECTORS = tuple(
    (sector.value, sector.label) for sector in Organisation.Sector if sector != Organisation.Sector.GOVERNMENT
)


def new_token() -> str:
    return secrets.token_urlsafe(24)


def invitation_expiry() -> datetime:
    return clock.now() + INVITATION_VALID


def reads_applications(user: User | AnonymousUser) -> bool:
    """Secretariat and auditors; an applicant reads the own one by its private address."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or user.has_role(Affiliation.Role.SECRETARIAT, Affiliation.Role.AUDITOR)


class InvitationToApplyQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if reads_applications(user) else self.none()

    def open(self) -> Self:
        """Not expired, and no application was sent with it."""
        return self.filter(application__isnull=True, expires_at__gt=clock.now())

    def unused(self) -> Self:
        """Expired a month ago without an application."""
        return self.filter(application__isnull=True, expires_at__lte=clock.now() - KEPT_EXPIRED)


class InvitationToApply(models.Model):
    """An invitation to apply: a private link that opens the form, pre-filled, until it expires. Used once."""

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS, default="company")
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    contact = models.CharField(_("name of the contact person"), max_length=80)
    email = models.EmailField(_("e-mail"))
    language = models.CharField(
        _("language"), max_length=8, choices=User.Language.choices, default=User.Language.CHINESE
    )
    invited_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", editable=False, verbose_name=_("invited by")
    )
    created_at = models.DateTimeField(_("sent"), default=clock.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), default=invitation_expiry, editable=False)

    objects = InvitationToApplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to apply")
        verbose_name_plural = _("invitations to apply")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name_zh} ({self.email})"

    def get_absolute_url(self) -> str:
        return reverse("members:apply_invited", args=[self.token])


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self if reads_applications(user) else self.none()

    def waiting(self) -> Self:
        """Those that the secretariat is to act on."""
        return self.filter(state__in=WAITS_FOR_US)

    def unconfirmed(self) -> Self:
        """Sent two weeks ago, and never confirmed by whoever has the address."""
        return self.filter(state=ApplicationState.SENT, created_at__lte=clock.now() - KEPT_UNCONFIRMED)

    def with_idle_contact(self) -> Self:
        """Ended a year ago without admission, the contact person still named."""
        rows = self.filter(state__in=MAY_APPLY_AGAIN, ended_at__lte=clock.now() - KEPT_CONTACT)
        return rows.exclude(email="")


class Application(models.Model):
    """An organisation's wish to join. Its state changes in actions only; the table is `members.states`.

    `token` makes the private address of its page; `confirm_key` stands in one letter only and confirms
    the e-mail; `form_key` is the form that it was sent with, so that a second press sends nothing twice.
    """

    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    confirm_key = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    form_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(
        _("state"), max_length=20, choices=ApplicationState.choices, default=ApplicationState.SENT
    )
    kind = models.CharField(_("kind"), max_length=20, choices=KINDS)
    sector = models.CharField(_("sector"), max_length=16, choices=SECTORS)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=160, blank=True)
    ubn = models.CharField(_("business number"), max_length=8, blank=True)
    website = models.URLField(_("website"), blank=True)
    domains = models.ManyToManyField(
        Domain, related_name="applications", blank=True, verbose_name=_("domains")
    )
    wishes = models.TextField(_("what it wants from the alliance"))
    members = models.TextField(_("its own members"), blank=True, help_text=_("One name a line."))
    contact = models.CharField(_("contact person"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=User.Language.choices)
    notice = models.CharField(_("privacy notice of"), max_length=20)
    consented_at = models.DateTimeField(_("consent given"), default=clock.now)
    created_at = models.DateTimeField(_("sent"), default=clock.now)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    earlier = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="later", verbose_name=_("earlier application")
    )
    invitation = models.OneToOneField(
        InvitationToApply,
        models.PROTECT,
        null=True,
        related_name="application",
        verbose_name=_("invitation to apply"),
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="applications", verbose_name=_("organisation")
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application to join")
        verbose_name_plural = _("applications to join")
        ordering = ["waiting_since", "created_at", "pk"]
        indexes = [models.Index(fields=["state", "waiting_since"], name="members_application_queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["sent", "withdrawn"]) | Q(confirmed_at__isnull=False),
                name="members_application_reviewed_after_confirmation",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["admitted", "refused", "withdrawn"], ended_at__isnull=False)
                | (~Q(state__in=["admitted", "refused", "withdrawn"]) & Q(ended_at__isnull=True)),
                name="members_application_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="admitted", organisation__isnull=False)
                | (~Q(state="admitted") & Q(organisation__isnull=True)),
                name="members_application_admitted_is_member",
            ),
            models.CheckConstraint(
                condition=~Q(email="") | Q(state__in=["refused", "withdrawn"]),
                name="members_application_reachable_while_open",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="application_begins_as_sent",
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state="sent"),
            ),
            pgtrigger.FSM(name="no_step_is_skipped", field="state", transitions=moves()),
            pgtrigger.Protect(
                name="application_is_never_deleted",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="sent"),
            ),
            pgtrigger.Protect(
                name="decided_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__ended_at__isnull=False)
                & (
                    pgtrigger.Q(old__name_zh__df=pgtrigger.F("new__name_zh"))
                    | pgtrigger.Q(old__ubn__df=pgtrigger.F("new__ubn"))
                    | pgtrigger.Q(old__organisation_id__df=pgtrigger.F("new__organisation_id"))
                    | pgtrigger.Q(old__ended_at__df=pgtrigger.F("new__ended_at"))
                    | pgtrigger.Q(old__consented_at__df=pgtrigger.F("new__consented_at"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("members:application", args=[self.token])

    @property
    def name(self) -> str:
        return local(self.name_zh, self.name_en)

    @property
    def tone(self) -> tuple[str, str]:
        return TONES[self.state]

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def may_apply_again(self) -> bool:
        return self.state in MAY_APPLY_AGAIN

    @property
    def member_names(self) -> list[str]:
        """The names of its own members, each once, in the order in which they were written."""
        return list(
            dict.fromkeys(name for line in self.members.splitlines() if (name := " ".join(line.split())))
        )

    @property
    def confirm_until(self) -> datetime:
        return self.created_at + KEPT_UNCONFIRMED


class ApplicationEntry(models.Model):
    """One step of an application. Never edited, never deleted; who, and the words, stand beside it."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="entries")
    step = models.CharField(max_length=12)
    side = models.CharField(max_length=12, choices=Side.choices)
    happened_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("step of an application")
        verbose_name_plural = _("steps of applications")
        ordering = ["happened_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="history_is_never_changed", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="history_is_never_emptied",
                operation=pgtrigger.Truncate,
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                func="RAISE EXCEPTION 'history is never emptied';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d} {self.step}"


class ApplicationNote(models.Model):
    """Who acted for the secretariat, and what was written: erasable without breaking the record."""

    entry = models.OneToOneField(ApplicationEntry, models.PROTECT, related_name="note", primary_key=True)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    text = models.TextField(blank=True)
