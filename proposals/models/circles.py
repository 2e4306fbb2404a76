"""Who of today's people stands how to a case: its officers, its proposer, those with an interest in it."""

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from members.models import Affiliation, Organisation, User
from proposals.states import SECOND_LOOK_IN
from workinggroups.models import InterestDeclaration, Seat
from workinggroups.permissions import ties_of

from .case import Proposal
from .leading import orphaned


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
    beside = OuterRef(OuterRef(OuterRef("pk")))
    concerned = (
        Q(organisation=OuterRef(OuterRef("organisation")))
        | Q(organisation=OuterRef(OuterRef("taken_over_by")))
        | Q(organisation__in=related["sponsors"].active().filter(proposal=beside).values("organisation"))
        | Q(organisation__in=related["competitors"].filter(proposal=beside).values("organisation"))
    )
    own = Affiliation.objects.current().with_role(Affiliation.Role.REPRESENTATIVE)
    tied = (
        rows.filter(concerned, user=OuterRef("user")) for rows in (own, InterestDeclaration.objects.current())
    )
    seats = (
        Seat.objects.current()
        .filter(group=OuterRef("group"), user__is_active=True)
        .filter(
            *(~Exists(rows) for rows in tied),
            ~Exists(related["recusals"].in_force().filter(proposal=case, user=OuterRef("user"))),
            ~Exists(
                related["secondlook"].filter(
                    proposal=case, proposal__state__in=SECOND_LOOK_IN, declined_by=OuterRef("user")
                )
            ),
        )
    )
    return Subquery(seats.with_role(*Seat.TRIAGING).order_by("role").values("role")[:1])


def without_officers() -> models.QuerySet[Proposal]:
    """Open cases that no officer of their group may decide today: the secretariat does in their place."""
    return Proposal.objects.open().annotate(seat=screening_seat()).filter(seat__isnull=True)


def representatives_of(proposal: Proposal) -> models.QuerySet[User]:
    """Those who receive the proposer's mail today: of whoever has taken the case over, once somebody has."""
    return _representing(Q(organisation=_lead_of(proposal)))


def sponsoring(proposal: Proposal) -> models.QuerySet[User]:
    """The representatives of the co-sponsors, invited ones too."""
    return _representing(Q(organisation__in=proposal.sponsors.active().values("organisation")))


def organisations_to_inherit(proposal: Proposal) -> models.QuerySet[Organisation]:
    """Members that may take the case over: who signed it or joined by a merger, and associations.

    These only where the case is public. Never a competitor that the proposer declared.
    """
    sponsors = proposal.sponsors.active().filter(Q(signed_at__isnull=False) | Q(merged_from__isnull=False))
    allowed = Q(pk__in=sponsors.values("organisation"))
    if proposal.is_public:
        allowed |= Q(kind=Organisation.Kind.ASSOCIATION)
    rivals = proposal.competitors.values("organisation")
    return Organisation.objects.members().filter(allowed).exclude(pk__in=rivals).order_by("pk")


def heirs_of(proposal: Proposal) -> models.QuerySet[User]:
    """The representatives of those that may take the case over."""
    return _representing(Q(organisation__in=organisations_to_inherit(proposal).order_by().values("pk")))


def to_inherit(organisations: list[Organisation]) -> models.QuerySet[Proposal]:
    """As `organisations_to_inherit`, the other way round: open cases without a lead that wait for them."""
    own = [row for row in organisations if row.is_member]
    sponsors, rivals = (
        Proposal._meta.get_field(name).related_model.objects.filter(
            proposal=OuterRef("pk"), organisation__in=own
        )
        for name in ("sponsors", "competitors")
    )
    signed = sponsors.active().filter(Q(signed_at__isnull=False) | Q(merged_from__isnull=False))
    allowed = Q(Exists(signed))
    if any(row.kind == Organisation.Kind.ASSOCIATION for row in own):
        allowed |= Q(accepted_at__isnull=False)
    cases = Proposal.objects.open().filter(orphaned(), allowed, answered_at__isnull=True)
    return cases.exclude(Exists(rivals))


def interested_in(proposal: Proposal) -> models.QuerySet[User]:
    """迴避: who represents the proposer, its heir, a co-sponsor or a declared competitor today, or has
    declared another interest in one of them, or stands aside."""
    concerned = (
        Q(organisation__in=[proposal.organisation_id, proposal.taken_over_by_id])
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
        | Q(taken_over_by__in=own)
        | Exists(sponsored.active().filter(organisation__in=own))
        | Exists(competing.filter(organisation__in=own))
        | Exists(aside.in_force().filter(user=user))
    )


def _lead_of(proposal: Proposal) -> int | None:
    return proposal.taken_over_by_id or proposal.organisation_id


def _representing(organisations: Q) -> models.QuerySet[User]:
    rows = Affiliation.objects.current().with_role(Affiliation.Role.REPRESENTATIVE)
    return rows.filter(organisations).people()
