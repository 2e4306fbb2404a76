"""A reconsideration on the dashboard: only the asks asked again, with what was answered before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import User
from proposals.actions import answering
from proposals.actions.aftermath import ask_reconsideration
from proposals.models import Referral
from proposals.states import ReferralState
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
TEXT = {"outcome": "clarified", "reason": "再議之理由", "legal_basis": "證券交易法第22條"}


@pytest.fixture
def again() -> Referral:
    """The lead's part of the second round, about the second of two asks."""
    case = cases.answered(says={"reason": "第一輪之理由"})
    ask_reconsideration(
        user=cases.proposer_of(case), proposal=case, asks=[case.asks.last().pk], reason="事證有誤"
    )
    return cases.lead_of(case)


@pytest.fixture
def liaison(again: Referral) -> User:
    return cases.liaison_of(again.ministry)


def draft(again: Referral, liaison: User) -> None:
    ask = again.asked.get()
    answering.save_answer_drafts(user=liaison, referral=again, drafts={ask.pk: dict(TEXT)})


def test_list_counts_only_the_asks_asked_again(again: Referral, liaison: User) -> None:
    def row():
        [found] = signed_in(liaison).get("/en/dashboard/").context["rows"]
        return found

    answering.accept_referral(user=liaison, referral=again)
    assert (row().referral.asks_total, row().next_step) == (1, "draft")
    draft(again, liaison)
    assert row().next_step == "publish"
    table = signed_in(liaison).get("/en/dashboard/export.csv")
    assert b",1,0," in b"".join(table.streaming_content)


def test_list_counts_every_ask_of_a_first_round(again: Referral, liaison: User) -> None:
    first = again.proposal.referrals.get(round=1)
    [row] = signed_in(liaison).get("/en/dashboard/?tab=answered").context["rows"]
    assert (row.referral.pk, row.referral.asks_total) == (first.pk, 2)


@pytest.mark.parametrize("step", ["", "draft/"])
def test_page_shows_the_ask_asked_again_with_the_answer_before(
    again: Referral, liaison: User, step: str
) -> None:
    answer = signed_in(liaison).get(f"/en/dashboard/{again.pk}/{step}")
    assert list(answer.context["others"]) == []
    page = answer.content.decode()
    assert "訴求 2" in page
    assert "訴求 1" not in page
    assert page.count("第一輪之理由") == 1
    assert ("事證有誤" in page) == (not step)


def test_publishing_the_asks_asked_again_answers_the_case(again: Referral, liaison: User) -> None:
    draft(again, liaison)
    client = signed_in(liaison)
    page = client.get(f"/en/dashboard/{again.pk}/publish/")
    assert page.context["undrafted"] == []
    sent = {"asks": [d.ask_id for d, *_ in page.context["drafts"]], "sure": "on"}
    sent |= {f"seen-{d.ask_id}": d.updated_at.isoformat() for d, *_ in page.context["drafts"]}
    assert client.post(f"/en/dashboard/{again.pk}/publish/", sent).status_code == 302
    again.refresh_from_db()
    assert again.state == ReferralState.ANSWERED


def test_page_asks_as_often_in_a_second_round_for_two_asks_as_for_one(again: Referral, liaison: User) -> None:
    other = cases.answered()
    ask_reconsideration(
        user=cases.proposer_of(other),
        proposal=other,
        asks=list(other.asks.values_list("pk", flat=True)),
        reason="事證有誤",
    )
    client = signed_in(liaison)
    rows = [again, cases.lead_of(other)]
    for row in rows:
        client.get(f"/en/dashboard/{row.pk}/")
    counts = []
    for row in rows:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/en/dashboard/{row.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
