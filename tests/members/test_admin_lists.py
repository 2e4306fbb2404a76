"""What a list of the admin shows at first, and that the rest is one click or one search away."""

import pytest
from django.test import Client
from django.utils.translation import override

from members import clock
from members.models import Affiliation
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with clock.at(cases.at(2026, 11, 2)), override("en"):
        yield


@pytest.fixture
def office() -> Client:
    return signed_in(cases.person(secretariat=True))


def rows(client: Client, model: str, query: str = "") -> set[str]:
    page = client.get(f"/en/admin/{model}/?{query}")
    return {str(row) for row in page.context["cl"].result_list}


def test_organisations_begin_with_the_members_of_today(office: Client) -> None:
    member, former = cases.member_org(), cases.member_org("former")
    former.left_on = clock.today()
    former.save()
    body = cases.ministry()
    assert rows(office, "members/organisation") & {str(member), str(former), str(body)} == {str(member)}
    assert rows(office, "members/organisation", "which=former") == {str(former)}
    assert str(body) in rows(office, "members/organisation", "which=others")
    assert {str(member), str(former), str(body)} <= rows(office, "members/organisation", "which=all")


def test_search_looks_at_all_rows(office: Client) -> None:
    body = cases.ministry()
    assert rows(office, "members/organisation", f"q={body.slug}") == {str(body)}


def test_roles_begin_with_those_in_force(office: Client) -> None:
    person = cases.person(represents=cases.member_org())
    role = Affiliation.objects.get(user=person)
    assert str(role) in rows(office, "members/affiliation")
    Affiliation.objects.filter(pk=role.pk).update(ends_on=clock.today())
    assert str(role) not in rows(office, "members/affiliation")
    assert str(role) in rows(office, "members/affiliation", "which=ended")
    assert str(person) in rows(office, "members/user", "which=unplaced")
    assert str(person) not in rows(office, "members/user")
