"""The ministry's list: its filters, its table for the spreadsheet, its keys."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from members import clock
from members.models import Law, User
from proposals.actions import answering
from proposals.models import Proposal, Referral
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


def read(answer: HttpResponseBase) -> str:
    """The text of an answer, which the table's is while it is sent."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


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
    text = read(answer)
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:])))
    assert [row["number"] for row in rows] == [one.number]
    assert rows[0]["title"] == "'=1+1"
    assert rows[0]["asks"] == "2"


def test_list_and_table_ask_as_often_for_three_rows_as_for_one(liaison: User) -> None:
    client = signed_in(liaison)

    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            read(client.get(address, {"q": "提案"}))
        return len(queries)

    of("acme")
    addresses = (ADDRESS, f"{ADDRESS}export.csv")
    for address in addresses:
        count(address)
    before = [count(address) for address in addresses]
    of("other")
    of("third")
    assert [count(address) for address in addresses] == before


def test_page_holds_25_rows_and_its_links_keep_filters_and_order(liaison: User) -> None:
    part = cases.lead_of(of("acme"))
    more = ({"round": number, "due_on": part.due_on} for number in range(2, 27))
    Referral.objects.bulk_create(
        Referral(proposal=part.proposal, ministry=part.ministry, part="lead", **fields) for fields in more
    )
    query = {"tab": "todo", "q": "提案", "part": "lead", "sort": "number"}
    client = signed_in(liaison)
    first = client.get(ADDRESS, query)
    assert len(first.context["rows"]) == 25
    page = first.content.decode()
    for words in ("page=2", "export.csv?"):
        [link] = [each for each in links(page) if words in each]
        assert {"part=lead", "sort=number", "q=%E6%8F%90%E6%A1%88"} <= set(link.partition("?")[2].split("&"))
    assert "/en/dashboard/?tab=overdue&sort=number" in links(page)
    second = client.get(ADDRESS, query | {"page": 2})
    assert len(second.context["rows"]) == 1
    assert len(client.get(ADDRESS, query | {"page": 99}).context["rows"]) == 1
    assert read(client.get(f"{ADDRESS}export.csv", query)).count("\r\n") == 27


def links(page: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="([^"]*)"', page)]


def test_newest_referral_stands_first_where_it_is_asked_for(liaison: User) -> None:
    with clock.at(cases.at(2026, 9, 21)):
        early = of("acme")
    late = of("other")

    def order(**query: str) -> list[str]:
        rows = signed_in(liaison).get(ADDRESS, query).context["rows"]
        return [row.referral.proposal.number for row in rows]

    assert order() == [early.number, late.number]
    assert order(sort="new") == [late.number, early.number]
    assert order(sort="number") == [early.number, late.number]
    assert order(sort="nonsense") == order()


def test_filter_that_finds_nothing_says_so_and_can_be_cleared(liaison: User) -> None:
    of("acme")
    page = signed_in(liaison).get(ADDRESS, {"q": "查無此事", "sort": "new"}).content.decode()
    assert "Nothing matches" in page
    assert "/en/dashboard/?sort=new" in [f"{ADDRESS}{link}" for link in links(page) if link.startswith("?")]


def test_table_is_in_the_language_in_which_it_was_asked_for(liaison: User) -> None:
    of("acme")
    answer = signed_in(liaison).get(f"{ADDRESS}export.csv")
    with override("zh-hant"):
        text = read(answer)
    assert "Group regulation" in text
