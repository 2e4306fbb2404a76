"""Home, search, site map and declarations."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from events.actions.news import save_news
from events.models import NewsItem
from members import clock
from members.actions.organisations import index_organisation
from proposals.actions.answering import first_opening, record_letters
from proposals.actions.triage import decline_proposal
from tests import cases
from workinggroups.models import Meeting

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)
LANGUAGES = ["", "/en"]
TEXTS = ["help", "privacy", "open-data", "accessibility", "sitemap"]


def get(path: str) -> Any:
    with clock.at(NOW):
        return Client().get(path)


def news(slug: str, **fields: Any) -> NewsItem:
    defaults = {"title_zh": f"消息 {slug}", "body_zh": "內文", "published_at": NOW}
    return save_news(NewsItem(slug=slug, **defaults | fields))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TEXTS)
def test_declarations_answer_in_both_languages(name: str, language: str) -> None:
    response = get(f"{language}/{name}/")
    assert response.status_code == 200
    assert not response.cookies
    assert response.content.count(b"<h1") == 1


def test_privacy_notice_names_all_six_items() -> None:
    assert get("/privacy/").content.decode().count("<li><strong>") == 6
    assert get("/en/privacy/").content.decode().count("<li><strong>") == 6


def test_site_map_lists_the_access_keys() -> None:
    page = get("/sitemap/").content.decode()
    assert [key for key in "UCHNSZ" if f'<th scope="row">{key}</th>' in page] == list("UCHNSZ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_of_an_empty_portal_says_so(language: str) -> None:
    response = get(f"{language}/")
    assert response.status_code == 200
    assert response.context["figures"].percent is None


@pytest.mark.parametrize("rows", [1, 3])
def test_home_takes_five_statements(rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        with clock.at(cases.at(2026, 10, 1)):
            cases.referred(lead=cases.ministry(f"body{n}"))
        news(f"n{n}")
        Meeting.objects.create(title_zh="會議", starts_at=NOW + timedelta(days=1))
    with django_assert_num_queries(5):
        get("/")


def test_home_counts_late_and_due_parts_and_keeps_shares_back_below_five() -> None:
    with clock.at(cases.at(2026, 8, 3)):
        late = cases.lead_of(cases.referred())
        first_opening(user=cases.liaison_of(late.ministry), referral=late)
    with clock.at(cases.at(2026, 9, 1)):
        cases.answered()
    figures = get("/").context["figures"]
    assert (figures.overdue, figures.soon, figures.waiting) == (1, 0, 0)
    assert (figures.answered, figures.percent, figures.median_days) == (1, None, None)


def test_home_shows_the_share_from_five_answers_on() -> None:
    with clock.at(cases.at(2026, 9, 1)):
        referred = [cases.referred() for _ in range(5)]
    with clock.at(cases.at(2026, 9, 10)):
        for case in referred:
            referral = cases.lead_of(case)
            liaison = cases.liaison_of(referral.ministry)
            record_letters(user=liaison, referral=referral, received_on=date(2026, 9, 7))
    for n, case in enumerate(referred):
        with clock.at(cases.at(2026, 10, 1 + n)):
            cases.answered(case)
    page = get("/en/")
    assert page.context["figures"].percent == 100
    assert page.context["figures"].median_days == 26
    assert "100%" in page.content.decode()


def test_home_leaves_hidden_cases_out_of_its_groups() -> None:
    with clock.at(cases.at(2026, 10, 1)):
        cases.accepted()
        cases.submitted()
    assert [group.open_cases for group in get("/").context["groups"]] == [1]


# --- search --------------------------------------------------------------------------------------


def test_search_finds_cases_news_and_organisations() -> None:
    with clock.at(cases.at(2026, 10, 1)):
        case = cases.referred(title="資產託管之釐清")
    item = news("custody", title_zh="託管座談")
    body = cases.ministry("trust", name_zh="信託託管局")
    index_organisation(body)
    context = get("/search/?q=託管").context
    assert [row.case for row in context["cases"]] == [case]
    assert context["news"] == [item]
    assert context["organisations"] == [body]


def test_search_finds_nothing_that_is_not_public() -> None:
    with clock.at(cases.at(2026, 10, 1)):
        cases.submitted(title="祕密託管")
    news("draft", title_zh="託管草稿", published_at=None)
    news("later", title_zh="託管預告", published_at=NOW + timedelta(days=1))
    left = cases.member_org("left", name_zh="託管離會公司", left_on=NOW.date())
    index_organisation(left)
    assert get("/search/?q=託管").context["found"] is False


@pytest.mark.parametrize("words", ["", "  ", "!!", "%00", "a" * 500, "&|!():*"])
def test_search_for_nothing_sensible_is_no_error(words: str) -> None:
    assert get(f"/search/?q={words}").status_code == 200


def test_search_takes_seven_statements_at_most(django_assert_max_num_queries: Any) -> None:
    """Four for cases; one each for clarifications, news and organisations."""
    with clock.at(cases.at(2026, 10, 1)):
        for _ in range(3):
            cases.referred(title="資產託管之釐清")
    news("custody", title_zh="託管座談")
    with django_assert_max_num_queries(7):
        get("/search/?q=資產託管")


def test_sign_in_offers_the_way_to_a_forgotten_password_once() -> None:
    assert get("/accounts/login/").content.decode().count('href="/accounts/password/reset/"') == 1


@pytest.mark.parametrize("address", ["/search/", "/proposals/"])
def test_declined_case_is_found_by_its_whole_number_and_by_no_word(address: str) -> None:
    with clock.at(NOW):
        case = cases.submitted(title="不予公開的標題")
        decline_proposal(user=cases.convener_of(case), proposal=case, reason="not_regulatory", text="說明")
    wide = str(case.number).translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    for number in (case.number, wide):
        page = get(f"{address}?q={number}").content.decode()
        assert f'href="/proposals/{case.number}/"' in page
        assert "不予公開的標題" not in page
    assert f"/proposals/{case.number}/" not in get(f"{address}?q=標題").content.decode()


def test_page_not_found_tells_the_signed_in_whom_to_ask() -> None:
    client = Client()
    asked = "洽秘書處"
    assert asked not in client.get("/proposals/115-9999/").content.decode()
    client.force_login(cases.person())
    response = client.get("/dashboard/")
    assert response.status_code == 404
    assert asked in response.content.decode()
