"""The pages of what was promised: for everybody, and for the body that reports."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from proposals.actions.answering import publish_answers, save_answer_drafts
from proposals.actions.follow_ups import finish_follow_up, report_progress, revise_follow_up
from proposals.actions.proposer import close_proposal, withdraw_proposal
from proposals.models import FollowUp
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 3, 2)
SOON = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def monday():
    with clock.at(NOW):
        yield


def promise(**options) -> FollowUp:
    return FollowUp.objects.get(proposal=cases.promised(on=SOON, **options))


def liaison():
    return cases.liaison_of(cases.ministry())


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        page(client, address)
    return len(found)


def test_list_shows_promise_track_and_history():
    item = promise()
    revise_follow_up(user=liaison(), follow_up=item, planned_on=date(2026, 9, 1), text="外界意見多")
    report_progress(user=liaison(), follow_up=item, milestone="notice")
    text = page(Client(), "/en/follow-up/")
    assert f'id="follow-up-{item.pk}"' in text
    assert 'aria-current="step"' in text
    assert "外界意見多" in text
    assert "2 reports" in text
    assert "csrfmiddlewaretoken" not in text


def test_filters_find_what_they_name():
    item, other = promise(), promise(lead=cases.ministry("moea"))
    finish_follow_up(user=cases.liaison_of(cases.ministry("moea")), follow_up=other, text="已公告")

    def found(query: str) -> set[int]:
        text = page(Client(), f"/en/follow-up/?{query}")
        return {row.pk for row in (item, other) if f'id="follow-up-{row.pk}"' in text}

    assert found("") == {item.pk, other.pk}
    assert found("body=moea") == found("state=done") == {other.pk}
    assert found("state=open") == found(f"q={item.proposal.number}") == {item.pk}
    assert found("state=overdue") == found("milestone=passed") == found("q=無此") == set()
    assert found("body=nobody") == set()
    with clock.at(cases.at(2026, 6, 2)):
        assert found("state=overdue") == {item.pk}


def test_hidden_cases_promises_are_not_listed():
    case = cases.referred(asks=2)
    ask = case.asks.order_by("number")[0]
    words = {"outcome": "partly", "reason": "理由", "legal_basis": "法", "next_step": "函釋", "next_on": SOON}
    referral = cases.lead_of(case)
    save_answer_drafts(user=liaison(), referral=referral, drafts={ask.pk: words})
    publish_answers(user=liaison(), referral=referral, asks=[ask.pk])
    item = FollowUp.objects.get()
    withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert f'id="follow-up-{item.pk}"' not in page(Client(), "/en/follow-up/")


def test_lists_take_the_same_queries_for_one_row_and_three():
    report_progress(user=liaison(), follow_up=promise(), text="一")
    client = signed_in(liaison())
    addresses = ("/follow-up/", "/dashboard/follow-up/")
    page(client, "/dashboard/follow-up/")
    one = [queries(client, address) for address in addresses]
    for _n in range(2):
        report_progress(user=liaison(), follow_up=promise(), text="二")
    assert [queries(client, address) for address in addresses] == one


def test_case_page_takes_the_same_queries_for_one_promise_and_three():
    counts = []
    for asks in (1, 3):
        case = cases.promised(on=SOON, asks=asks)
        counts.append(queries(Client(), f"/en/proposals/{case.number}/"))
    assert counts[0] == counts[1]


def test_case_page_shows_what_was_promised_and_that_it_is_in_follow_up():
    item = promise()
    close_proposal(user=cases.proposer_of(item.proposal), proposal=item.proposal)
    text = page(Client(), f"/en/proposals/{item.proposal.number}/")
    assert f'id="follow-up-{item.pk}"' in text
    assert "In follow-up" in text
    assert "stays open until what the ministries promised" in text


def test_body_reports_in_the_browser_form():
    item = promise()
    client = signed_in(liaison())
    address = f"/en/dashboard/follow-up/{item.pk}/"
    assert "step-report" in page(client, address)
    answer = client.post(address + "report/", {"milestone": "notice", "url": "https://gov.example/1"})
    assert answer.status_code == 302
    assert item.steps.get().milestone == "notice"


def test_refusal_keeps_what_was_typed():
    item = promise()
    client = signed_in(liaison())
    address = f"/en/dashboard/follow-up/{item.pk}/"
    answer = client.post(address + "revise/", {"planned_on": "2026-03-01", "text": "zyxtyped"})
    assert answer.status_code == 422
    assert "zyxtyped" in answer.content.decode()
    finish_follow_up(user=liaison(), follow_up=item, text="已公告")
    answer = client.post(address + "drop/", {"text": "zyxtyped"})
    assert answer.status_code == 409
    assert "zyxtyped" in answer.content.decode()


def test_supervisor_reads_without_forms():
    item = promise()
    text = page(signed_in(cases.person(supervises=cases.ministry())), f"/en/dashboard/follow-up/{item.pk}/")
    assert "step-report" not in text
    assert item.title in text


def test_day_that_has_passed_offers_no_revision():
    item = promise()
    with clock.at(NOW + timedelta(days=100)):
        text = page(signed_in(liaison()), f"/en/dashboard/follow-up/{item.pk}/")
    assert "step-done" in text
    assert "step-revise" not in text
