"""News as everybody reads them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from events.actions.news import save_news
from events.models import NewsItem
from events.views.news import highest_heading
from members import clock
from proposals.actions.proposer import withdraw_proposal
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)


def get(path: str) -> Any:
    with clock.at(NOW):
        return Client().get(path)


def news(slug: str, **fields: Any) -> NewsItem:
    defaults = {"title_zh": f"消息 {slug}", "body_zh": "內文", "published_at": NOW}
    return save_news(NewsItem(slug=slug, **defaults | fields))


def test_news_lists_published_items_only() -> None:
    shown = news("shown")
    news("draft", published_at=None)
    news("later", published_at=NOW + timedelta(minutes=1))
    assert list(get("/news/").context["page_obj"]) == [shown]
    assert get("/news/later/").status_code == get("/news/draft/").status_code == 404


def test_news_of_one_kind_leaves_the_others_out() -> None:
    news("a")
    trend = news("b", kind="trend")
    assert list(get("/news/?kind=trend").context["page_obj"]) == [trend]
    assert len(get("/news/?kind=nonsense").context["page_obj"]) == 2


@pytest.mark.parametrize("number", ["0", "-1", "x", "999"])
def test_news_on_a_page_that_does_not_exist_shows_one_that_does(number: str) -> None:
    news("a")
    assert len(get(f"/news/?page={number}").context["page_obj"]) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_news_take_two_statements(rows: int, django_assert_num_queries: Any) -> None:
    for n in range(rows):
        news(f"n{n}")
    with django_assert_num_queries(2):
        get("/news/")


def test_article_says_when_there_is_no_english() -> None:
    news("only", title_zh="只有中文", body_zh="內文")
    page = get("/en/news/only/").content.decode()
    assert "Chinese only" in page
    assert 'lang="zh-Hant">' in page


def test_article_shows_its_case_only_while_the_case_is_public() -> None:
    with clock.at(cases.at(2026, 10, 1)):
        case = cases.referred(title="相關的案件")
    news("about", proposal=case)
    assert case.number in get("/news/about/").content.decode()
    with clock.at(NOW):
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    page = get("/news/about/").content.decode()
    assert case.number not in page
    assert "相關的案件" not in page


def test_article_shows_html_of_its_author_as_text() -> None:
    news("evil", body_zh="<script>alert(1)</script> **好**")
    page = get("/news/evil/").content.decode()
    assert "<script>alert" not in page
    assert "<strong>好</strong>" in page


@pytest.mark.parametrize(
    ("text", "level"), [("# a\n## b", 1), ("## a\n### b", 2), ("no heading", 1), ("#tag", 1)]
)
def test_headings_of_an_article_follow_those_of_the_page(text: str, level: int) -> None:
    assert highest_heading(text) == level


def test_saving_news_indexes_and_dates_it() -> None:
    with clock.at(NOW):
        item = news("indexed", title_zh="電子簽章")
    item.refresh_from_db()
    assert "電子" in item.search
    assert item.updated_at == NOW
