"""The secretariat's queue of cases without an owner, and what the group finds on its own pages."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.todo import todo
from members import clock
from proposals.models import Coordination, Proposal
from tests import cases
from tests.cases import signed_in

from .disputes import LETTER, decided, disputed

pytestmark = pytest.mark.django_db
START = cases.at(2026, 11, 2)
LIST = "/en/admin/proposals/coordination/"
QUEUE = "/en/admin/proposals/proposal/"


@pytest.fixture(autouse=True)
def ten_days_on() -> Iterator[None]:
    with clock.at(START + timedelta(days=11)):
        yield


@pytest.fixture
def case() -> Proposal:
    with clock.at(START):
        return disputed()


@pytest.fixture
def office() -> Client:
    return signed_in(cases.person("office@example.org", secretariat=True))


def test_list_shows_how_long_a_case_has_had_no_owner(case, office):
    page = office.get(f"{LIST}?standing=open").content.decode()
    assert str(case.number) in page
    assert "10 days" in page
    assert str(case.number) not in office.get(f"{LIST}?standing=ended").content.decode()


def test_list_takes_the_same_queries_for_one_row_and_for_three(case, office):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert office.get(LIST).status_code == 200
        return len(seen)

    queries()
    one = queries()
    with clock.at(START):
        disputed()
        disputed()
    assert queries() == one


def test_front_page_names_the_oldest_dispute(case):
    user = cases.person("office@example.org", secretariat=True)
    (found,) = (item for item in todo(user) if "standing=open" in item.url)
    assert found.count == 1
    assert "10" in str(found.label)


def test_secretariat_records_the_coordination(case, office):
    row = Coordination.objects.get()
    said = {"contact": "某處", "meeting_on": "2026-11-20", "minutes": ""}
    assert office.post(f"{LIST}{row.pk}/change/", said).status_code == 302
    row.refresh_from_db()
    assert (row.contact, row.meeting_on) == ("某處", date(2026, 11, 20))
    answer = office.post(f"{LIST}{row.pk}/change/", said | {"meeting_on": "2026-10-01"})
    assert (answer.status_code, b"not disputed yet" in answer.content) == (200, True)


def test_secretariat_records_the_decision_letter(case, office):
    row = Coordination.objects.get()
    address = f"{LIST}{row.pk}/decide/"
    assert address in office.get(f"{LIST}{row.pk}/change/").content.decode()
    assert office.get(address).status_code == 200
    body = cases.ministry("moda")
    letter = {"decision_number": LETTER, "decided_on": "2026-11-12", "text": "由該部主政"}
    assert office.post(address, letter | {"is_found": "yes"}).status_code == 422
    late = office.post(address, letter | {"is_found": "yes", "body": body.pk, "decided_on": "2026-11-30"})
    assert (late.status_code, "由該部主政" in late.content.decode()) == (409, True)
    assert office.post(address, letter | {"is_found": "yes", "body": body.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.decided_body, cases.lead_of(case).ministry) == (body, body)
    assert office.post(address, letter | {"is_found": "no"}).status_code == 409


def test_group_sees_the_dispute_apart_and_declines_only_after_the_letter(case, office):
    convener = signed_in(cases.convener_of(case))
    page = f"{QUEUE}{case.pk}/"
    assert str(case.number) in convener.get(f"{QUEUE}?queue=disputed").content.decode()
    assert str(case.number) not in convener.get(f"{QUEUE}?queue=without-lead").content.decode()
    shown = convener.get(f"{page}change/").content.decode()
    assert "step-refer_again" not in shown
    assert "step-decline_unowned" not in shown
    decided(case, None)
    shown = convener.get(f"{page}change/").content.decode()
    assert "step-refer_again" in shown
    assert "step-decline_unowned" in shown
    done = convener.post(f"{page}step/decline_unowned/", {"decline_unowned-text": "無主管機關"})
    assert done.status_code == 302
    case.refresh_from_db()
    assert case.decline_reason == "no_body"


def test_group_asks_a_further_body_to_support():
    cbc = cases.ministry("cbc")
    case = cases.referred()
    convener = signed_in(cases.convener_of(case))
    page = f"{QUEUE}{case.pk}/"
    assert "step-add_supporting" in convener.get(f"{page}change/").content.decode()
    done = convener.post(f"{page}step/add_supporting/", {"add_supporting-supporting": [cbc.pk]})
    assert done.status_code == 302
    assert case.referrals.get(ministry=cbc).part == "support"
