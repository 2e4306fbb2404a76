"""The public page of offices, one's own word on it, and the admin's pages of seats and periods."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import SecretariatTerm, User
from tests import cases
from tests.cases import signed_in
from workinggroups.models import Period, Seat, WorkingGroup

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 2)
TODAY = NOW.date()
Role = Seat.Role


@pytest.fixture(autouse=True)
def today() -> Any:
    with clock.at(NOW):
        yield


def page(path: str = "/en/offices/", client: Client | None = None) -> str:
    response = (client or Client()).get(path)
    assert response.status_code == 200
    return response.content.decode()


def committee(**said: Any) -> WorkingGroup:
    values = {"slug": "preparation", "name_zh": "籌備委員會", "name_en": "Preparatory committee"}
    kind = WorkingGroup.Kind.COMMITTEE
    return WorkingGroup.objects.create(kind=kind, takes_proposals=False, **values | said)


def seat(role: str = Role.CONVENER, **said: Any) -> Seat:
    group = None if role == Role.CHAIR else cases.group()
    values = {"user": cases.person(), "group": group, "role": role, "starts_on": cases.SINCE}
    return Seat.objects.create(**values | said)


def test_office_is_told_with_organisation_and_the_name_only_where_agreed() -> None:
    firm = cases.member_org(name_en="Firm Ltd")
    named = seat(Role.CHAIR, user=cases.person(name="Named One"), organisation=firm, named_on=TODAY)
    seat(user=cases.person(name="Silent One"), organisation=firm)
    told = page()
    assert "alliance convener" in told
    assert "Named One" in told
    assert f'href="/en/members/{firm.slug}/">Firm Ltd' in told
    assert "Silent One" not in told
    assert "Silent One" not in page("/en/groups/regulation/")
    Seat.objects.filter(pk=named.pk).update(named_on=TODAY + timedelta(days=1))
    assert "Named One" not in page()


def test_former_terms_are_folded_and_future_ones_not_told() -> None:
    split = TODAY - timedelta(days=30)
    seat(Role.CHAIR, user=cases.person(name="First"), ends_on=split, named_on=TODAY)
    seat(Role.CHAIR, user=cases.person(name="Second"), starts_on=split, ends_on=TODAY, named_on=TODAY)
    seat(Role.CHAIR, user=cases.person(name="Third"), starts_on=TODAY + timedelta(days=1), named_on=TODAY)
    told = page()
    assert "Before: 2 terms" in told
    assert told.index("Second") < told.index("First")
    assert "Third" not in told
    assert "Nobody holds an office here at present" in told


def test_committees_stand_apart_and_ended_ones_stay_readable() -> None:
    cases.group()
    standing = committee()
    ended = committee(slug="old", name_en="Founding committee", ends_on=TODAY)
    seat(Role.MEMBER, group=standing, organisation=cases.member_org(name_en="Firm Ltd"))
    for path in ("/en/groups/", "/en/offices/", "/en/sitemap/"):
        told = page(path)
        assert told.index("Group regulation") < told.index("Preparatory committee")
        assert "Founding committee" in told
    assert "committee member" in page()
    assert "This committee ended on" in page(f"/en/groups/{ended.slug}/")
    assert "Preparatory committee" not in page("/en/")


def test_organisation_that_is_the_secretariat_is_told_with_those_before() -> None:
    cases.secretariat_org()
    SecretariatTerm.objects.update(ends_on=TODAY)
    SecretariatTerm.objects.create(organisation=cases.member_org("guild", name_en="Guild"), starts_on=TODAY)
    told = page()
    assert told.index("Guild") < told.index("Before: 1 term") < told.index("Secretariat</")


def test_page_asks_as_often_for_three_offices_as_for_one() -> None:
    def add(number: int) -> None:
        group = committee(slug=f"c{number}")
        period = Period.objects.create(group=group, name_zh="屆", starts_on=cases.SINCE)
        firm = cases.member_org(f"firm{number}")
        for role in (Role.CONVENER, Role.MEMBER):
            seat(role, group=group, organisation=firm, period=period, named_on=TODAY)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page()
            page("/en/groups/")
        return len(seen)

    add(1)
    one = queries()
    add(2)
    add(3)
    assert queries() == one


def test_holder_says_on_the_page_whether_the_name_is_shown() -> None:
    row = seat(user=cases.person(name="Holder"))
    client = signed_in(row.user)
    assert "I agree to be named" in page(client=client)
    client.post(f"/en/offices/{row.pk}/named/", {"agrees": "yes"})
    assert "Holder" in page()
    client.post(f"/en/offices/{row.pk}/named/", {"agrees": "no"})
    assert "Holder" not in page()
    other = signed_in(cases.person())
    assert other.post(f"/offices/{row.pk}/named/", {"agrees": "yes"}).status_code == 404


@pytest.fixture
def office() -> Client:
    return signed_in(cases.person("office@example.org", secretariat=True))


def test_admin_names_the_days_of_whoever_holds_the_office(office: Client) -> None:
    seat(user=cases.person(name="Present One"))
    person = cases.person()
    path = "/en/admin/workinggroups/seat/add/"
    values = {"user": person.pk, "group": cases.group().pk, "role": "convener", "starts_on": "2026-11-05"}
    said = office.post(path, values).content.decode()
    assert "Present One from 1 Jan 2019 on, without an end" in said
    assert office.post(path, values | {"role": "deputy"}).status_code == 302
    made = Seat.objects.get(user=person)
    assert made.starts_on.isoformat() == "2026-11-05"
    change = f"/en/admin/workinggroups/seat/{made.pk}/change/"
    assert office.post(change, {"ends_on": "2026-12-01", "named_on": "2026-11-02"}).status_code == 302
    made.refresh_from_db()
    assert made.public_name == person.name
    assert "ends before it begins" in office.post(change, {"ends_on": "2026-11-01"}).content.decode()


def test_admin_takes_the_days_from_the_period(office: Client) -> None:
    cases.group()
    row = Period.objects.create(group=None, name_zh="第一屆", starts_on=cases.SINCE)
    values = {"user": cases.person().pk, "role": "chair", "period": row.pk}
    assert office.post("/en/admin/workinggroups/seat/add/", values).status_code == 302
    assert Seat.objects.get().starts_on == cases.SINCE


def test_admin_begins_the_next_period_with_the_ticked_seats(office: Client) -> None:
    row = Period.objects.create(group=cases.group(), name_zh="第一屆", starts_on=cases.SINCE)
    stays = seat(user=cases.person(name="Stays"))
    seat(Role.DEPUTY, user=cases.person(name="Leaves"))
    path = f"/en/admin/workinggroups/period/{row.pk}/next/"
    shown = page(path, office)
    assert "Stays" in shown
    assert "Leaves" in shown
    values = {"name_zh": "第二屆", "starts_on": "2026-11-02", "kept": [stays.pk]}
    assert office.post(path, {"name_zh": ""}).status_code == 422
    assert office.post(path, values).status_code == 302
    assert office.post(path, values).status_code in (409, 422)
    assert Seat.objects.current().get(period__name_zh="第二屆").user == stays.user


def test_admin_closes_a_committee_with_its_seats(office: Client) -> None:
    row = committee()
    seat(group=row)
    values = {
        "name_zh": row.name_zh,
        "kind": "committee",
        "position": 1,
        "ends_on": "2026-11-02",
        **{f"{name}-{form}_FORMS": 0 for name in ("periods", "milestones") for form in ("TOTAL", "INITIAL")},
    }
    path = f"/en/admin/workinggroups/workinggroup/{row.pk}/change/"
    refused = office.post(path, values | {"takes_proposals": "on"}).content.decode()
    assert "takes no proposals" in refused
    assert office.post(path, values).status_code == 302
    assert not Seat.objects.current().filter(group=row).exists()


def test_officer_of_a_group_gives_no_seats() -> None:
    client = signed_in(User.objects.get(pk=cases.person(convenes=cases.group()).pk))
    assert client.get("/admin/workinggroups/seat/add/").status_code == 403
