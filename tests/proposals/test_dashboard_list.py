"""The ministry's list: its filters, its table for the spreadsheet, its keys."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Law, User
from proposals.actions import answering
from proposals.models import Proposal
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/en/dashboard/"


@pytest.fixture(autouse=True)
def _now():
    with clock.at(cases.at(2026, 11, 9)):
        yield


@pytest.fixture
def liaison() -> User:
    Law.objects.get_or_create(name_zh="證券交易法", defaults={"name_en": "Securities and Exchange Act"})
    return cases.liaison_of(cases.ministry())


def listed(user: User, **query: object) -> set[str]:
    rows = signed_in(user).get(ADDRESS, query).context["rows"]
    return {row.referral.proposal.number for row in rows}


def of(slug: str, **options: object) -> Proposal:
    return cases.referred(organisation=cases.member_org(slug), **options)


def test_list_is_narrowed_by_words_part_law_and_proposer(liaison: User) -> None:
    one = of("acme", title="穩定幣發行提案")
    two = of("other", lead=cases.ministry("moj"), supporting=[cases.ministry()], title="證券型代幣")
    both = {one.number, two.number}
    assert listed(liaison) == both
    assert listed(liaison, q="穩定幣") == {one.number}
    assert listed(liaison, q=two.number) == {two.number}
    assert listed(liaison, part="support") == {two.number}
    assert listed(liaison, proposer="acme") == {one.number}
    law = Law.objects.get(name_zh="證券交易法")
    assert listed(liaison, law=law.pk) == both
    assert listed(liaison, law=law.pk + 1) == set()


def test_list_is_narrowed_to_what_is_due_soon(liaison: User) -> None:
    with clock.at(cases.at(2026, 9, 21)):
        early = of("acme")
        answering.first_opening(user=liaison, referral=cases.lead_of(early))
    late = of("other")
    assert listed(liaison, due="30") == {early.number}
    assert listed(liaison) == {early.number, late.number}


@pytest.mark.parametrize("query", [{"part": "x"}, {"due": "x"}, {"law": "x"}, {"law": "9" * 30}])
def test_nonsense_in_a_filter_is_said_and_breaks_nothing(liaison: User, query: dict[str, str]) -> None:
    of("acme")
    assert signed_in(liaison).get(ADDRESS, query).status_code == 200


def test_filters_find_nothing_of_another_body(liaison: User) -> None:
    other = of("acme", lead=cases.ministry("moj"), title="他部案件")
    assert listed(liaison, q="他部案件") == set()
    assert listed(liaison, q=other.number) == set()


def test_table_holds_what_the_filters_find_and_opens_in_a_spreadsheet(liaison: User) -> None:
    one = of("acme", title="=1+1", title_other="")
    of("other")
    answer = signed_in(liaison).get(f"{ADDRESS}export.csv", {"proposer": "acme"})
    assert "no-store" in answer["Cache-Control"]
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["number"] for row in rows] == [one.number]
    assert rows[0]["title"] == "'=1+1"
    assert rows[0]["asks"] == "2"


def test_list_and_table_ask_as_often_for_three_rows_as_for_one(liaison: User) -> None:
    client = signed_in(liaison)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"q": "提案"})
        return len(queries)

    of("acme")
    addresses = (ADDRESS, f"{ADDRESS}export.csv")
    for address in addresses:
        count(address)
    before = [count(address) for address in addresses]
    of("other")
    of("third")
    assert [count(address) for address in addresses] == before
