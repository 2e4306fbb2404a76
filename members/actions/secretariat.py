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
    leaving = [_end_roles(term.organisation, on) for term in terms]
    for term in terms:
        term.ends_on = on
        term.save(update_fields=["ends_on"])
    try:
        with transaction.atomic():
            row = SecretariatTerm.objects.create(
                organisation=organisation, starts_on=on, decided_by=user, **vars(reached)
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
    _tell(row, {*people, *(person for some in leaving for person in some)})
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
    others = Affiliation.objects.current(last_day).with_role(ROLE).people().exclude(pk=leaving.pk)
    if not others.exists():
        raise Refused(
            _(
                "%(name)s is the last person of the secretariat on %(day)s. Give somebody else the role "
                "from that day on, or hand the secretariat over; then end this one."
            )
            % {"name": leaving.name, "day": day(last_day, "year")}
        )


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


def _end_roles(organisation: Organisation, on: date) -> set[User]:
    """All roles of the secretariat end on the day, those to come are void; open invitations into it lapse."""
    rows = organisation.affiliations.with_role(ROLE)
    lasting = rows.filter(ends_on__isnull=True) | rows.filter(ends_on__gt=on)
    leaving = set(lasting.people())
    for row in lasting.select_for_update():
        row.ends_on = max(on, row.starts_on)
        row.save(update_fields=["ends_on"])
    midnight = max(clock.now(), datetime.combine(on, time(), clock.TAIPEI))
    invitations = Invitation.objects.open().filter(organisation=organisation, role=ROLE)
    invitations.filter(expires_at__gt=midnight).update(expires_at=midnight)
    return leaving


def _tell(row: SecretariatTerm, people: set[User]) -> None:
    for person in sorted(people, key=lambda one: one.pk):
        write_letter(
            key=f"secretariat/{row.pk}/{person.pk}",
            kind="secretariat_passes",
            recipient=person,
            template="members/letters/secretariat_passes.txt",
            context={
                "term": row,
                "takes_over": row.organisation.affiliations.filter(user=person, role=ROLE).exists(),
            },
        )
