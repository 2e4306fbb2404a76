"""Which organisation is the secretariat of the alliance, from when to when."""

from datetime import date
from typing import Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from members import clock
from members.said import local

from .dated import Dated, DatedQuerySet
from .organisations import Organisation
from .people import User

OWN_OFFICE = "secretariat"
"""Address of the organisation that is the alliance's own office: its name says already what it is."""

NO_ROLE_OUTSIDE = """
IF EXISTS (
    SELECT FROM members_affiliation a
    WHERE a.role = 'secretariat' AND a.organisation_id = OLD.organisation_id
    AND NOT isempty(daterange(a.starts_on, a.ends_on))
    AND NOT coalesce(daterange(a.starts_on, a.ends_on) <@ (
        SELECT range_agg(daterange(t.starts_on, t.ends_on)) FROM members_secretariatterm t
        WHERE t.organisation_id = OLD.organisation_id), false)
) THEN
    RAISE EXCEPTION 'members_secretariat_role_within_its_term' USING ERRCODE = 'check_violation';
END IF;
RETURN NULL;
"""


VOID = Q(ends_on=F("starts_on"))
"""A hand-over that was taken back before its day."""


class SecretariatTermQuerySet(DatedQuerySet):
    def lasting(self) -> Self:
        """The term of today and the one that is to follow it, in their order."""
        rows = self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=clock.today())).exclude(VOID)
        return rows.order_by("starts_on")

    def cover(self, organisation: Organisation, starts_on: date, ends_on: date | None) -> bool:
        """Whether the organisation is the secretariat on each day of a span."""
        reached = starts_on
        for term in self.filter(organisation=organisation).order_by("starts_on"):
            if term.starts_on > reached:
                break
            if term.ends_on is None:
                return True
            reached = max(reached, term.ends_on)
        return ends_on is not None and ends_on <= reached


class SecretariatTerm(Dated):
    """The secretariat lies with one organisation at a time, and passes to another on a day.

    Whoever has the role of the secretariat has it in that organisation, within its term: a trigger of
    the affiliations sees to it. Written by handing over; afterwards only how it is reached may change.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="secretariat_terms", verbose_name=_("organisation")
    )
    email = models.EmailField(
        _("e-mail"),
        blank=True,
        help_text=_(
            "With it, what is entered here is how the secretariat is reached; else the settings say."
        ),
    )
    phone = models.CharField(_("telephone"), max_length=60, blank=True)
    address_zh = models.CharField(_("postal address (Chinese)"), max_length=160, blank=True)
    address_en = models.CharField(_("postal address (English)"), max_length=200, blank=True)
    hours_zh = models.CharField(_("office hours (Chinese)"), max_length=80, blank=True)
    hours_en = models.CharField(_("office hours (English)"), max_length=120, blank=True)
    decided_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("entered by")
    )
    ended = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="Until when roles of, and invitations into, the secretariat before would have lasted.",
    )

    objects = SecretariatTermQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("term of the secretariat")
        verbose_name_plural = _("terms of the secretariat")
        ordering = ["-starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            ExclusionConstraint(
                name="members_secretariatterm_one_at_a_time",
                expressions=[
                    (
                        Func("starts_on", "ends_on", function="daterange", output_field=DateRangeField()),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="secretariat_term_keeps_its_organisation", fields=["organisation"]),
            pgtrigger.Trigger(
                name="secretariat_roles_within_the_term",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.After,
                func=NO_ROLE_OUTSIDE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.starts_on:%Y-%m-%d}"

    @property
    def is_planned(self) -> bool:
        """Whether it is agreed, and its day still to come."""
        return self.starts_on > clock.today() and not self.is_void

    @property
    def is_void(self) -> bool:
        return self.ends_on == self.starts_on

    @property
    def is_own_office(self) -> bool:
        return self.organisation.slug == OWN_OFFICE

    @property
    def address(self) -> str:
        return local(self.address_zh, self.address_en)
