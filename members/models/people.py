from functools import cached_property
from typing import Self

import pgtrigger
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import (
    AbstractBaseUser,
    BaseUserManager,
    PermissionsMixin,
)
from django.db import models
from django.utils.translation import gettext_lazy as _

from members import clock

from .dated import Dated, DatedQuerySet, kept_as_history
from .organisations import Organisation


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """A human with an account. What a user may do follows from dated roles, never from this row."""

    class Language(models.TextChoices):
        CHINESE = "zh-hant", "正體中文"
        ENGLISH = "en", "English"

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(
        _("language"), max_length=8, choices=Language.choices, default=Language.CHINESE
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    notice = models.CharField(
        _("privacy notice agreed to"),
        max_length=20,
        blank=True,
        editable=False,
        help_text="Of the newest of the person's consents, so that pages need not ask for it.",
    )
    joined_at = models.DateTimeField(_("joined"), default=clock.now, editable=False)
    erased_at = models.DateTimeField(_("erased"), null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True)
                | models.Q(is_active=False, is_superuser=False)
                & models.Q(("password__startswith", UNUSABLE_PASSWORD_PREFIX)),
                name="members_user_erased_signs_in_nowhere",
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="erased_is_never_somebody_again",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__erased_at__isnull=False)
                & (
                    pgtrigger.Q(old__erased_at__df=pgtrigger.F("new__erased_at"))
                    | pgtrigger.Q(old__name__df=pgtrigger.F("new__name"))
                    | pgtrigger.Q(old__email__df=pgtrigger.F("new__email"))
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @cached_property
    def current_affiliations(self) -> list["Affiliation"]:
        """Today's affiliations in organisations that are there today; read once per request."""
        rows = self.affiliations.current().select_related("organisation")
        return [row for row in rows if row.is_backed]

    def organisations_as(self, *roles: str) -> list[Organisation]:
        """The organisations in which the user holds one of the roles today."""
        return [row.organisation for row in self.current_affiliations if row.role in roles]

    def has_role(self, *roles: str) -> bool:
        return any(row.role in roles for row in self.current_affiliations)


WITHIN_THE_TERM = """
IF TG_OP = 'UPDATE' THEN
    IF OLD.role = NEW.role AND OLD.organisation_id = NEW.organisation_id
    AND daterange(NEW.starts_on, NEW.ends_on) <@ daterange(OLD.starts_on, OLD.ends_on) THEN
        RETURN NEW;
    END IF;
END IF;
PERFORM FROM members_secretariatterm WHERE organisation_id = NEW.organisation_id FOR SHARE;
IF NOT isempty(daterange(NEW.starts_on, NEW.ends_on))
AND NOT coalesce(daterange(NEW.starts_on, NEW.ends_on) <@ (
    SELECT range_agg(daterange(starts_on, ends_on)) FROM members_secretariatterm
    WHERE organisation_id = NEW.organisation_id), false) THEN
    RAISE EXCEPTION 'members_secretariat_role_within_its_term' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class RoleQuerySet(DatedQuerySet):
    """Rows that give a user a role for a span of days: affiliations here, seats in the working groups."""

    def with_role(self, *roles: str) -> Self:
        return self.filter(role__in=roles)

    def people(self) -> models.QuerySet[User]:
        """Those of the rows who may sign in, each once."""
        return User.objects.filter(pk__in=self.order_by().values("user"), is_active=True)


class Affiliation(Dated):
    """A role of a person in an organisation, from a day until a day; never edited into another role."""

    class Role(models.TextChoices):
        REPRESENTATIVE = "representative", _("member representative")
        LIAISON = "liaison", _("ministry liaison")
        DEPUTY = "deputy", _("deputy liaison")
        SUPERVISOR = "supervisor", _("supervisor")
        RESEARCH = "research", _("research and evaluation contact")
        PRESS = "press", _("press contact")
        SECRETARIAT = "secretariat", _("secretariat")
        AUDITOR = "auditor", _("auditor")

    ANSWERING = (Role.LIAISON, Role.DEPUTY)
    READING = (*ANSWERING, Role.SUPERVISOR, Role.RESEARCH)
    """Those who see the dashboard of their body; a press contact is named, and sees what the public sees."""
    OF_BODIES = (*READING, Role.PRESS)

    user = models.ForeignKey(User, models.PROTECT, related_name="affiliations", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="affiliations",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)

    objects = RoleQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        ordering = ["organisation", "role", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ends_on__isnull=True),
                name="members_affiliation_once_while_open",
            ),
        ]
        triggers = [
            *kept_as_history("user", "organisation", "role"),
            pgtrigger.Trigger(
                name="secretariat_role_within_its_term",
                operation=pgtrigger.Insert | pgtrigger.Update,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__role="secretariat"),
                func=WITHIN_THE_TERM,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_role_display()}"

    @property
    def is_backed(self) -> bool:
        """Whether the organisation is there to act for: a member of today, a body that has not ended.

        Who belongs to what has left keeps the row, gets its letters, and has no right by it.
        """
        if self.role == self.Role.REPRESENTATIVE:
            return self.organisation.is_member
        return self.role not in self.OF_BODIES or not self.organisation.is_gone

    @classmethod
    def exists_in(cls, organisation: Organisation, role: str) -> bool:
        """Whether an organisation of this kind has the role: a ministry's are its own, the rest others'.

        The secretariat's role exists in the organisation that is the secretariat, or is to be it next.
        """
        if role == cls.Role.SECRETARIAT:
            return organisation.secretariat_terms.lasting().exists()
        return (role in cls.OF_BODIES) == organisation.is_body


def secretariat() -> models.QuerySet[User]:
    """Those who are the secretariat today; they hear of what nobody else is left to deal with."""
    return Affiliation.objects.current().with_role(Affiliation.Role.SECRETARIAT).people()
