"""Inviting: found by two characters by whoever keeps the meeting, however many people there are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Affiliation, User
from tests import cases
from tests.cases import signed_in
from tests.workinggroups.meetings import convener, meeting
from tests.workinggroups.test_admin import ADMIN, inline, sent_for
from workinggroups.models import Participant, Seat

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    return signed_in(convener())


def names(client: Client, row: Any, what: str = "people", **query: Any) -> list[str]:
    answer = client.get(f"{ADMIN}/meeting/{row.pk}/{what}/", query)
    assert answer.status_code == 200
    return [found["text"] for found in answer.json()["results"]]


def test_people_are_found_by_name_and_by_organisation_from_two_characters_on(client: Client):
    row, body = meeting(), cases.ministry()
    cases.person(name="王小明", liaison_of=body)
    cases.person(name="王無職")
    assert names(client, row, term="王小") == ["王小明 · Ministry fsc"]
    assert names(client, row, term="Ministry f") == ["王小明 · Ministry fsc"]
    assert names(client, row, term="王無") == []
    assert names(client, row, term="王") == []
    assert names(client, row) == []
    assert names(client, row, "organisations", term="ministry f") == [str(body)]


def test_no_address_is_told_or_searched(client: Client):
    row = meeting()
    cases.person("hidden@fsc.gov.example", name="王小明", liaison_of=cases.ministry())
    assert names(client, row, term="hidden") == []
    told = client.get(f"{ADMIN}/meeting/{row.pk}/people/", {"term": "王小"}).content.decode()
    assert "@" not in told


def test_search_comes_in_pages_with_the_same_queries_for_one_and_for_many(client: Client):
    row, body = meeting(), cases.ministry()
    path = f"{ADMIN}/meeting/{row.pk}/people/"

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path, {"term": "某甲"}).status_code == 200
        return len(seen)

    cases.person(name="某甲0", liaison_of=body)
    queries()
    one = queries()
    for number in range(1, 22):
        cases.person(name=f"某甲{number}", liaison_of=body)
    assert queries() == one
    assert client.get(path, {"term": "某甲"}).json()["pagination"] == {"more": True}
    assert len(names(client, row, term="某甲", page=2)) == 2
    assert client.get(path, {"term": "某甲", "page": "x"}).status_code == 404


def test_page_of_a_meeting_names_nobody_but_who_is_on_its_lists(client: Client):
    row = meeting()
    users = User.objects.bulk_create(
        User(email=f"p{number}@many.example", name=f"衆人{number}") for number in range(10_000)
    )
    since, body = cases.SINCE, cases.ministry()
    Affiliation.objects.bulk_create(
        Affiliation(user=user, organisation=body, role="liaison", starts_on=since) for user in users
    )
    Participant.objects.create(meeting=row, user=users[7])
    page = client.get(f"{ADMIN}/meeting/{row.pk}/change/").content.decode()
    assert page.count("衆人") <= 3  # the row's heading and its choice
    assert len(page) < 100_000
    assert len(names(client, row, term="衆人")) == 20


def test_only_people_with_a_role_can_be_sent(client: Client):
    row, nobody = meeting(), cases.person()
    sent = sent_for(row, **inline("participants", {"user": nobody.pk, "part": "attends"}))
    answer = client.post(f"{ADMIN}/meeting/{row.pk}/change/", sent)
    assert answer.status_code == 200
    assert not Participant.objects.exists()


def test_who_is_on_the_list_stays_when_the_role_has_ended(client: Client):
    row, gone = meeting(), cases.person()
    seat = Seat.objects.create(user=gone, group=row.group, role="member", starts_on=cases.SINCE)
    listed = Participant.objects.create(meeting=row, user=gone)
    Seat.objects.filter(pk=seat.pk).update(ends_on=clock.today() - timedelta(days=1))
    people = inline("participants", {"id": listed.pk, "user": gone.pk, "part": "observes"}, initial=1)
    answer = client.post(f"{ADMIN}/meeting/{row.pk}/change/", sent_for(row, **people))
    assert answer.status_code == 302
    assert Participant.objects.get().part == "observes"
    assert names(client, row, term=gone.name) == []
