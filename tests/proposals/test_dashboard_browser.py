"""The ministry's pages in a real browser: keys in the list, and nothing that axe objects to."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from members.models import User
from proposals.actions import answering
from proposals.actions.answer_texts import save_answer_text
from proposals.models import Proposal, SavedText
from tests import cases

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = {"outcome": "partly", "reason": "部分參採之理由", "legal_basis": "證券交易法第22條"}


@pytest.fixture
def case() -> Proposal:
    """One ask answered and corrected, the other laid before the proposer."""
    row = cases.referred(restricted="商業機密")
    referral = cases.lead_of(row)
    user = cases.liaison_of(referral.ministry)
    asks = list(row.asks.values_list("pk", flat=True))
    answering.save_answer_drafts(user=user, referral=referral, drafts={pk: dict(TEXT) for pk in asks})
    answers = answering.publish_answers(user=user, referral=referral, asks=asks[:1])
    answering.correct_answer(
        user=user, answer=answers[0], change="corrected", reason="誤引條文", fields={"reason": "更正後的理由"}
    )
    return row


def liaison(case: Proposal) -> User:
    return cases.liaison_of(cases.lead_of(case).ministry)


def test_keys_walk_the_list_while_the_focus_is_in_it(
    case: Proposal, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    second = cases.referred(organisation=cases.member_org("other"))
    page = sign_in(liaison(case))
    page.goto(f"{live_server.url}/dashboard/")
    page.keyboard.press("j")
    expect(page.locator(".todo-title:focus")).to_have_count(0)
    page.locator("[data-list-keys]").focus()
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    expect(page.locator(".todo-title").nth(1)).to_be_focused()
    page.keyboard.press("o")
    pks = {cases.lead_of(row).pk for row in (case, second)}
    page.wait_for_url(lambda url: any(url.endswith(f"/dashboard/{pk}/") for pk in pks))


@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_of_corrections_and_checks_hold_nothing_that_axe_objects_to(
    case: Proposal, sign_in: Callable[[Any], Page], live_server: Any, language: str
) -> None:
    pk, number = cases.lead_of(case).pk, case.number
    page = sign_in(liaison(case))
    addresses = [f"dashboard/{pk}/{step}/" for step in ("check_secrecy", "publish", "correct", "sign_off")]
    found = {each: objections(page, live_server, language, each) for each in [*addresses, "my/away/"]}
    asks = list(case.asks.values_list("pk", flat=True))[1:]
    check = answering.ask_secrecy_check(user=liaison(case), referral=cases.lead_of(case), asks=asks)
    for each in ("dashboard/", f"dashboard/{pk}/", f"proposals/{number}/"):
        found[each] = objections(page, live_server, language, each)
    page.context.clear_cookies()
    page = sign_in(cases.proposer_of(case))
    each = f"proposals/{number}/secrecy/{check.question_id}/"
    found[each] = objections(page, live_server, language, each)
    assert not {each: said for each, said in found.items() if said}


@pytest.fixture
def shared() -> Proposal:
    """A supporting body has published one answer and shares the draft of the other; the lead differs."""
    row = cases.referred(supporting=[cases.ministry("cbc")])
    for part, outcome in zip(row.referrals.order_by("part"), ("partly", "not_adopted"), strict=True):
        user = cases.liaison_of(part.ministry)
        asks = list(row.asks.values_list("pk", flat=True))
        drafts = {pk: TEXT | {"outcome": outcome} for pk in asks}
        answering.save_answer_drafts(user=user, referral=part, drafts=drafts)
        if not part.is_lead:
            answering.publish_answers(user=user, referral=part, asks=asks[:1])
            answering.share_drafts(user=user, referral=part)
    words = {"title": "結語", "text_zh": "以上說明，敬請參考。", "text_en": "So far."}
    save_answer_text(user=liaison(row), body=cases.lead_of(row).ministry, **words)
    return row


@pytest.mark.parametrize(("language", "width"), [("", 390), ("/en", 1280)])
def test_pages_side_by_side_hold_nothing_that_axe_objects_to(
    shared: Proposal, sign_in: Callable[[Any], Page], live_server: Any, language: str, width: int
) -> None:
    pk, text = cases.lead_of(shared).pk, SavedText.objects.get().pk
    page = sign_in(liaison(shared))
    page.set_viewport_size({"width": width, "height": 800})
    addresses = [f"dashboard/{pk}/{step}/" for step in ("draft", "publish", "share_draft")]
    addresses += [
        "dashboard/?sort=new&q=x",
        "dashboard/texts/",
        "dashboard/texts/new/",
        f"dashboard/texts/{text}/",
    ]
    found = {each: objections(page, live_server, language, each) for each in addresses}
    assert not {each: said for each, said in found.items() if said}


def test_text_is_put_where_the_caret_stands(
    shared: Proposal, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    ask = shared.asks.first()
    page = sign_in(liaison(shared))
    page.goto(f"{live_server.url}/dashboard/{cases.lead_of(shared).pk}/draft/")
    reason = page.locator(f"#id_ask-{ask.pk}-reason")
    reason.fill("前文\n後文")
    reason.evaluate("field => field.setSelectionRange(3, 3)")
    reason.evaluate("field => field.blur()")
    page.locator(f"#saved_{ask.pk}").select_option(label="結語")
    page.locator(f"button[name=insert][value='{ask.pk}']").click()
    expect(reason).to_have_value("前文\n以上說明，敬請參考。後文")


def test_enter_in_a_field_of_the_draft_saves_it_and_shares_nothing(
    shared: Proposal, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    referral, ask = cases.lead_of(shared), shared.asks.first()
    page = sign_in(liaison(shared))
    page.goto(f"{live_server.url}/dashboard/{referral.pk}/draft/")
    field = page.locator(f"#id_ask-{ask.pk}-legal_basis")
    field.fill("銀行法第29條")
    field.press("Enter")
    expect(page.locator(".messages")).to_be_visible()
    assert referral.answerdrafts.get(ask=ask).legal_basis == "銀行法第29條"
    referral.refresh_from_db()
    assert referral.drafts_shared_at is None


def objections(page: Page, live_server: Any, language: str, address: str) -> list[str]:
    answer = page.goto(f"{live_server.url}{language}/{address}")
    assert answer is not None
    assert answer.status == 200
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
