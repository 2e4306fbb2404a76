"""The public list of cases, and those on pages of bodies, groups and members, in how few statements."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.models import Organisation
from proposals.models import Proposal
from tests import cases

from .reading import NOW, START, get, received, referred, text

pytestmark = pytest.mark.django_db


# --- the list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_three_statements(rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        referred(lead=cases.ministry(f"body{n}"))
    with django_assert_num_queries(3):
        get("/proposals/")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "statements"), [("ministry=fsc&q=提案", 4), ("q=證券交易法", 5)])
def test_filtered_list_takes_at_most_five_statements(
    query: str, statements: int, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        referred()
    with django_assert_num_queries(statements):
        response = get(f"/proposals/?{query}")
    assert len(response.context["rows"]) == rows


def test_list_pages_through_all_cases_without_gap_or_repetition() -> None:
    """Two by two at the same moment, so that the key must decide."""
    referred()
    Proposal.objects.bulk_create(
        Proposal(
            number=f"J-{n:04}",
            origin="imported",
            source_id=f"x-{n}",
            state="closed",
            title="匯入",
            submitted_at=START + timedelta(hours=n // 2),
            accepted_at=START,
            answered_at=START,
            ended_at=START,
        )
        for n in range(44)
    )
    seen: list[str] = []
    path = "/proposals/"
    while path:
        response = get(path)
        seen += [row.case.number for row in response.context["rows"]]
        older = response.context["older"]
        path = f"/proposals/?after={older}" if older else ""
    assert len(seen) == len(set(seen)) == 45
    back = get(f"/proposals/?before={get('/proposals/?after=' + _address_of(seen[39])).context['newer']}")
    assert [row.case.number for row in back.context["rows"]] == seen[20:40]


def _address_of(number: str) -> str:
    case = Proposal.objects.get(number=number)
    return f"{int(case.submitted_at.timestamp()) * 1_000_000}-{case.pk}"


@pytest.mark.parametrize("place", ["x", "1", "-", "9" * 30 + "-1", "1-" + "9" * 30, "１-１"])
def test_list_at_a_place_that_does_not_exist_is_no_error(place: str) -> None:
    referred()
    assert get(f"/proposals/?after={place}").status_code == 200


def test_search_finds_a_case_by_two_characters_of_its_title() -> None:
    case = referred(title="數位資產託管之釐清")
    other = referred(title="電子簽章")
    page = text("/proposals/?q=託管")
    assert case.number in page
    assert other.number not in page


def test_search_shows_no_case_whose_characters_stand_apart() -> None:
    apart = referred(title="甲乙與乙丙")
    assert apart.number not in text("/proposals/?q=甲乙丙")


@pytest.mark.parametrize("query", ["state=nonsense", "law=x", "law=-1", "outcome=?", "group=%00", "q=%00"])
def test_list_with_a_senseless_filter_is_no_error(query: str) -> None:
    referred()
    assert get(f"/proposals/?{query}").status_code == 200


def test_overdue_filter_finds_late_cases_only() -> None:
    late = received(referred())
    with clock.at(cases.at(2027, 1, 15)):
        fresh = cases.referred()
        page = Client().get("/proposals/?state=overdue").content.decode()
    assert late.number in page
    assert fresh.number not in page


def test_outcome_filter_finds_answered_cases() -> None:
    case, other = referred(), referred()
    with clock.at(NOW):
        cases.answered(case)
    page = text("/proposals/?outcome=not_adopted")
    assert case.number in page
    assert other.number not in page


# --- pages of bodies and groups ------------------------------------------------------------------


def test_ministry_page_lists_its_cases_and_keeps_figures_back_below_five() -> None:
    case = referred()
    page = text("/en/ministries/fsc/")
    assert case.number in page
    assert "from 5 answers on" in page


@pytest.mark.parametrize("path", ["/ministries/fsc/", "/groups/regulation/", "/members/acme/"])
def test_lists_beside_take_as_many_statements_for_three_cases_as_for_one(
    path: str, django_assert_max_num_queries: Any
) -> None:
    referred()
    with django_assert_max_num_queries(14) as one:
        get(path)
    referred()
    referred()
    with django_assert_max_num_queries(len(one)):
        get(path)


def test_imported_case_names_its_source_and_no_proposer() -> None:
    cases.time_rules()
    case = Proposal.objects.create(
        number="J-0001",
        origin="imported",
        state="closed",
        title="開放資料之格式",
        submitted_at=START,
        accepted_at=START,
        answered_at=START,
        ended_at=START,
        source_id="x-1",
        source_name="公共政策平臺",
        source_number="A-1",
        source_url="https://example.org/1",
    )
    case.asks.create(number=1, text="開放資料之格式")
    page = text("/proposals/J-0001/")
    assert "公共政策平臺" in page
    assert 'href="https://example.org/1"' in page
    assert Organisation.objects.members().count() == 0
