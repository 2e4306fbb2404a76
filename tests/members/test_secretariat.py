"""The secretariat lies with one organisation at a time and passes to another; it is never nobody's."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError, ProgrammingError
from django.utils import translation

from members import clock
from members.actions.invitations import accept_invitation, invite_person
from members.actions.secretariat import (
    Invited,
    Reached,
    check_somebody_stays,
    hand_over_secretariat,
    take_back_hand_over,
)
from members.models import Affiliation, Invitation, Letter, Organisation, SecretariatTerm, User
from members.office import secretariat_office
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from tests import cases

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 2)
TODAY = NOW.date()
REACHED = Reached("office@guild.example", "02-1234", "臺北市某路", "Some Road, Taipei")


@pytest.fixture(autouse=True)
def today() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def english() -> Any:
    with translation.override("en"):
        yield


def office() -> User:
    return cases.person("office@example.org", secretariat=True)


def guild() -> Organisation:
    return cases.member_org("guild", name_zh="公會", name_en="Guild")


def successor() -> User:
    return cases.person("rep@guild.example", represents=guild())


def hand_over(on: date = TODAY, **changed: Any) -> SecretariatTerm:
    values = {
        "user": office(),
        "organisation": guild(),
        "on": on,
        "people": [successor()],
        "reached": REACHED,
    }
    return hand_over_secretariat(**values | changed)


def is_now(user: User) -> bool:
    return is_secretariat(User.objects.get(pk=user.pk))


def test_handed_over_today_the_old_ones_have_no_right_and_the_new_ones_have() -> None:
    old, new = office(), successor()
    row = hand_over()
    assert (is_now(old), is_now(new)) == (False, True)
    assert SecretariatTerm.objects.get(ends_on=TODAY).organisation.slug == "secretariat"
    assert (row.organisation, row.ends_on, row.decided_by) == (guild(), None, old)
    told = set(Letter.objects.filter(kind="secretariat_passes").values_list("recipient", flat=True))
    assert told == {old.pk, new.pk}


def test_handed_over_on_a_later_day_rights_pass_on_that_day() -> None:
    old, new, on = office(), successor(), TODAY + timedelta(days=10)
    hand_over(on)
    assert (is_now(old), is_now(new)) == (True, False)
    with clock.at(NOW + timedelta(days=10)):
        assert (is_now(old), is_now(new)) == (False, True)


def test_nobody_invited_into_the_old_secretariat_comes_in_after_it() -> None:
    invitation = invite_person(
        user=office(),
        email="late@example.org",
        name="新人",
        language="en",
        organisation=cases.secretariat_org(),
        role="secretariat",
    )
    hand_over()
    with pytest.raises(Refused):
        accept_invitation(invitation=invitation, password=cases.PASSWORD, name="新人", language="en")


def test_invited_before_the_day_begins_on_the_day() -> None:
    on = TODAY + timedelta(days=10)
    hand_over(on, invited=[Invited("新人", "new@guild.example")])
    invitation = Invitation.objects.get(email="new@guild.example")
    user = accept_invitation(invitation=invitation, password=cases.PASSWORD, name="新人", language="en")
    assert user.affiliations.get().starts_on == on
    assert not is_now(user)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda: {"people": []}, "at least one person"),
        (lambda: {"people": [cases.person()]}, "at least one person"),
        (lambda: {"on": TODAY - timedelta(days=1)}, "has passed"),
        (lambda: {"organisation": cases.secretariat_org()}, "already"),
        (lambda: {"organisation": cases.ministry(valid_to=TODAY)}, "has ended"),
        (
            lambda: {
                "user": cases.person(successor().email, secretariat=True),
            },
            "Nobody gives themselves",
        ),
    ],
)
def test_hand_over_is_refused_and_nothing_changes(
    changed: Callable[[], dict[str, Any]], said: str, english: None
) -> None:
    old = office()
    with pytest.raises(Refused, match=said):
        hand_over(**changed())
    assert is_now(old)
    assert SecretariatTerm.objects.get().ends_on is None


def test_second_hand_over_waits_for_the_first(english: None) -> None:
    office()
    hand_over(TODAY + timedelta(days=10))
    other = cases.member_org("other")
    with pytest.raises(Refused, match="agreed already"):
        hand_over(organisation=other, people=[cases.person(represents=other)])


def test_planned_hand_over_is_taken_back_and_all_is_as_before(english: None) -> None:
    old, new, on = office(), successor(), TODAY + timedelta(days=10)
    short = cases.person(secretariat=True)
    short.affiliations.update(ends_on=on + timedelta(days=90))
    into = {"email": "late@example.org", "name": "新人", "language": "en", "role": "secretariat"}
    invitation = invite_person(user=old, organisation=cases.secretariat_org(), **into)
    lasts = invitation.expires_at
    row = hand_over(on, invited=[Invited("新人", "new@guild.example")])
    take_back_hand_over(user=old, term=row)
    present = SecretariatTerm.objects.lasting().get()
    assert (present.organisation.slug, present.ends_on) == ("secretariat", None)
    invitation.refresh_from_db()
    assert invitation.expires_at == lasts
    taken = Invitation.objects.get(email="new@guild.example")
    with pytest.raises(Refused):
        accept_invitation(invitation=taken, password=cases.PASSWORD, name="新人", language="en")
    told = set(Letter.objects.filter(kind="secretariat_stays").values_list("recipient", flat=True))
    assert told == {old.pk, new.pk, short.pk}
    with clock.at(NOW + timedelta(days=10)):
        assert (is_now(old), is_now(short), is_now(new)) == (True, True, False)
    with clock.at(NOW + timedelta(days=100)):
        assert (is_now(old), is_now(short)) == (True, False)
    hand_over(on)
    with clock.at(NOW + timedelta(days=10)):
        assert (is_now(old), is_now(new)) == (False, True)


def test_hand_over_is_taken_back_by_the_secretariat_before_its_day_and_once(english: None) -> None:
    old, new, on = office(), successor(), TODAY + timedelta(days=10)
    row = hand_over(on)
    with pytest.raises(NotAllowed):
        take_back_hand_over(user=new, term=row)
    with clock.at(NOW + timedelta(days=10)), pytest.raises(Refused, match="has passed"):
        take_back_hand_over(user=User.objects.get(pk=new.pk), term=row)
    take_back_hand_over(user=old, term=row)
    with pytest.raises(Refused, match="taken back already"):
        take_back_hand_over(user=old, term=row)
    present = SecretariatTerm.objects.current().get()
    with pytest.raises(Refused):
        take_back_hand_over(user=old, term=present)


def test_role_that_was_ended_meanwhile_is_not_given_back(english: None) -> None:
    old, on = office(), TODAY + timedelta(days=10)
    leaver = cases.person(secretariat=True)
    row = hand_over(on)
    leaver.affiliations.update(ends_on=TODAY + timedelta(days=2))
    take_back_hand_over(user=old, term=row)
    assert leaver.affiliations.get().ends_on == TODAY + timedelta(days=2)


def test_hand_over_is_not_taken_back_where_nobody_would_be_left(english: None) -> None:
    old, on = office(), TODAY + timedelta(days=10)
    row = hand_over(on)
    old.affiliations.update(ends_on=TODAY + timedelta(days=2))
    with pytest.raises(Refused, match="would be left"):
        take_back_hand_over(user=old, term=row)
    assert SecretariatTerm.objects.lasting().count() == 2


@pytest.mark.parametrize("role", [{"audits": True}, {"chairs": True}, {}])
def test_nobody_else_hands_the_secretariat_over(role: dict[str, bool]) -> None:
    office()
    with pytest.raises(NotAllowed):
        hand_over(user=cases.person(**role))


def test_last_person_of_the_secretariat_cannot_leave(english: None) -> None:
    first = office()
    with pytest.raises(Refused, match="last person"):
        check_somebody_stays(leaving=first, on=TODAY)
    second = cases.person(secretariat=True)
    check_somebody_stays(leaving=first, on=TODAY)
    second.affiliations.update(ends_on=TODAY + timedelta(days=5))
    check_somebody_stays(leaving=first, on=TODAY + timedelta(days=4))
    with pytest.raises(Refused, match="last person"):
        check_somebody_stays(leaving=first, on=TODAY + timedelta(days=5))


def test_role_of_the_secretariat_is_given_in_its_organisation_only() -> None:
    office()
    with pytest.raises(Refused):
        invite_person(
            user=office(),
            email="a@b.example",
            name="甲",
            language="en",
            organisation=guild(),
            role="secretariat",
        )
    assert not Affiliation.exists_in(guild(), "secretariat")


@pytest.mark.parametrize(
    "break_it",
    [
        lambda: Affiliation.objects.create(user=successor(), organisation=guild(), role="secretariat"),
        lambda: SecretariatTerm.objects.update(ends_on=TODAY),
        lambda: SecretariatTerm.objects.all().delete(),
        lambda: SecretariatTerm.objects.create(organisation=guild(), starts_on=TODAY),
        lambda: SecretariatTerm.objects.update(organisation=guild()),
    ],
    ids=["role outside", "term without its roles", "no term", "two at a time", "another organisation"],
)
def test_database_keeps_one_secretariat_and_its_people_together(break_it: Callable[[], object]) -> None:
    office()
    with pytest.raises((IntegrityError, InternalError, ProgrammingError)), transaction.atomic():
        break_it()


def test_office_is_told_from_the_term_and_else_from_the_settings(settings: Any, english: None) -> None:
    settings.PORTAL_EMAIL = "settings@example.org"
    office()
    assert (secretariat_office().email, secretariat_office().organisation) == ("settings@example.org", "")
    hand_over()
    told = secretariat_office()
    assert (told.email, told.address, told.organisation) == (REACHED.email, REACHED.address_en, "Guild")
    assert told.unit.endswith("Guild")


@pytest.mark.django_db(transaction=True)
def test_two_hand_overs_at_once_make_one() -> None:
    user, other = office(), cases.member_org("other")
    takers = [(guild(), successor()), (other, cases.person(represents=other))]
    barrier = Barrier(2)

    def run(taker: tuple[Organisation, User]) -> bool:
        barrier.wait()
        try:
            with clock.at(NOW):
                hand_over(user=user, organisation=taker[0], people=[taker[1]])
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as crowd:
        assert sorted(crowd.map(run, takers)) == [False, True]
    assert SecretariatTerm.objects.current(TODAY).count() == 1
