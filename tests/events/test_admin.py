"""News in the admin: written by the secretariat, seen before it is public, published now or later."""

from datetime import timedelta

import pytest
from django.test import Client

from events.models import NewsItem
from members import clock
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
ADD = "/admin/events/newsitem/add/"
TEXT = {"title_zh": "分組會議通過三案", "body_zh": "**內文**", "kind": "news"}


@pytest.fixture
def secretariat() -> Client:
    return signed_in(cases.person(secretariat=True))


def test_news_is_a_draft_with_an_address_of_its_own_until_published(secretariat: Client) -> None:
    assert secretariat.post(ADD, TEXT).status_code == 302
    item = NewsItem.objects.get()
    assert item.slug == "分組會議通過三案"
    assert not item.is_published


def test_english_title_makes_the_address_and_a_taken_one_gets_a_number(secretariat: Client) -> None:
    for _ in range(2):
        secretariat.post(ADD, TEXT | {"title_en": "Three cases adopted"})
    assert set(NewsItem.objects.values_list("slug", flat=True)) == {
        "three-cases-adopted",
        "three-cases-adopted-2",
    }


def test_save_and_publish_now_sets_the_moment_once(secretariat: Client) -> None:
    secretariat.post(ADD, TEXT | {"_publish": "1"})
    item = NewsItem.objects.get()
    assert item.is_published
    sent = TEXT | {
        "slug": item.slug,
        "title_zh": "改題",
        "published_at_0": "2026-01-05",
        "published_at_1": "09:00",
        "_publish": "1",
    }
    secretariat.post(f"/admin/events/newsitem/{item.pk}/change/", sent)
    item.refresh_from_db()
    assert (item.title_zh, clock.local_date(item.published_at).isoformat()) == ("改題", "2026-01-05")


def test_news_of_a_later_moment_is_planned(secretariat: Client) -> None:
    later = clock.now() + timedelta(days=2)
    secretariat.post(ADD, TEXT | {"published_at_0": later.date().isoformat(), "published_at_1": "09:00"})
    item = NewsItem.objects.get()
    assert item.published_at is not None
    assert not item.is_published


def test_news_is_found_by_two_characters_at_once(secretariat: Client) -> None:
    secretariat.post(ADD, TEXT)
    assert "會議" in str(NewsItem.objects.get().search)


def test_drafts_are_published_from_the_list_and_old_dates_stand(secretariat: Client) -> None:
    past = clock.now() - timedelta(days=30)
    draft = NewsItem.objects.create(slug="a", title_zh="甲", body_zh="文")
    old = NewsItem.objects.create(slug="b", title_zh="乙", body_zh="文", published_at=past)
    rows = {"action": "publish_now", "_selected_action": [draft.pk, old.pk]}
    secretariat.post("/admin/events/newsitem/", rows)
    draft.refresh_from_db()
    old.refresh_from_db()
    assert draft.is_published
    assert old.published_at == past


def test_preview_shows_a_draft_as_readers_will_see_it(secretariat: Client) -> None:
    item = NewsItem.objects.create(slug="a", title_zh="甲", body_zh="**粗體** <script>alert(1)</script>")
    html = secretariat.get(f"/admin/events/newsitem/{item.pk}/preview/").content.decode()
    assert "<strong>粗體</strong>" in html
    assert "<script>alert" not in html


def test_preview_is_for_those_who_keep_the_news() -> None:
    item = NewsItem.objects.create(slug="a", title_zh="甲", body_zh="文")
    path = f"/admin/events/newsitem/{item.pk}/preview/"
    client = Client()
    assert client.get(path).status_code == 302
    client.force_login(cases.person(convenes=cases.group()))
    assert client.get(path).status_code == 403


def test_news_about_a_case_that_is_not_public_is_refused(secretariat: Client) -> None:
    case = cases.submitted()
    answer = secretariat.post(ADD, TEXT | {"proposal": case.pk})
    assert answer.status_code == 200
    assert not NewsItem.objects.exists()
