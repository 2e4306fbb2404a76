"""A bad day in a real browser: personal data stand in a title; the secretariat takes them out."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from proposals.actions.drafting import submit_proposal
from proposals.actions.scanning import scan_case
from proposals.actions.triage import accept_proposal
from proposals.models import Proposal
from tests import cases

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "0912-345-678"


@pytest.fixture
def case() -> Proposal:
    """Its author has said that the number is meant to be public; the person whose it is has not."""
    draft = cases.draft(
        title=f"電子支付實名驗證（聯絡 {NUMBER}）",
        title_other=f"Identity checks for e-payments ({NUMBER})",
        summary="請釐清以視訊方式確認身分是否符合規定。",
        restricted="商業機密",
    )
    user = cases.proposer_of(draft)
    case = submit_proposal(user=user, proposal=draft, confirmed=scan_case(draft).fingerprint)
    return accept_proposal(user=cases.convener_of(case), proposal=case)


def objections(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    return [violation["id"] for violation in found.response["violations"]]


def shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        for size, width in (("desk", 1280), ("phone", 390)):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=f"{folder}/{name}-{size}-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def test_number_in_a_title_is_taken_out(
    case: Proposal, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    page = sign_in(cases.person("office@example.org", secretariat=True, language="en"))
    page.goto(f"{live_server.url}/admin/proposals/proposal/{case.pk}/change/")
    hint = page.locator(".redact-hint")
    expect(hint).to_be_visible()
    shot(page, "hint")
    assert objections(page) == []
    hint.get_by_role("link").click()
    shot(page, "redact")
    assert objections(page) == []
    page.locator("[name=words]").fill(NUMBER)
    page.locator("[name=preview]").click()
    expect(page.locator(".redact-words").first).to_contain_text("████")
    shot(page, "preview")
    assert objections(page) == []
    page.locator("[name=reason]").fill("當事人請求")
    page.locator("[name=confirm]").click()
    expect(page.locator(".redact-hint")).to_have_count(0)
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/proposals/{case.number}/")
    expect(page.locator("h1")).to_contain_text("████")
    assert NUMBER not in page.content()
    shot(page, "public")
    assert objections(page) == []


def test_text_is_removed_and_who_had_access_listed(
    case: Proposal, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    page = sign_in(cases.person("office@example.org", secretariat=True))
    page.goto(f"{live_server.url}/admin/proposals/proposal/{case.pk}/redact/")
    page.locator(f"a[href*='text/proposals.proposal:{case.pk}:summary']").click()
    shot(page, "text")
    assert objections(page) == []
    page.locator("[name=reason]").fill("當事人請求")
    page.locator("button.danger").click()
    expect(page.locator(".redact-access li").first).to_be_visible()
    shot(page, "access")
    assert objections(page) == []
