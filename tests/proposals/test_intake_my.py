"""The list of one's own cases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from members import clock
from proposals.actions.answering import ask_proposer
from proposals.actions.triage import ask_for_information
from proposals.models import Proposal
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(cases.at(2026, 11, 2)):
        yield


@pytest.fixture
def case(settings: Any, tmp_path: Path) -> Proposal:
    settings.MEDIA_ROOT = tmp_path
    return cases.draft(restricted="成本結構")


@pytest.fixture
def author(case: Proposal) -> Client:
    return signed_in(cases.proposer_of(case))


@pytest.fixture
def stranger(case: Proposal) -> Client:
    return signed_in(cases.person(represents=cases.member_org("other")))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("tab", ["", "waiting", "drafts", "open", "answered", "ended", "nonsense"])
def test_my_page_shows_every_tab(case: Proposal, author: Client, prefix: str, tab: str) -> None:
    response = author.get(f"{prefix}/my/?tab={tab}")
    assert response.status_code == 200
    if tab in ("", "drafts", "nonsense"):
        assert case.title in response.content.decode()


def test_my_page_without_organisation_says_so() -> None:
    response = signed_in(cases.person()).get("/en/my/")
    assert b"represent no member organisation" in response.content


def test_my_page_shows_no_case_of_others(case: Proposal, stranger: Client) -> None:
    assert case.title not in stranger.get("/my/?tab=drafts").content.decode()


def test_my_page_puts_what_waits_first(case: Proposal, author: Client) -> None:
    asked = cases.referred(organisation=case.organisation, lead=cases.ministry("moea"))
    lead = cases.lead_of(asked)
    question = ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="用戶幾人？")
    lacking = cases.submitted(organisation=case.organisation)
    ask_for_information(user=cases.convener_of(lacking), proposal=lacking, text="請補章程")
    page = author.get("/my/")
    content = page.content.decode()
    assert page.context["tab"] == "waiting"
    assert f"/proposals/{asked.number}/questions/{question.pk}/" in content
    assert f"/proposals/{lacking.number}/information/" in content
    assert page.context["counts"] == {"waiting": 2, "drafts": 1, "open": 2, "answered": 0, "ended": 0}


@pytest.mark.parametrize("tab", ["drafts", "open", "waiting"])
def test_my_page_reads_three_cases_with_as_many_queries_as_one(
    case: Proposal, django_assert_max_num_queries: Any, tab: str
) -> None:
    def one_more() -> None:
        cases.draft(organisation=case.organisation)
        lead = cases.lead_of(cases.referred(organisation=case.organisation))
        ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="？")
        lacking = cases.submitted(organisation=case.organisation)
        ask_for_information(user=cases.convener_of(lacking), proposal=lacking, text="補")

    client = signed_in(cases.proposer_of(case))
    one_more()
    client.get(f"/my/?tab={tab}")
    with django_assert_max_num_queries(50) as first:
        client.get(f"/my/?tab={tab}")
    one_more()
    one_more()
    with django_assert_max_num_queries(len(first)):
        client.get(f"/my/?tab={tab}")
