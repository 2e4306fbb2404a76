from functools import reduce
from operator import or_
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import User
from members.permissions import AnyUser, is_known, reads_all, represented
from workinggroups.models import Seat
from workinggroups.permissions import ties_of

from .case import Proposal
from .lasting import Lasting
from .leading import led_by

UNCHANGED = ("proposal_id", "user_id", "kind", "role", "reason", "made_at", "made_by_id")
DECIDED = ("decided_at", "decided_by_id", "is_granted", "decision")


def _changed(*names: str) -> pgtrigger.Q:
    return reduce(or_, (pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")}) for name in names))


class RecusalQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Declared by the officer, or granted to the proposer, and not ended since."""
        return self.filter(Q(kind=Recusal.Kind.DECLARED) | Q(is_granted=True), ended_at__isnull=True)

    def undecided(self) -> Self:
        return self.filter(kind=Recusal.Kind.REQUESTED, decided_at__isnull=True)

    def visible_to(self, user: AnyUser) -> Self:
        """Whoever is meant, the proposer for its own requests, the secretariat and the auditors."""
        if not is_known(user):
            return self.none()
        if reads_all(user):
            return self
        own = Q(kind=Recusal.Kind.REQUESTED) & led_by(represented(user), "proposal")
        return self.filter(own | Q(user=user))


class Recusal(models.Model):
    """迴避: an officer who takes no part in a case, on their own word or on the proposer's request.

    A request binds nobody until it is granted. Name and reason are never public; the public reads that an
    officer stands aside. After articles 32 and 33 of the Administrative Procedure Act (行政程序法).
    """

    class Kind(models.TextChoices):
        DECLARED = "declared", pgettext_lazy("recusal", "declared by the officer")
        REQUESTED = "requested", pgettext_lazy("recusal", "requested by the proposer")

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="recusals")
    user = models.ForeignKey(User, models.PROTECT, related_name="recusals", verbose_name=_("officer"))
    kind = models.CharField(max_length=10, choices=Kind.choices)
    role = models.CharField(
        _("role"), max_length=12, choices=Seat.Role.choices, help_text="The seat held in the group that day."
    )
    reason = models.TextField(_("reason"))
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    is_granted = models.BooleanField(_("granted"), null=True)
    decision = models.TextField(_("reason of the decision"), blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "user", "kind"],
                condition=Q(ended_at__isnull=True) & (Q(is_granted__isnull=True) | Q(is_granted=True)),
                name="proposals_recusal_once_while_it_stands",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="proposals_recusal_has_reason"),
            models.CheckConstraint(
                condition=Q(is_granted__isnull=True, decided_at__isnull=True, decided_by__isnull=True)
                | Q(kind="requested", is_granted__isnull=False, decided_at__isnull=False) & ~Q(decision=""),
                name="proposals_recusal_decided_with_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="recusal_is_never_deleted", operation=pgtrigger.Delete),
            Lasting(
                name="recusal_stays_as_it_was_made",
                operation=pgtrigger.Update,
                condition=_changed(*UNCHANGED)
                | pgtrigger.Q(old__decided_at__isnull=False) & _changed(*DECIDED)
                | pgtrigger.Q(old__ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def is_undecided(self) -> bool:
        return self.kind == self.Kind.REQUESTED and self.decided_at is None

    @property
    def is_in_force(self) -> bool:
        return self.ended_at is None and (self.kind == self.Kind.DECLARED or self.is_granted is True)


def recused_from(user: User) -> Q:
    """Of rows that belong to a case: those of cases in which the user stands aside, or has an interest."""
    aside = Q(Exists(Recusal.objects.in_force().filter(proposal=OuterRef("proposal"), user=user)))
    return aside | tied_to(user)


def tied_to(user: User) -> Q:
    """Of rows that belong to a case: where the user is tied to the proposer, its heir, a co-sponsor
    or a competitor."""
    own = ties_of(user)
    if not own:
        return Q(pk__in=[])
    sponsors, competitors = (
        Proposal._meta.get_field(name).related_model.objects for name in ("sponsors", "competitors")
    )
    there = {"proposal": OuterRef("proposal"), "organisation__in": own}
    return (
        Q(proposal__organisation__in=own)
        | Q(proposal__taken_over_by__in=own)
        | Q(Exists(sponsors.active().filter(**there)))
        | Q(Exists(competitors.filter(**there)))
    )
