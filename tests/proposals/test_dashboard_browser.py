"""The ministry's pages in a real browser: keys in the list, and nothing that axe objects to."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from members.models import User
from proposals.actions import answering
from proposals.models import Proposal
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


def objections(page: Page, live_server: Any, language: str, address: str) -> list[str]:
    answer = page.goto(f"{live_server.url}{language}/{address}")
    assert answer is not None
    assert answer.status == 200
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in found]
