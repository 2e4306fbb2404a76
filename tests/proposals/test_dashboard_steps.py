"""The steps of the ministry's dashboard: what is refused is said, and nothing typed is lost."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils.translation import override

from members.models import User
from proposals.actions import answering
from proposals.models import Answer, AnswerDraft, DeadlinePolicy, Referral
from proposals.states import ReferralState
from tests import cases
from tests.cases import signed_in

from .dashboard import STEPS_ALL, TEXT, address, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral() -> Referral:
    return cases.lead_of(cases.referred())


@pytest.fixture
def liaison(referral: Referral) -> User:
    return cases.liaison_of(referral.ministry)


@pytest.fixture
def client(liaison: User) -> Client:
    return signed_in(liaison)


@pytest.fixture(autouse=True)
def _chinese():
    """Requests leave their language behind in the thread; each test begins in Chinese."""
    with override("zh-hant"):
        yield


# --- steps ---------------------------------------------------------------------------------------


def test_step_has_a_page_of_its_own(client: Client, referral: Referral) -> None:
    for step in set(STEPS_ALL) - {"sign_off"}:
        assert client.get(address(referral, step)).status_code == 200, step
    post(client, referral, "accept")
    assert client.get(address(referral, "sign_off")).status_code == 200


def test_step_that_is_shut_says_why_instead_of_a_form(
    client: Client, liaison: User, referral: Referral
) -> None:
    answering.extend_referral(user=liaison, referral=referral, amount=10, unit="day", reason="r")
    for step, why in (("extend", "extended once already"), ("delay", "not late")):
        page = client.get(address(referral, step, "en"))
        assert page.status_code == 200
        assert why in page.content.decode()
        assert "<textarea" not in page.content.decode()


def test_extension_offers_no_more_than_its_policy_allows(client: Client, referral: Referral) -> None:
    DeadlinePolicy.objects.filter(kind="answer").update(extendable_by=15)
    page = client.get(address(referral, "extend", "en")).content.decode()
    assert 'max="15"' in page
    assert "In days, 15 at most." in page
    assert post(client, referral, "extend", amount=16, reason="我打的字").status_code == 422
    assert post(client, referral, "extend", amount=15, reason="會商").status_code == 302


def test_step_that_is_no_longer_possible_leads_back(
    client: Client, liaison: User, referral: Referral
) -> None:
    answering.accept_referral(user=liaison, referral=referral)
    response = client.get(address(referral, "return"), follow=True)
    assert response.redirect_chain == [(address(referral), 302)]
    assert [m.level_tag for m in response.context["messages"]] == ["warning"]


STEPS = {
    "ask": {"text": "請補充"},
    "extend": {"amount": 10, "reason": "尚待會商"},
    "record": {"reply_number": "金管法字第1號"},
    "interim": {"text": "研議中"},
}


@pytest.mark.parametrize("step", STEPS)
def test_step_is_taken_and_leads_back_to_the_case(client: Client, referral: Referral, step: str) -> None:
    response = post(client, referral, step, **STEPS[step])
    assert (response.status_code, response.url) == (302, address(referral))


EMPTY = {
    "return": {},
    "ask": {"text": "  "},
    "extend": {"amount": "", "reason": ""},
    "record": {},
    "interim": {"text": ""},
    "publish": {},
}
WRONG = [
    ("extend", {"amount": 61, "reason": "我打的字"}),
    ("extend", {"amount": -1, "reason": "我打的字"}),
    ("extend", {"amount": "9" * 30, "reason": "我打的字"}),
    ("record", {"received_on": "2099-01-01", "reply_number": "我打的字"}),
    ("record", {"received_on": "昨天", "reply_number": "我打的字"}),
    ("interim", {"text": "我打的字", "expected_on": "2019-01-01"}),
    ("ask", {"text": "我打的字" * 6000}),
    ("return", {"body": 10**30, "reason": "我打的字"}),
]


@pytest.mark.parametrize("step", EMPTY)
def test_empty_form_comes_back_with_its_errors(client: Client, referral: Referral, step: str) -> None:
    response = post(client, referral, step, **EMPTY[step])
    assert response.status_code == 422
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT
    if step != "publish":
        assert 'class="error-summary"' in response.content.decode()


@pytest.mark.parametrize(("step", "data"), WRONG)
def test_wrong_input_comes_back_with_what_was_typed(
    client: Client, referral: Referral, step: str, data: dict[str, object]
) -> None:
    response = post(client, referral, step, **data)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'class="error-summary"' in page
    assert "我打的字" in page


def test_second_click_on_accept_is_a_clear_sentence(client: Client, referral: Referral) -> None:
    assert post(client, referral, "accept").status_code == 302
    response = post(client, referral, "accept")
    assert response.status_code == 409
    assert "Nothing was changed" in client.post(address(referral, "accept", "en")).content.decode()
    assert referral.timeline.filter(kind="accepted_by_ministry").count() == 1


# --- drafts and publishing -----------------------------------------------------------------------


def draft_data(referral: Referral, seen: dict[int, str] | None = None, **text: str) -> dict[str, str]:
    data = {}
    for ask in referral.proposal.asks.all():
        data |= {f"ask-{ask.pk}-{name}": value for name, value in text.items()}
        data[f"ask-{ask.pk}-seen"] = (seen or {}).get(ask.pk, "")
    return data


def seen_now(referral: Referral) -> dict[int, str]:
    return {d.ask_id: d.updated_at.isoformat() for d in AnswerDraft.objects.filter(referral=referral)}


def test_incomplete_draft_is_saved(client: Client, referral: Referral) -> None:
    data = draft_data(referral, reason="想到一半")
    assert client.post(address(referral, "draft"), data).status_code == 302
    assert set(referral.answerdrafts.values_list("reason", "outcome")) == {("想到一半", "")}
    assert "想到一半" in client.get(address(referral, "draft")).content.decode()


def test_empty_drafts_leave_no_rows(client: Client, referral: Referral) -> None:
    client.post(address(referral, "draft"), draft_data(referral))
    assert not referral.answerdrafts.exists()


def test_draft_is_read_by_its_own_body_only(liaison: User, referral: Referral) -> None:
    ask = referral.proposal.asks.first()
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={ask.pk: TEXT})
    readers = {
        "liaison": liaison,
        "secretariat": cases.person(secretariat=True),
        "convener": cases.convener_of(referral.proposal),
        "proposer": cases.proposer_of(referral.proposal),
        "anonymous": AnonymousUser(),
    }
    allowed = {who for who, user in readers.items() if AnswerDraft.objects.visible_to(user).exists()}
    assert allowed == {"liaison"}


def test_colleague_who_was_faster_is_shown_and_nothing_is_lost(
    client: Client, liaison: User, referral: Referral
) -> None:
    other = cases.person(deputy_of=referral.ministry, name="代理人")
    ask = referral.proposal.asks.first()
    answering.save_answer_drafts(
        user=other, referral=referral, drafts={ask.pk: TEXT | {"reason": "同仁的字"}}
    )
    response = client.post(address(referral, "draft"), draft_data(referral, reason="我打的字"))
    page = response.content.decode()
    assert response.status_code == 409
    assert "同仁的字" in page
    assert "我打的字" in page
    assert "代理人" in page
    assert referral.answerdrafts.get().reason == "同仁的字"
    again = draft_data(referral, seen_now(referral), reason="我打的字")
    assert f'value="{seen_now(referral)[ask.pk]}"'.replace("+", "&#x2B;") in page.replace("+", "&#x2B;")
    assert client.post(address(referral, "draft"), again).status_code == 302
    assert set(referral.answerdrafts.values_list("reason", flat=True)) == {"我打的字"}


def test_ask_published_meanwhile_keeps_what_was_typed(
    client: Client, liaison: User, referral: Referral
) -> None:
    ask = referral.proposal.asks.first()
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={ask.pk: TEXT})
    data = draft_data(referral, seen_now(referral), reason="我打的字")
    answering.publish_answers(user=liaison, referral=referral, asks=[ask.pk])
    response = client.post(address(referral, "draft"), data)
    assert response.status_code == 409
    assert response.content.decode().count("我打的字") == 2
    assert Answer.objects.get().reason == "理由"


def test_publishing_needs_the_confirmation(client: Client, liaison: User, referral: Referral) -> None:
    asks = list(referral.proposal.asks.values_list("pk", flat=True))
    answering.save_answer_drafts(user=liaison, referral=referral, drafts=dict.fromkeys(asks, TEXT))
    data: dict[str, object] = {"asks": asks}
    data |= {f"seen-{pk}": seen for pk, seen in seen_now(referral).items()}
    assert client.post(address(referral, "publish"), data).status_code == 422
    assert not Answer.objects.exists()
    assert client.post(address(referral, "publish"), data | {"sure": "on"}).status_code == 302
    referral.refresh_from_db()
    assert referral.state == ReferralState.ANSWERED
    assert Answer.objects.count() == 2


def test_publishing_what_a_colleague_has_changed_is_refused(
    client: Client, liaison: User, referral: Referral
) -> None:
    ask = referral.proposal.asks.first()
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={ask.pk: TEXT})
    data = {"asks": [ask.pk], f"seen-{ask.pk}": seen_now(referral)[ask.pk], "sure": "on"}
    answering.save_answer_drafts(
        user=liaison, referral=referral, drafts={ask.pk: TEXT | {"reason": "改過的"}}
    )
    response = client.post(address(referral, "publish"), data)
    assert response.status_code == 409
    assert "改過的" in response.content.decode()
    assert not Answer.objects.exists()


def test_incomplete_draft_is_not_published(client: Client, liaison: User, referral: Referral) -> None:
    ask = referral.proposal.asks.first()
    answering.save_answer_drafts(user=liaison, referral=referral, drafts={ask.pk: TEXT | {"legal_basis": ""}})
    data = {"asks": [ask.pk], f"seen-{ask.pk}": seen_now(referral)[ask.pk], "sure": "on"}
    assert client.post(address(referral, "publish"), data).status_code == 422
    assert not Answer.objects.exists()
