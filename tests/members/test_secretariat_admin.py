"""Handing the secretariat over in the admin, and what the pages of people and roles refuse."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.models import Affiliation, Invitation, Organisation, SecretariatTerm, User
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
ADD = "/en/admin/members/secretariatterm/add/"
NOW = cases.at(2026, 11, 2)


@pytest.fixture(autouse=True)
def today() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def office() -> User:
    return cases.person("office@example.org", name="Old Hand", secretariat=True)


@pytest.fixture
def client(office: User) -> Client:
    return signed_in(office)


@pytest.fixture
def guild() -> Organisation:
    return cases.member_org("guild", name_zh="公會", name_en="Guild")


@pytest.fixture
def taker(guild: Organisation) -> User:
    return cases.person("taker@guild.example", name="New Hand", represents=guild)


def address(guild: Organisation) -> str:
    return f"{ADD}?organisation={guild.pk}&on=2026-11-02"


def test_hand_over_is_previewed_then_done(client: Client, guild: Organisation, taker: User) -> None:
    page = client.get(address(guild)).content.decode()
    assert "nothing has been changed yet" in page
    assert "Old Hand" in page
    assert "New Hand" in page
    assert SecretariatTerm.objects.count() == 1
    values = {
        "people": [taker.pk],
        "invited": "Third Hand <third@guild.example>",
        "email": "office@guild.example",
        "phone": "02-1234",
    }
    response = client.post(address(guild), values)
    term = SecretariatTerm.objects.get(organisation=guild)
    assert response["Location"] == f"/en/admin/members/secretariatterm/{term.pk}/change/"
    assert Invitation.objects.get().email == "third@guild.example"
    assert client.get(ADD).status_code == 403  # gone with the role
    footer = Client().get("/en/groups/").content.decode()
    assert "Secretariat of the alliance · Guild" in footer
    assert "mailto:office@guild.example" in footer


@pytest.mark.parametrize("invited", ["third@guild.example", "Third Hand", "Third <third>"])
def test_invited_without_name_or_address_come_back(
    client: Client, guild: Organisation, taker: User, invited: str
) -> None:
    values = {"people": [taker.pk], "invited": invited, "email": "office@guild.example"}
    page = client.post(address(guild), values).content.decode()
    assert "write the name, a space and the e-mail address" in page
    assert SecretariatTerm.objects.count() == 1


def test_refused_hand_over_keeps_what_was_typed(client: Client, guild: Organisation) -> None:
    response = client.post(address(guild), {"email": "office@guild.example"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "Choose at least one person" in page
    assert "office@guild.example" in page
    assert "Invite somebody into it first" in page


def test_last_one_of_the_secretariat_keeps_role_and_account(office: User) -> None:
    root = signed_in(cases.person(is_superuser=True))
    role = f"/en/admin/members/affiliation/{office.affiliations.get().pk}/leave/"
    account = f"/en/admin/members/user/{office.pk}/change/"
    closed = {
        "name": office.name,
        "language": "en",
        "affiliations-TOTAL_FORMS": 0,
        "affiliations-INITIAL_FORMS": 0,
    }
    for path, values in ((role, {"ends_on": "2026-11-05"}), (account, closed)):
        assert "is the last person of the secretariat" in root.post(path, values).content.decode()
    cases.person(secretariat=True)
    assert root.post(role, {"ends_on": "2026-11-05"}).status_code == 302


def test_role_of_the_secretariat_is_entered_within_its_term(client: Client, guild: Organisation) -> None:
    person = cases.person(represents=guild)
    path = "/en/admin/members/affiliation/add/"
    values = {"user": person.pk, "organisation": guild.pk, "role": "secretariat", "starts_on": "2026-11-02"}
    assert "does not exist in an organisation of this kind" in client.post(path, values).content.decode()
    own = cases.secretariat_org()
    early = values | {"organisation": own.pk, "starts_on": "2018-12-31"}
    assert "The role begins on that day or later" in client.post(path, early).content.decode()
    assert client.post(path, values | {"organisation": own.pk}).status_code == 302
    assert Affiliation.objects.filter(user=person, role="secretariat").exists()


def test_how_the_secretariat_is_reached_is_changed_and_said_at_once(client: Client) -> None:
    Client().get("/en/groups/")
    term = SecretariatTerm.objects.get()
    client.post(f"/en/admin/members/secretariatterm/{term.pk}/change/", {"email": "new@example.org"})
    assert "mailto:new@example.org" in Client().get("/en/groups/").content.decode()


def test_planned_hand_over_is_listed(client: Client, guild: Organisation, taker: User) -> None:
    later = (NOW + timedelta(days=9)).date().isoformat()
    page = client.post(
        f"{ADD}?organisation={guild.pk}&on={later}", {"people": [taker.pk], "email": "office@guild.example"}
    )
    assert page.status_code == 302
    assert "agreed, to come" in client.get("/en/admin/members/secretariatterm/").content.decode()
    other = cases.member_org("other")
    refused = client.post(
        f"{ADD}?organisation={other.pk}&on={later}",
        {"people": [cases.person(represents=other).pk], "email": "office@guild.example"},
    )
    assert refused.status_code == 409


def test_planned_hand_over_is_taken_back_on_its_page(
    client: Client, office: User, guild: Organisation, taker: User
) -> None:
    later = (NOW + timedelta(days=9)).date().isoformat()
    values = {"people": [taker.pk], "email": "office@guild.example"}
    client.post(f"{ADD}?organisation={guild.pk}&on={later}", values)
    term = SecretariatTerm.objects.get(organisation=guild)
    page = f"/en/admin/members/secretariatterm/{term.pk}/change/"
    step = f"/en/admin/members/secretariatterm/{term.pk}/take-back/"
    assert step in client.get(page).content.decode()
    assert client.get(step).status_code == 405
    assert "Taken back" in client.post(step, follow=True).content.decode()
    assert step not in client.get(page).content.decode()
    assert "taken back already" in client.post(step, follow=True).content.decode()
    assert "taken back" in client.get("/en/admin/members/secretariatterm/").content.decode()
    assert office.affiliations.get().ends_on is None
