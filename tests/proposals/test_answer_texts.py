"""A ministry's saved texts: kept by those who answer, offered with each draft, inserted with nothing lost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.actions.answer_texts import save_answer_text, use_answer_text
from proposals.models import AnswerDraft, Referral, SavedText
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
LIST = "/en/dashboard/texts/"
WORDS = {"title": "結語", "text_zh": "以上說明，敬請參考。", "text_en": "So far our explanation."}


@pytest.fixture
def referral() -> Referral:
    return cases.lead_of(cases.referred())


@pytest.fixture
def liaison() -> User:
    return cases.liaison_of(cases.ministry())


def keep(user: User, **changes: str) -> SavedText:
    return save_answer_text(user=user, body=cases.ministry(), **{**WORDS, **changes})


def page(user: User, address: str = LIST) -> str:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# --- keeping them --------------------------------------------------------------------------------


def test_text_is_kept_and_changed_by_those_who_answer_alone(liaison: User) -> None:
    text = keep(cases.person(deputy_of=cases.ministry()))
    save_answer_text(user=liaison, body=text.body, text=text, **{**WORDS, "title": "新結語"})
    text.refresh_from_db()
    assert (text.title, text.kind, text.body) == ("新結語", "answer", cases.ministry())
    outsiders = [
        cases.person(supervises=cases.ministry()),
        cases.person(liaison_of=cases.ministry("moj")),
        cases.person(secretariat=True),
    ]
    for user in outsiders:
        with pytest.raises(NotAllowed):
            keep(user, title="另一則")
        with pytest.raises(NotAllowed):
            save_answer_text(user=user, body=text.body, text=text, **WORDS)
        with pytest.raises(NotAllowed):
            use_answer_text(user=user, text=text, is_active=False)
    assert SavedText.objects.get().is_active


def test_text_of_the_secretariat_is_no_ministrys_to_change(liaison: User) -> None:
    general = SavedText.objects.create(kind="answer", title="通用", text_zh="通用文字")
    with pytest.raises(NotAllowed):
        use_answer_text(user=liaison, text=general, is_active=False)
    with pytest.raises(NotAllowed):
        save_answer_text(user=liaison, body=cases.ministry(), text=general, **WORDS)
    assert signed_in(liaison).get(f"{LIST}{general.pk}/").status_code == 404
    assert "通用文字" in page(liaison)


@pytest.mark.parametrize("changes", [{"title": " "}, {"text_zh": "", "text_en": " "}, {"title": "已有"}])
def test_text_without_words_or_with_a_title_that_is_taken_is_refused(
    liaison: User, changes: dict[str, str]
) -> None:
    keep(liaison, title="已有")
    with pytest.raises(Refused):
        keep(liaison, **changes)
    assert SavedText.objects.count() == 1


def test_text_is_written_changed_retired_and_used_again_on_pages(liaison: User) -> None:
    client = signed_in(liaison)
    sent = {"body": "fsc", **WORDS}
    assert client.post(f"{LIST}new/", sent).status_code == 302
    again = client.post(f"{LIST}new/", sent)
    assert again.status_code == 422
    assert WORDS["text_zh"] in again.content.decode()
    text = SavedText.objects.get()
    assert client.post(f"{LIST}{text.pk}/", sent | {"text_en": ""}).status_code == 302
    for use, is_active in (("off", False), ("on", True)):
        assert client.post(f"{LIST}{text.pk}/", {"use": use}).status_code == 302
        text.refresh_from_db()
        assert (text.is_active, text.text_en) == (is_active, "")


def test_list_shows_the_own_bodys_texts_only_and_lets_onlookers_read(liaison: User) -> None:
    keep(liaison)
    assert WORDS["text_zh"] in page(cases.person(supervises=cases.ministry()))
    assert WORDS["text_zh"] not in page(cases.person(liaison_of=cases.ministry("moj")))


def test_list_asks_as_often_for_three_texts_as_for_one(liaison: User) -> None:
    client = signed_in(liaison)

    def count() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    keep(liaison)
    before = count()
    keep(liaison, title="二")
    keep(liaison, title="三")
    assert count() == before


# --- on the page of a draft ----------------------------------------------------------------------


def test_draft_offers_the_own_texts_in_use_and_those_for_all(referral: Referral, liaison: User) -> None:
    keep(liaison)
    use_answer_text(user=liaison, text=keep(liaison, title="停用"), is_active=False)
    SavedText.objects.create(kind="answer", title="通用", text_zh="通用文字")
    SavedText.objects.create(kind="ask", title="補件用", text_zh="請補件")
    other = cases.ministry("moj")
    save_answer_text(user=cases.liaison_of(other), body=other, **{**WORDS, "title": "他部的"})
    answer = signed_in(liaison).get(f"/en/dashboard/{referral.pk}/draft/")
    assert [choice.title for choice in answer.context["choices"]] == ["結語", "通用"]
    assert [choice.words for choice in answer.context["choices"]] == [WORDS["text_en"], "通用文字"]


def test_text_is_put_below_what_was_typed_without_script_and_nothing_is_saved(
    referral: Referral, liaison: User
) -> None:
    text = keep(liaison)
    first, second = referral.proposal.asks.values_list("pk", flat=True)
    sent = {
        f"ask-{first}-reason": "打到一半",
        f"ask-{second}-legal_basis": "證券交易法",
        f"saved-{first}": text.pk,
        "insert": first,
    }
    answer = signed_in(liaison).post(f"/dashboard/{referral.pk}/draft/", sent)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "打到一半\n\n以上說明，敬請參考。" in page
    assert "證券交易法" in page
    assert not AnswerDraft.objects.exists()


@pytest.mark.parametrize("sent", [{"insert": "x"}, {"insert": "1", "saved-1": "999999"}, {"insert": ""}])
def test_nonsense_in_place_of_a_text_inserts_nothing(
    referral: Referral, liaison: User, sent: dict[str, str]
) -> None:
    answer = signed_in(liaison).post(f"/en/dashboard/{referral.pk}/draft/", sent)
    assert answer.status_code == 200
    assert not AnswerDraft.objects.exists()
