"""What everybody may read of cases, and in how few statements."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from members import clock
from members.models import Organisation
from proposals.actions.answering import (
    accept_referral,
    ask_proposer,
    publish_interim_reply,
    record_letters,
)
from proposals.actions.proposer import reply_to_question, send_information, withdraw_proposal
from proposals.actions.triage import ask_for_information, decline_proposal
from proposals.casefile import Row, for_rows
from proposals.models import Proposal
from tests import cases
from tests.cases import signed_in

from .reading import NOW, START, get, received, referred, text

pytestmark = pytest.mark.django_db

# --- the page of a case --------------------------------------------------------------------------


def test_case_page_says_whose_turn_it_is_and_until_when() -> None:
    case = referred(lead=cases.ministry("moea", name_zh="經濟部"))
    due = case.referrals.get().due_on
    page = text(f"/proposals/{case.number}/")
    assert "經濟部" in page
    assert f'<time datetime="{due.isoformat()}">' in page
    assert f"還有 {(due - NOW.date()).days} 天" in page


def test_case_page_in_english_says_the_same() -> None:
    case = referred(lead=cases.ministry("moea", name_en="Ministry of Economic Affairs"))
    assert "Ministry of Economic Affairs answers next" in text(f"/en/proposals/{case.number}/")


def test_case_page_explains_the_day_step_by_step() -> None:
    case = referred()
    page = text(f"/en/proposals/{case.number}/")
    assert "60 days" in page
    assert "How this day is counted" in page


def test_unknown_and_not_yet_public_numbers_look_the_same() -> None:
    with clock.at(START):
        case = cases.submitted()
    hidden, unknown = get(f"/proposals/{case.number}/"), get("/proposals/115-9999/")
    assert hidden.status_code == unknown.status_code == 404
    assert hidden.content.replace(case.number.encode(), b"115-9999") == unknown.content


def test_party_reads_a_case_before_it_is_public() -> None:
    with clock.at(START):
        case = cases.submitted()
    page = get(f"/proposals/{case.number}/", signed_in(cases.proposer_of(case)))
    assert page.status_code == 200
    assert case.title in page.content.decode()


def test_declined_case_shows_number_group_and_kind_of_reason_only() -> None:
    with clock.at(START):
        case = cases.submitted(title="不公開之標題")
        decline_proposal(user=cases.convener_of(case), proposal=case, reason="unclear", text="請再說明")
    page = text(f"/proposals/{case.number}/")
    assert case.number in page
    assert case.group.name_zh in page
    assert "不公開之標題" not in page
    assert "請再說明" not in page
    assert case.organisation.name_zh not in page


def test_withdrawn_case_is_hidden_from_search_and_filters_but_stays_in_the_list() -> None:
    case = referred(title="撤回的證券型代幣案")
    with clock.at(NOW):
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    everything = text("/proposals/")
    assert case.number in everything
    assert "證券型代幣" not in everything
    for query in ("q=證券型代幣", "ministry=fsc", f"law={case.asks.first().law_id}"):
        assert case.number not in text(f"/proposals/?{query}")


def test_matrix_shows_answer_interim_reply_and_missing_preliminary_reply() -> None:
    moea, cbc = cases.ministry("moea"), cases.ministry("cbc")
    case = referred(supporting=[moea, cbc])
    with clock.at(cases.at(2026, 10, 20)):
        publish_interim_reply(
            user=cases.liaison_of(moea),
            referral=case.referrals.get(ministry=moea),
            text="研究中",
            expected_on=date(2026, 12, 24),
        )
    page = text(f"/en/proposals/{case.number}/")
    assert "Under study until" in page
    assert "2026-12-24" in page
    assert "No preliminary reply yet" in page
    assert page.count('data-label="Ministry cbc') == 2
    with clock.at(cases.at(2026, 12, 28)):
        late = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert "Was under study until" in late


def test_answered_case_shows_reason_and_legal_basis() -> None:
    case = referred()
    with clock.at(cases.at(2026, 10, 30)):
        cases.answered(case)
    page = text(f"/en/proposals/{case.number}/")
    assert "Not adopted" in page
    assert "理由" in page
    assert "證券交易法第22條" in page


def test_drafts_restricted_text_and_names_of_persons_never_reach_the_public() -> None:
    case = referred(restricted="營業秘密甲")
    people = [cases.proposer_of(case), cases.convener_of(case)]
    page = text(f"/proposals/{case.number}/")
    assert "營業秘密甲" not in page
    assert not [user.email for user in people if user.email in page]


def test_question_and_reply_are_public_and_the_clock_stands_between() -> None:
    case = referred()
    referral = case.referrals.get()
    liaison = cases.liaison_of(referral.ministry)
    with clock.at(cases.at(2026, 10, 12)):
        record_letters(user=liaison, referral=referral, received_on=date(2026, 10, 7))
        accept_referral(user=liaison, referral=referral)
    with clock.at(cases.at(2026, 10, 20)):
        question = ask_proposer(user=liaison, referral=referral, text="託管契約何在？")
    with clock.at(cases.at(2026, 10, 25)):
        paused = Client().get(f"/en/proposals/{case.number}/").content.decode()
        reply_to_question(user=cases.proposer_of(case), question=question, text="如附範本")
    page = text(f"/en/proposals/{case.number}/")
    assert "The proposer replies to" in paused
    assert "託管契約何在？" in page
    assert "如附範本" in page
    assert "stopped for 5 days" in page


def test_days_of_the_clock_bar_add_up_to_the_days_elapsed() -> None:
    case = received(referred())
    with clock.at(cases.at(2027, 3, 1)):
        row = Row.of(for_rows(Proposal.objects.filter(pk=case.pk)).get(), clock.today())
    elapsed = sum(days for owner, days in row.parts if owner != "remaining")
    assert elapsed == (date(2027, 3, 1) - START.date()).days
    assert dict(row.parts)["late"] == (date(2027, 3, 1) - case.referrals.get().due_on).days


def test_public_case_page_sets_no_cookie_and_has_no_form_to_post() -> None:
    case = referred()
    response = get(f"/proposals/{case.number}/")
    assert not response.cookies
    assert b"csrf" not in response.content
    assert "public" in response["Cache-Control"]


def test_page_of_a_party_is_kept_by_nobody() -> None:
    case = referred()
    response = get(f"/proposals/{case.number}/", signed_in(cases.proposer_of(case)))
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize(("asks", "bodies"), [(1, 1), (3, 5)])
def test_case_page_takes_ten_statements(asks: int, bodies: int, django_assert_num_queries: Any) -> None:
    """Case, bodies, dates, interim replies, asks, answers, timeline, related, co-sponsors, comments."""
    supporting = [cases.ministry(f"body{n}") for n in range(bodies - 1)]
    case = referred(asks=asks, supporting=supporting)
    with django_assert_num_queries(10):
        get(f"/proposals/{case.number}/")


@pytest.mark.parametrize("asks", [1, 3])
def test_page_of_an_answered_case_takes_four_more(asks: int, django_assert_num_queries: Any) -> None:
    """Letters on paper, what was promised with its milestones, and the entries of the register."""
    with clock.at(START):
        case = cases.promised(asks=asks)
    with django_assert_num_queries(14):
        get(f"/proposals/{case.number}/")


def test_date_past_the_announced_calendar_is_called_provisional_in_every_list() -> None:
    with clock.at(cases.at(2027, 11, 12)):
        case = cases.referred()
        liaison = signed_in(cases.liaison_of(case.referrals.get().ministry))
        pages = [Client().get(f"/en/proposals/{where}") for where in ("", f"{case.number}/")]
        pages.append(liaison.get("/en/dashboard/"))
    assert all("(provisional)" in page.content.decode() for page in pages)
    assert "(provisional)" not in text(f"/en/proposals/{referred().number}/")


# --- what a party finds besides ------------------------------------------------------------------


def page_for(case: Proposal, user: Any) -> str:
    return get(f"/en/proposals/{case.number}/", signed_in(user)).content.decode()


def test_proposer_finds_the_open_question_and_the_way_out() -> None:
    case = referred()
    referral = cases.lead_of(case)
    with clock.at(cases.at(2026, 10, 8)):
        question = ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="何在？")
    own, other = page_for(case, cases.proposer_of(case)), page_for(case, cases.convener_of(case))
    links = (
        f"/en/proposals/{case.number}/questions/{question.pk}/",
        f"/en/proposals/{case.number}/withdraw/",
    )
    assert [link for link in links if link in own] == list(links)
    assert not [link for link in links if link in other]


def test_liaison_finds_the_way_to_the_dashboard_and_the_convener_to_the_admin() -> None:
    case = referred()
    referral = cases.lead_of(case)
    liaison, convener = cases.liaison_of(referral.ministry), cases.convener_of(case)
    dashboard, admin = f"/en/dashboard/{referral.pk}/", f"/en/admin/proposals/proposal/{case.pk}/change/"
    assert dashboard in page_for(case, liaison)
    assert admin not in page_for(case, liaison)
    assert admin in page_for(case, convener)
    assert dashboard not in page_for(case, convener)


def test_restricted_text_is_opened_by_a_form_and_never_on_the_page() -> None:
    case = referred(restricted="營業秘密甲")
    opening = f'action="/en/proposals/{case.number}/restricted/"'
    proposer, stranger = page_for(case, cases.proposer_of(case)), page_for(case, cases.person())
    assert opening in proposer
    assert "營業秘密甲" not in proposer
    assert opening not in stranger


def test_proposer_that_left_the_alliance_is_named_and_its_page_not_linked() -> None:
    case = referred()
    address = case.organisation.get_absolute_url()
    assert f'href="{address}"' in text(f"/proposals/{case.number}/")
    Organisation.objects.filter(pk=case.organisation_id).update(left_on=START.date())
    assert f'href="{address}"' not in text(f"/proposals/{case.number}/")
    assert case.organisation.name_zh in text(f"/proposals/{case.number}/")


def test_timeline_keeps_what_is_for_the_parties_from_the_public() -> None:
    with clock.at(START):
        case = cases.accepted()
        ask_for_information(user=cases.convener_of(case), proposal=case, text="請補託管契約")
        send_information(user=cases.proposer_of(case), proposal=case, text="契約第三條")
    page = text(f"/proposals/{case.number}/")
    assert "請補託管契約" in page
    assert "契約第三條" not in page
    assert "契約第三條" in page_for(case, cases.proposer_of(case))


def test_public_sees_that_the_proposer_is_next_while_information_is_awaited() -> None:
    with clock.at(START):
        case = cases.accepted()
    with clock.at(cases.at(2026, 10, 20)):
        ask_for_information(user=cases.convener_of(case), proposal=case, text="請補正")
    page = text(f"/en/proposals/{case.number}/")
    assert "The proposer next sends the information asked for" in page
    assert "<b>13</b> days" in page
