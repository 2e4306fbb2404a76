"""Triage in a real browser: the keys of the queue, texts put in at the caret, a phone's width, and axe."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from members.models import Domain, Law
from proposals.actions.triage import accept_proposal
from proposals.models import Proposal, RoutingRule, SavedText
from proposals.states import ProposalState
from tests import cases

from .desk import LIST, page, state

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


@pytest.fixture
def rows() -> list[Proposal]:
    """Three cases that the rules know a lead for, and a text for each decision."""
    found = [cases.submitted(), cases.submitted(), cases.submitted()]
    RoutingRule.objects.create(law=Law.objects.get(), body=cases.ministry("fsc"))
    domain = Domain.objects.create(slug="evidence", name_zh="數位證據")
    found[0].domains.add(domain)
    RoutingRule.objects.create(domain=domain, body=cases.ministry("moj"), part="support", reason_zh="主管")
    for kind in SavedText.Kind.values:
        SavedText.objects.create(kind=kind, title="常用", text_zh="請敘明條次。", text_en="Name the article.")
    return found


def test_keys_walk_select_and_open_while_the_focus_is_in_the_queue(
    rows: list[Proposal], sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    desk = sign_in(cases.convener_of(rows[0]))
    desk.goto(live_server.url + LIST)
    desk.keyboard.press("j")
    expect(desk.locator("#result_list a:focus")).to_have_count(0)
    keys = desk.locator("details.keys")
    keys.locator("summary").click()
    keys.locator("button").click()
    boxes = desk.locator("input.action-select")
    for key in ("x", "j", "j", "x", "j", "k"):
        desk.keyboard.press(key)
    assert [boxes.nth(at).is_checked() for at in range(3)] == [True, False, True]
    desk.keyboard.press("?")
    expect(keys).not_to_have_attribute("open", "")
    desk.keyboard.press("/")
    expect(desk.locator("#searchbar")).to_be_focused()
    desk.locator("#result_list tbody th a").nth(1).focus()
    desk.keyboard.press("o")
    desk.wait_for_url(f"**{page(rows[1])}*")


def test_text_goes_in_at_the_caret_and_overwrites_nothing(
    rows: list[Proposal], sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    desk = sign_in(cases.convener_of(rows[0]))
    desk.goto(live_server.url + page(rows[0]))
    desk.locator("#step-decline > summary").click()
    field = desk.locator("#step-decline textarea")
    field.fill("甲\n乙")
    field.evaluate("field => field.setSelectionRange(0, 2)")
    desk.locator("#step-decline [name=saved]").select_option(label="常用")
    desk.locator("#step-decline [name=insert]").click()
    expect(field).to_have_value("甲\n請敘明條次。乙")
    expect(field).to_be_focused()
    assert state(rows[0]) == ProposalState.SCREENING


@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_of_triage_fit_a_phone_and_hold_nothing_that_axe_objects_to(
    rows: list[Proposal], sign_in: Callable[[Any], Page], live_server: Any, language: str
) -> None:
    desk = sign_in(cases.convener_of(rows[0]))
    desk.set_viewport_size({"width": 390, "height": 800})
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        violations = Axe().run(desk).response["violations"]
        found[name] = [f"{rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in violations]
        over = desk.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found[name] += [f"{over} px too wide"] if over else []

    def visit(path: str) -> None:
        desk.goto(live_server.url + language + path)

    visit(LIST)
    desk.locator("details.keys summary").click()
    look("queue")
    for box in desk.locator("input.action-select").all():
        box.check()
    desk.locator("button[name=action][value=route]").click()
    look("by rules")
    visit(page(rows[0]))
    desk.locator("#step-refer > summary").click()
    desk.locator("#step-decline > summary").click()
    look("case")
    desk.locator("#step-decline textarea").fill("寫了很久的理由")
    desk.locator("#step-decline select[name=decline-reason]").select_option("unclear")
    accept_proposal(user=cases.convener_of(rows[0]), proposal=rows[0])
    desk.locator("#step-decline button[type=submit]").click()
    look("too late")
    expect(desk.locator(".since-entries li")).to_have_count(1)
    expect(desk.locator("#step-decline textarea")).to_have_value("寫了很久的理由")
    for name in ("savedtext", "routingrule"):
        visit(f"/admin/proposals/{name}/")
        look(name)
        desk.locator("#result_list tbody th a").first.click()
        desk.wait_for_url("**/change/*")
        look(f"one {name}")
    assert not {name: said for name, said in found.items() if said}
