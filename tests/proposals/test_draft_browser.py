"""The draft page in a real browser: saved while one types, asks in place, text that outlives a session."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from proposals.actions.answering import ask_proposer
from proposals.actions.sponsors import invite_sponsor
from proposals.actions.triage import ask_for_information
from proposals.models import Proposal
from tests import cases

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft() -> Proposal:
    return cases.draft()


@pytest.fixture
def opened(draft: Proposal, sign_in: Callable[[Any], Page], live_server: Any) -> Page:
    page = sign_in(cases.proposer_of(draft))
    page.goto(f"{live_server.url}/my/drafts/{draft.draft_id}/")
    return page


def test_typing_is_saved_and_previewed(opened: Page, draft: Proposal) -> None:
    opened.locator("#id_summary").fill("一邊寫一邊存")
    version = opened.locator("[name=version]").input_value()
    expect(opened.locator("[name=version]")).not_to_have_value(version, timeout=10_000)
    expect(opened.locator("[data-preview=summary]")).to_have_text("一邊寫一邊存")
    draft.refresh_from_db()
    assert draft.summary == "一邊寫一邊存"


def test_saving_that_is_on_its_way_is_no_other_persons_change(opened: Page, draft: Proposal) -> None:
    opened.evaluate(
        """() => {
          const ask = window.fetch;
          window.fetch = async (...given) => {
            const answer = await ask(...given);
            await new Promise((resume) => setTimeout(resume, 1000));
            return answer;
          };
        }"""
    )
    with opened.expect_response("**/autosave/"):
        opened.locator("#id_summary").fill("已送出")
    opened.locator("#id_conflict").fill("隨後寫的")
    with opened.expect_navigation():
        opened.locator(".savebar button").click()
    expect(opened.locator(".conflict")).to_have_count(0)
    expect(opened.locator("#id_conflict")).to_have_value("隨後寫的")
    draft.refresh_from_db()
    assert (draft.summary, draft.conflict) == ("已送出", "隨後寫的")


def test_asks_are_added_and_removed_in_place(opened: Page, draft: Proposal) -> None:
    opened.locator("[data-add]").click()
    opened.locator("#id_asks-2-text").fill("第三項")
    opened.locator("[data-remove]").first.click()
    expect(opened.locator("[data-asks] > [data-ask]")).to_have_count(2)
    expect(opened.locator("#id_asks-1-text")).to_have_value("第三項")
    opened.locator(".savebar button").click()
    assert [ask.text for ask in draft.asks.all()] == ["訴求 2", "第三項"]


def test_parts_unfold_from_the_bar_on_a_phone_and_lead_to_each_part(opened: Page, draft: Proposal) -> None:
    opened.set_viewport_size({"width": 390, "height": 844})
    parts = opened.locator(".parts-menu")
    parts.locator("summary").click()
    parts.get_by_role("link").nth(4).click()
    expect(opened.locator("#benefit-h")).to_be_in_viewport()
    expect(parts.get_by_role("list")).to_be_hidden()
    opened.locator("#id_benefit_firms").fill("手機上寫的")
    opened.locator("#benefit .onward button").click()
    expect(opened).to_have_url(re.compile("#texts$"))
    draft.refresh_from_db()
    assert draft.benefit_firms == "手機上寫的"
    parts.locator("summary").click()
    opened.keyboard.press("Escape")
    expect(parts.get_by_role("list")).to_be_hidden()


def test_text_outlives_a_lost_session(
    opened: Page, draft: Proposal, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    opened.context.clear_cookies()
    opened.locator("#id_conflict").fill("登出後寫的")
    expect(opened.locator("[data-status]")).to_have_class("is-bad", timeout=10_000)
    opened.on("dialog", lambda dialog: dialog.accept())
    sign_in(cases.proposer_of(draft))
    opened.goto(f"{live_server.url}/my/drafts/{draft.draft_id}/")
    expect(opened.locator("#id_conflict")).to_have_value("登出後寫的")
    opened.locator(".savebar button").click()
    draft.refresh_from_db()
    assert draft.conflict == "登出後寫的"


def test_pressing_save_after_the_session_ended_loses_nothing(
    opened: Page, draft: Proposal, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    opened.context.clear_cookies()
    opened.locator("#id_conflict").fill("登出後寫的")
    opened.locator(".savebar button").click()
    expect(opened.locator("textarea[readonly]").first).to_be_visible()
    assert "登出後寫的" in [box.input_value() for box in opened.locator("textarea[readonly]").all()]
    draft.refresh_from_db()
    assert draft.conflict != "登出後寫的"
    sign_in(cases.proposer_of(draft))
    opened.goto(f"{live_server.url}/my/drafts/{draft.draft_id}/")
    expect(opened.locator("#id_conflict")).to_have_value("登出後寫的")


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_have_no_barriers(
    draft: Proposal, sign_in: Callable[[Any], Page], live_server: Any, prefix: str
) -> None:
    lead = cases.lead_of(cases.referred(organisation=draft.organisation, restricted="密"))
    question = ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="？")
    case = lead.proposal
    lacking = cases.submitted(organisation=draft.organisation)
    ask_for_information(user=cases.convener_of(lacking), proposal=lacking, text="補")
    partner = cases.member_org("partner")
    reader = cases.person(represents=partner)
    invite_sponsor(user=cases.proposer_of(draft), proposal=draft, organisation=partner)
    page = sign_in(cases.proposer_of(draft))
    for address in (
        "/proposals/new/",
        "/my/",
        "/my/?tab=open",
        f"/my/drafts/{draft.draft_id}/",
        f"/proposals/{case.number}/questions/{question.pk}/",
        f"/proposals/{case.number}/withdraw/",
        f"/proposals/{case.number}/restricted/",
        f"/proposals/{case.number}/versions/",
        f"/proposals/{lacking.number}/amend/",
    ):
        page.goto(f"{live_server.url}{prefix}{address}")
        results = Axe().run(page)
        assert results.violations_count == 0, f"{address}: {results.generate_report()}"
    page.goto(f"{live_server.url}{prefix}/my/drafts/{draft.draft_id}/")
    page.locator("#id_summary").fill("")
    page.locator("#submit button").first.click()
    assert page.locator(".error-summary").is_visible()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    sign_in(reader)
    page.goto(f"{live_server.url}{prefix}/my/drafts/{draft.draft_id}/sign/")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_second_tab_is_told_and_both_texts_are_shown_to_choose_from(opened: Page, draft: Proposal) -> None:
    other = opened.context.new_page()
    other.goto(opened.url)
    other.locator("#id_title").fill("另一個分頁的標題")
    other.locator("#id_conflict").fill("另一個分頁的衝突")
    other.locator(".savebar button").click()
    opened.locator("#id_title").fill("這個分頁的標題")
    opened.locator("#id_conflict").fill("這個分頁的衝突")
    expect(opened.locator("[data-status]")).to_have_class("is-bad", timeout=10_000)
    opened.locator(".savebar button").click()
    results = Axe().run(opened)
    assert results.violations_count == 0, results.generate_report()
    title, conflict = opened.locator("#conflict-title"), opened.locator("#conflict-conflict")
    expect(title).to_contain_text("另一個分頁的標題")
    expect(title).to_contain_text("這個分頁的標題")
    conflict.locator("summary").click()
    expect(conflict.locator("del")).to_have_text(re.compile("另一"))
    expect(conflict.locator("ins")).to_have_text(re.compile("這"))
    draft.refresh_from_db()
    assert draft.title == "另一個分頁的標題"
    title.locator("[value=stored]").check()
    opened.locator(".savebar button").click()
    draft.refresh_from_db()
    assert (draft.title, draft.conflict) == ("另一個分頁的標題", "這個分頁的衝突")


def test_text_of_a_tab_that_lost_outlives_what_the_other_tab_saves(opened: Page, draft: Proposal) -> None:
    """The tab that may not save is closed; the other one goes on, and its text arrives."""
    other = opened.context.new_page()
    other.goto(opened.url)
    other.locator("#id_title").fill("另一個分頁")
    other.locator(".savebar button").click()
    opened.locator("#id_conflict").fill("輸掉的分頁寫的")
    expect(opened.locator("[data-status]")).to_have_class("is-bad", timeout=10_000)
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto("about:blank")
    opened.close()
    version = other.locator("[name=version]").input_value()
    other.locator("#id_summary").fill("另一個分頁又寫")
    expect(other.locator("[name=version]")).not_to_have_value(version, timeout=10_000)
    other.reload()
    expect(other.locator("[data-offer]")).to_be_visible()
    other.locator("#id_benefit_firms").fill("先不理會")
    expect(other.locator("[data-status]")).to_contain_text(":", timeout=10_000)
    other.reload()
    other.locator("[data-take]").click()
    expect(other.locator("#id_conflict")).to_have_value("輸掉的分頁寫的")


def test_nothing_is_written_over_before_the_choice(opened: Page, draft: Proposal) -> None:
    other = opened.context.new_page()
    other.goto(opened.url)
    other.locator("#id_title").fill("另一個分頁")
    other.locator(".savebar button").click()
    opened.locator("#id_title").fill("這個分頁")
    opened.locator(".savebar button").click()
    opened.locator("#id_summary").fill("看到衝突後又寫")
    opened.wait_for_timeout(4_000)
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("另一個分頁", "摘要")
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto(opened.url)
    expect(opened.locator("[data-offer]")).to_be_visible()
    opened.locator("[data-take]").click()
    expect(opened.locator("#id_title")).to_have_value("這個分頁")
    expect(opened.locator("[data-status]")).to_have_class("is-bad", timeout=10_000)
    draft.refresh_from_db()
    assert draft.title == "另一個分頁"


def test_text_of_a_closed_tab_is_there_on_return(opened: Page, draft: Proposal) -> None:
    context, address = opened.context, opened.url
    context.route("**/autosave/", lambda route: route.abort())
    opened.locator("#id_conflict").fill("關閉前一秒寫的")
    opened.on("dialog", lambda dialog: dialog.accept())
    opened.goto("about:blank")
    opened.close()
    context.unroute("**/autosave/")
    opened = context.new_page()
    opened.goto(address)
    expect(opened.locator("#id_conflict")).to_have_value("關閉前一秒寫的")
    expect(opened.locator("[name=version]")).not_to_have_value(str(draft.version), timeout=10_000)
    draft.refresh_from_db()
    assert draft.conflict == "關閉前一秒寫的"
    assert opened.evaluate("localStorage.length") == 0


def test_deploy_in_the_middle_is_waited_out(opened: Page, draft: Proposal) -> None:
    opened.route("**/autosave/", lambda route: route.fulfill(status=503, body="down"))
    opened.locator("#id_conflict").fill("部署時寫的")
    expect(opened.locator("[data-status]")).to_have_class("is-bad", timeout=10_000)
    opened.unroute("**/autosave/")
    opened.locator(".savebar button").click()
    expect(opened.locator("[name=version]")).not_to_have_value(str(draft.version))
    draft.refresh_from_db()
    assert draft.conflict == "部署時寫的"


def test_preview_and_older_cases_appear_beside_the_text(opened: Page, draft: Proposal) -> None:
    older = cases.accepted(organisation=cases.member_org("older"), title="開放證券型代幣之股東名簿")
    opened.locator("#id_conflict").fill("**粗體** <script>alert(1)</script>")
    opened.locator("#text-conflict [data-preview-of]").click()
    rendered = opened.locator("#text-conflict [data-rendered]")
    expect(rendered.locator("strong")).to_have_text("粗體")
    assert rendered.locator("script").count() == 0
    opened.locator("#id_title").fill("開放證券型代幣的股東名簿")
    opened.locator("#id_summary").fill("請洽 A123456789")
    expect(opened.locator("#similar")).to_contain_text(older.number, timeout=10_000)
    expect(opened.locator("#personal")).to_contain_text("A•••••••89")
