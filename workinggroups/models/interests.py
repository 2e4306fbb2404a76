from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Organisation, User
from members.models.dated import Dated, DatedQuerySet
from members.permissions import AnyUser, is_known, reads_all

from .groups import Seat


class InterestQuerySet(DatedQuerySet):
    def open(self) -> Self:
        """Those that nobody has ended."""
        return self.filter(ends_on__isnull=True)

    def visible_to(self, user: AnyUser) -> Self:
        """The person, the secretariat and the auditors, the convener of a group in which the person sits."""
        if not is_known(user):
            return self.none()
        if reads_all(user):
            return self
        led = Seat.objects.current().filter(user=user, role=Seat.Role.CONVENER)
        theirs = Seat.objects.current().filter(user=OuterRef("user"), group__in=led.values("group"))
        return self.filter(Q(user=user) | Q(Exists(theirs)))


class InterestDeclaration(Dated):
    """利益揭露: what ties a person to an organisation beside the roles that the portal knows.

    From the request after it was made until before `ends_on` the person neither triages the cases of that
    organisation nor reads their restricted text; see `proposals.models.circles`. Never deleted; ended once.
    After articles 32 and 33 of the Administrative Procedure Act (行政程序法).
    """

    class Nature(models.TextChoices):
        EMPLOYMENT = "employment", pgettext_lazy("interest", "employment or assignment")
        SHARES = "shares", pgettext_lazy("interest", "shares or other holdings")
        MANDATE = "mandate", pgettext_lazy("interest", "seat on a board, or another mandate")
        FAMILY = "family", pgettext_lazy("interest", "spouse or close relative")
        OTHER = "other", pgettext_lazy("interest", "other")

    user = models.ForeignKey(User, models.PROTECT, related_name="interests", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    nature = models.CharField(
        pgettext_lazy("of an interest", "nature"), max_length=12, choices=Nature.choices
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    declared_at = models.DateTimeField(_("declared"), default=clock.now, editable=False)
    declared_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", editable=False, verbose_name=_("declared by")
    )
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("ended by")
    )

    objects = InterestQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("declared interest")
        verbose_name_plural = _("declared interests")
        ordering = ["-declared_at", "-pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["user", "organisation", "nature"],
                condition=Q(ends_on__isnull=True),
                name="workinggroups_interest_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True, ended_by__isnull=True)
                | Q(ends_on__isnull=False, ended_by__isnull=False),
                name="workinggroups_interest_ended_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="interest_is_never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="interest_stays_as_declared",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=(
                    "IF (OLD.user_id, OLD.organisation_id, OLD.nature, OLD.starts_on, OLD.declared_at, "
                    "OLD.declared_by_id) IS DISTINCT FROM (NEW.user_id, NEW.organisation_id, NEW.nature, "
                    "NEW.starts_on, NEW.declared_at, NEW.declared_by_id) "
                    "OR (NEW.note <> OLD.note AND NEW.note <> '') "
                    "OR (OLD.ends_on IS NOT NULL AND (OLD.ends_on, OLD.ended_by_id) IS DISTINCT FROM "
                    "(NEW.ends_on, NEW.ended_by_id)) THEN "
                    "RAISE EXCEPTION 'a declared interest stays as it was declared; it is ended once'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.organisation} · {self.get_nature_display()}"

    @property
    def is_in_force(self) -> bool:
        return self.ends_on is None or self.ends_on > clock.today()
