"""Who of today's people stands how to a case: its officers, its proposer, those with an interest in it."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from members.models import Affiliation, User
from workinggroups.models import InterestDeclaration, Seat
from workinggroups.permissions import ties_of

from .case import Proposal


def officers_of(proposal: Proposal) -> models.QuerySet[User]:
    """The group's triage officers of today, those with an interest in the case aside."""
    return _officers(proposal).exclude(pk__in=interested_in(proposal).values("pk"))


def recused_of(proposal: Proposal) -> models.QuerySet[User]:
    """迴避: officers of the group with an interest in the case, who take no part in it."""
    return _officers(proposal).filter(pk__in=interested_in(proposal).values("pk"))


def _officers(proposal: Proposal) -> models.QuerySet[User]:
    return Seat.objects.current().filter(group=proposal.group_id).with_role(*Seat.TRIAGING).people()


def screening_seat() -> Subquery:
    """Beside a case: which seat of its group decides today, the convener's first, then the deputy's.

    As `officers_of`, and of a second look without the one who declined it; nothing where it is the
    secretariat's turn.
    """
    case = OuterRef(OuterRef("pk"))
    related = {
        name: Proposal._meta.get_field(name).related_model.objects
        for name in ("sponsors", "competitors", "recusals", "secondlook")
    }
    own = Affiliation.objects.current().with_role(Affiliation.Role.REPRESENTATIVE)
    beside = OuterRef(OuterRef(OuterRef("pk")))
    interested = own.filter(user=OuterRef("user")).filter(
        Q(organisation=OuterRef(OuterRef("organisation")))
        | Q(organisation__in=related["sponsors"].active().filter(proposal=beside).values("organisation"))
        | Q(organisation__in=related["competitors"].filter(proposal=beside).values("organisation"))
    )
    seats = (
        Seat.objects.current()
        .filter(group=OuterRef("group"), user__is_active=True)
        .filter(
            ~Exists(interested),
            ~Exists(related["recusals"].in_force().filter(proposal=case, user=OuterRef("user"))),
            ~Exists(related["secondlook"].filter(proposal=case, declined_by=OuterRef("user"))),
        )
    )
    return Subquery(seats.with_role(*Seat.TRIAGING).order_by("role").values("role")[:1])


def representatives_of(proposal: Proposal) -> models.QuerySet[User]:
    """Those who receive the proposer's mail today."""
    return _representing(Q(organisation=proposal.organisation_id))


def sponsoring(proposal: Proposal) -> models.QuerySet[User]:
    """The representatives of the co-sponsors, invited ones too."""
    return _representing(Q(organisation__in=proposal.sponsors.active().values("organisation")))


def interested_in(proposal: Proposal) -> models.QuerySet[User]:
    """迴避: who represents the proposer, a co-sponsor or a declared competitor today, or has declared another
    interest in one of them, or stands aside."""
    concerned = (
        Q(organisation=proposal.organisation_id)
        | Q(organisation__in=proposal.sponsors.active().values("organisation"))
        | Q(organisation__in=proposal.competitors.values("organisation"))
    )
    declared = InterestDeclaration.objects.current().filter(concerned).values("user")
    aside = proposal.recusals.in_force().values("user")
    tied = Q(pk__in=declared) | Q(pk__in=aside)
    return _representing(concerned) | User.objects.filter(tied, is_active=True)


def of_interest_to(user: User) -> models.QuerySet[Proposal]:
    """As `interested_in`, the other way round: the cases in which somebody has an interest today."""
    own = ties_of(user)
    sponsored, competing, aside = (
        Proposal._meta.get_field(name).related_model.objects.filter(proposal=OuterRef("pk"))
        for name in ("sponsors", "competitors", "recusals")
    )
    return Proposal.objects.filter(
        Q(organisation__in=own)
        | Exists(sponsored.active().filter(organisation__in=own))
        | Exists(competing.filter(organisation__in=own))
        | Exists(aside.in_force().filter(user=user))
    )


def _representing(organisations: Q) -> models.QuerySet[User]:
    rows = Affiliation.objects.current().with_role(Affiliation.Role.REPRESENTATIVE)
    return rows.filter(organisations).people()
