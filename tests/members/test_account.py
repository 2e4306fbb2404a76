"""The page of one's own account: name, language, and every role with its dates."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from members import clock
from members.models import Affiliation, Organisation, User
from members.templatetags import ownaccount
from tests import cases
from tests.cases import signed_in
from workinggroups.models import Seat
from workinggroups.templatetags import seats

pytestmark = pytest.mark.django_db
PAGE = "/en/account/"


@pytest.fixture
def user() -> User:
    return cases.person("own@example.org", represents=cases.member_org("acme"), name="Own Name")


def rows(html: str) -> list[str]:
    return [part.split("</li>")[0] for part in html.split('<li class="row role-row')[1:]]


def test_account_shows_name_address_and_the_ways_in(user: User) -> None:
    html = signed_in(user).get(PAGE).content.decode()
    for text in ("Own Name", "own@example.org", "acme Ltd", "You may write, submit"):
        assert text in html
    with override("en"):
        for name in ("account_email", "account_change_password", "mfa_index", "members:consent"):
            assert f'href="{reverse(name)}"' in html


def test_account_tells_what_is_past_today_and_to_come(user: User) -> None:
    today = clock.today()
    ended = {"starts_on": today - timedelta(days=90), "ends_on": today}
    body = cases.ministry()
    Affiliation.objects.create(user=user, organisation=body, role="liaison", **ended)
    Seat.objects.create(user=user, group=cases.group(), role="convener", starts_on=today + timedelta(days=9))
    shown = rows(signed_in(user).get(PAGE).content.decode())
    assert len(shown) == 3
    liaison = next(row for row in shown if "Ministry fsc" in row)
    assert "no longer in office" in liaison
    assert "You may receive the cases" not in liaison
    convener = next(row for row in shown if "Group regulation" in row)
    assert "to come" in convener
    assert "You may decide" not in convener


def test_role_in_what_has_left_says_that_nothing_follows_from_it_and_leads_nowhere(user: User) -> None:
    Organisation.objects.update(left_on=clock.today())
    (role,) = rows(signed_in(user).get(PAGE).content.decode())
    assert "Nothing at present" in role
    assert "You may" not in role
    assert "<a " not in role


def test_every_role_is_told_in_plain_words() -> None:
    assert set(ownaccount.MAY) == set(Affiliation.Role)
    assert set(seats.MAY) == set(Seat.Role)
    assert set(seats.MAY_IN_COMMITTEE) == set(Seat.Role) - {Seat.Role.CHAIR}


def test_seat_in_a_committee_is_told_as_one(user: User) -> None:
    committee = cases.group("preparation")
    type(committee).objects.filter(pk=committee.pk).update(kind="committee", takes_proposals=False)
    Seat.objects.create(user=user, group=committee, role="convener", starts_on=cases.SINCE)
    html = signed_in(user).get(PAGE).content.decode()
    assert "committee chair" in html
    assert "the committee&#x27;s meetings" in html
    assert "group&#x27;s cases" not in html


def test_absence_is_in_the_menu_of_whoever_answers_for_a_body(user: User) -> None:
    away = f'href="{PAGE.replace("account", "my/away")}"'
    menu = signed_in(user).get(PAGE).content.decode()
    assert away not in menu
    liaison = signed_in(cases.person(liaison_of=cases.ministry()))
    assert away in liaison.get(PAGE).content.decode().partition("Side menu")[2]
    assert PAGE in liaison.get("/en/my/away/").content.decode().partition("Side menu")[2]


def test_account_of_somebody_without_a_role_says_so() -> None:
    assert "You have held no role yet" in signed_in(cases.person()).get(PAGE).content.decode()


def test_name_and_language_are_ones_own_to_change(user: User) -> None:
    other = cases.person("other@example.org", name="Other")
    response = signed_in(user).post(PAGE, {"name": "  New   Name ", "language": "en"})
    assert (response.status_code, response["Location"]) == (302, "/en/account/")
    user.refresh_from_db()
    other.refresh_from_db()
    assert (user.name, user.language, other.name) == ("New Name", "en", "Other")


def test_page_follows_the_language_that_was_chosen(user: User) -> None:
    response = signed_in(user).post(PAGE, {"name": "名", "language": "zh-hant"})
    assert response["Location"] == "/account/"


@pytest.mark.parametrize("typed", [{"name": " ", "language": "en"}, {"name": "N", "language": "xx"}])
def test_what_is_no_name_or_language_is_said(user: User, typed: dict[str, str]) -> None:
    response = signed_in(user).post(PAGE, typed)
    assert response.status_code == 422
    user.refresh_from_db()
    assert (user.name, user.language) == ("Own Name", "zh-hant")


def test_account_costs_as_many_queries_with_three_roles_as_with_one(user: User) -> None:
    client = signed_in(user)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    cases.person("own@example.org", secretary_of=cases.group())
    count()
    few = count()
    for number in (1, 2, 3):
        cases.person("own@example.org", represents=cases.member_org(f"org{number}"))
        cases.person("own@example.org", secretary_of=cases.group(f"group{number}"))
    assert count() == few
