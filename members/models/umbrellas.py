from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .dated import Dated, DatedQuerySet
from .organisations import Organisation
from .people import User

UMBRELLAS = (
    Organisation.Kind.ASSOCIATION,
    Organisation.Kind.SELF_REGULATORY,
    Organisation.Kind.UNIVERSITY_LEAGUE,
)
"""Kinds of organisations that have members of their own."""


class OwnMemberQuerySet(DatedQuerySet):
    def listed(self) -> Self:
        """As the public reads them: today's, with the organisations that they are here."""
        return self.current().select_related("organisation").order_by("starts_on", "pk")


class OwnMember(Dated):
    """A member of an umbrella member (association, self-regulatory body, league), from a day until a day.

    An organisation that the portal knows, or a name. It is no member of the alliance by that.
    """

    umbrella = models.ForeignKey(
        Organisation, models.PROTECT, related_name="own_members", verbose_name=_("umbrella member")
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="umbrellas",
        verbose_name=_("organisation"),
    )
    written = models.CharField(_("name"), max_length=120, blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = OwnMemberQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("member of an umbrella member")
        verbose_name_plural = _("members of umbrella members")
        ordering = ["umbrella", "starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, written="")
                | (Q(organisation__isnull=True) & ~Q(written="")),
                name="members_ownmember_organisation_or_name",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) | ~Q(organisation=F("umbrella")),
                name="members_ownmember_not_its_own",
            ),
            models.UniqueConstraint(
                fields=["umbrella", "organisation", "written"],
                condition=Q(ends_on__isnull=True),
                nulls_distinct=False,
                name="members_ownmember_once_while_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The organisation's name in the reader's language, else the name as it was written."""
        return self.organisation.name if self.organisation else self.written
