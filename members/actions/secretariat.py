"""The secretariat passes from one organisation to another on a day, and is never without people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Affiliation, Invitation, Organisation, SecretariatTerm, User
from members.office import forget_office
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from members.said import day

from .invitations import invite_person
from .letters import write_letter

ROLE = Affiliation.Role.SECRETARIAT


@dataclass(frozen=True)
class Reached:
    """How the new secretariat is reached, as pages and letters say it."""

    email: str
    phone: str = ""
    address_zh: str = ""
    address_en: str = ""
    hours_zh: str = ""
    hours_en: str = ""


@dataclass(frozen=True)
class Invited:
    name: str
    email: str
    language: str = User.Language.CHINESE


@transaction.atomic
def hand_over_secretariat(
    *,
    user: User,
    organisation: Organisation,
    on: date,
    people: Sequence[User],
    invited: Sequence[Invited] = (),
    reached: Reached,
) -> SecretariatTerm:
    """From a day on another organisation is the secretariat: old roles and open invitations end on that day,
    and the new people's begin. Whoever of them has no account is invited.

    Raises Refused unless somebody with an account takes it over: the alliance is never without a secretariat.
    """
    if not is_secretariat(user):
        raise NotAllowed
    terms = list(SecretariatTerm.objects.select_for_update().lasting())
    _check(user, organisation, on, people, terms)
    ended = [_end_roles(term.organisation, on) for term in terms]
    for term in terms:
        term.ends_on = on
        term.save(update_fields=["ends_on"])
    try:
        with transaction.atomic():
            row = SecretariatTerm.objects.create(
                organisation=organisation,
                starts_on=on,
                decided_by=user,
                ended=ended[0].as_kept() if ended else {},
                **vars(reached),
            )
    except IntegrityError as error:  # the very first term, entered twice at once
        raise Refused(_("The secretariat has been handed over meanwhile. Nothing was changed.")) from error
    for person in people:
        Affiliation.objects.create(user=person, organisation=organisation, role=ROLE, starts_on=on)
    for one in invited:
        invite_person(
            user=user,
            email=one.email,
            name=one.name,
            language=one.language,
            organisation=organisation,
            role=ROLE,
        )
    takers = {person.pk for person in people}
    _tell(row, "secretariat_passes", {*people, *(one for some in ended for one in some.people)}, takers)
    forget_office()
    transaction.on_commit(forget_office)
    return row


@transaction.atomic
def take_back_hand_over(*, user: User, term: SecretariatTerm) -> SecretariatTerm:
    """Before its day: the secretariat stays where it is, its roles and open invitations last as long as they
    would have, and those of its successor are void.

    Raises Refused from the day on, and where nobody of the present secretariat would be left on it.
    """
    if not is_secretariat(user):
        raise NotAllowed
    terms = list(SecretariatTerm.objects.select_for_update().lasting())
    if len(terms) != 2 or terms[1].pk != term.pk:
        raise Refused(_("The secretariat has passed, or this was taken back already. Nothing was changed."))
    present, row = terms
    void = _end_roles(row.organisation, row.starts_on)
    Invitation.objects.open().filter(organisation=row.organisation, role=ROLE).update(expires_at=clock.now())
    row.ends_on = row.starts_on
    row.save(update_fields=["ends_on"])
    present.ends_on = None
    present.save(update_fields=["ends_on"])
    stay = _restore(present.organisation, row)
    if not Affiliation.objects.current(row.starts_on).with_role(ROLE).people().exists():
        raise Refused(
            _("Nobody of the present secretariat would be left on %(day)s. Nothing was changed.")
            % {"day": day(row.starts_on, "year")}
        )
    _tell(row, "secretariat_stays", {*stay, *void.people}, {person.pk for person in stay}, present=present)
    forget_office()
    transaction.on_commit(forget_office)
    return row


def check_somebody_stays(*, leaving: User, on: date | None) -> None:
    """Raises Refused where nobody would be the secretariat on the day on which this person is no more.

    To be asked, in the transaction that ends the role, before it is ended; two who leave at once wait here.
    """
    last_day = max(on or clock.today(), clock.today())
    if not leaving.affiliations.current(last_day).with_role(ROLE).exists():
        return
    list(SecretariatTerm.objects.select_for_update().lasting())
    if not somebody_else_is_there(leaving, last_day):
        raise Refused(
            _(
                "%(name)s is the last person of the secretariat on %(day)s. Give somebody else the role "
                "from that day on, or hand the secretariat over; then end this one."
            )
            % {"name": leaving.name, "day": day(last_day, "year")}
        )


def somebody_else_is_there(leaving: User, on: date) -> bool:
    """Whether the alliance has a secretariat on that day without this person."""
    others = Affiliation.objects.current(on).with_role(ROLE).people().exclude(pk=leaving.pk)
    return others.exists()


def check_within_term(*, organisation: Organisation, starts_on: date, ends_on: date | None) -> None:
    """Raises Refused where the organisation is not the secretariat on each day of a role to be given."""
    if SecretariatTerm.objects.all().cover(organisation, starts_on, ends_on):
        return
    term = SecretariatTerm.objects.lasting().filter(organisation=organisation).first()
    if term is None:
        raise Refused(_("This organisation is not the secretariat. Hand the secretariat over to it first."))
    if term.ends_on is None:
        raise Refused(
            _("%(name)s is the secretariat from %(day)s on. The role begins on that day or later.")
            % {"name": organisation.name, "day": day(term.starts_on, "year")}
        )
    raise Refused(
        _("%(name)s is the secretariat from %(start)s until before %(end)s. Enter days within.")
        % {
            "name": organisation.name,
            "start": day(term.starts_on, "year"),
            "end": day(term.ends_on, "year"),
        }
    )


def _check(
    user: User, organisation: Organisation, on: date, people: Sequence[User], terms: list[SecretariatTerm]
) -> None:
    if on < clock.today():
        raise Refused(_("This day has passed. The secretariat passes on today or on a later day."))
    if organisation.is_gone:
        raise Refused(_("This organisation has ended. Choose another."))
    if len(terms) > 1:
        raise Refused(
            _("It is agreed already that the secretariat passes to %(name)s on %(day)s. Wait for that day.")
            % {"name": terms[1].organisation.name, "day": day(terms[1].starts_on, "year")}
        )
    if terms and terms[0].organisation_id == organisation.pk:
        raise Refused(_("This organisation is the secretariat already. Nothing was changed."))
    if terms and on <= terms[0].starts_on:
        raise Refused(
            _("The present secretariat began on %(day)s. Choose a later day.")
            % {"day": day(terms[0].starts_on, "year")}
        )
    if user in people:
        raise Refused(_("Nobody gives themselves a role. Ask a colleague."))
    there = set(Affiliation.objects.current().filter(organisation=organisation).people())
    if not people or not there.issuperset(people):
        raise Refused(
            _(
                "Choose at least one person of the new organisation who has an account, so that the alliance "
                "is not without a secretariat. Is there nobody? Invite somebody into that organisation first."
            )
        )


@dataclass(frozen=True)
class Ended:
    """Whose roles and which invitations a hand-over ended, and until when they would have lasted."""

    people: set[User]
    roles: dict[int, date | None]
    invitations: dict[int, datetime]

    def as_kept(self) -> dict[str, dict[str, str]]:
        return {
            "roles": {str(pk): until.isoformat() if until else "" for pk, until in self.roles.items()},
            "invitations": {str(pk): until.isoformat() for pk, until in self.invitations.items()},
        }


def _end_roles(organisation: Organisation, on: date) -> Ended:
    """All roles of the secretariat end on the day, those to come are void; open invitations into it lapse."""
    rows = organisation.affiliations.with_role(ROLE)
    lasting = rows.filter(ends_on__isnull=True) | rows.filter(ends_on__gt=on)
    people, roles = set(lasting.people()), {}
    for row in lasting.select_for_update():
        roles[row.pk] = row.ends_on
        row.ends_on = max(on, row.starts_on)
        row.save(update_fields=["ends_on"])
    midnight = max(clock.now(), datetime.combine(on, time(), clock.TAIPEI))
    open_ones = Invitation.objects.open().filter(organisation=organisation, role=ROLE)
    longer = open_ones.filter(expires_at__gt=midnight)
    invitations = dict(longer.values_list("pk", "expires_at"))
    longer.update(expires_at=midnight)
    return Ended(people, roles, invitations)


def _restore(organisation: Organisation, term: SecretariatTerm) -> set[User]:
    """What the hand-over had ended lasts again as long as it would have; what was ended since stays ended."""
    kept, on = term.ended, term.starts_on
    rows = organisation.affiliations.with_role(ROLE).filter(pk__in=kept.get("roles", {}))
    stay = set()
    for row in rows.select_for_update(of=("self",)).select_related("user"):
        if row.ends_on == max(on, row.starts_on):
            row.ends_on = date.fromisoformat(until) if (until := kept["roles"][str(row.pk)]) else None
            row.save(update_fields=["ends_on"])
            stay.add(row.user)
    midnight = datetime.combine(on, time(), clock.TAIPEI)
    for pk, until in kept.get("invitations", {}).items():
        still = Invitation.objects.open().filter(pk=pk, expires_at=midnight)
        still.update(expires_at=datetime.fromisoformat(until))
    return {person for person in stay if person.is_active}


def _tell(row: SecretariatTerm, letter: str, people: set[User], keepers: set[int], **context: object) -> None:
    """`keepers` are those who have the role from that day on."""
    for person in sorted(people, key=lambda one: one.pk):
        write_letter(
            key=f"{letter}/{row.pk}/{person.pk}",
            kind=letter,
            recipient=person,
            template=f"members/letters/{letter}.txt",
            context={"term": row, "keeps": person.pk in keepers, **context},
        )
