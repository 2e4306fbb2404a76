"""Every main page through axe in a real Chromium: no violation of WCAG 2.2 A and AA."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests import world
from tests.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],  # of what passes, axe need not describe each element
}

PAGES = {
    "": (
        "/",
        "/proposals/",
        "/proposals/?q=提案",
        *(
            f"/proposals/{{{state}[number]}}/"
            for state in ("discussion", "waiting", "in_progress", "answered")
        ),
        "/proposals/{declined[number]}/",
        "/proposals/{waiting[number]}/print/",
        "/proposals/{waiting[number]}/follow/",
        "/proposals/follow/",
        "/following/{follow[token]}/",
        "/following/confirm/{follow[pending]}/",
        "/following/{follow[token]}/off/",
        "/proposals/{waiting[number]}/receipt/",
        "/proposals/{waiting[number]}/receipt/{waiting[deadline]}/",
        "/proposals/{follow_up[number]}/",
        "/proposals/{opened[number]}/",
        "/follow-up/",
        "/register/",
        "/register/{clarification[slug]}/",
        "/calculator/",
        (
            "/calculator/?day=115/7/28&amount=60&unit=day&closures=on&area=臺北市&pause_from=2026-08-20"
            "&pause_until=2026-09-02"
        ),
        "/news/",
        "/news/{news_published[slug]}/",
        "/ministries/",
        "/ministries/{ministry[slug]}/",
        "/groups/",
        "/groups/{group[slug]}/",
        "/offices/",
        "/meetings/",
        "/meetings/?when=past",
        "/meetings/{meeting[pk]}/",
        "/meetings/{minutes[pk]}/minutes/1/",
        "/programmes/",
        "/members/",
        "/members/?use=payment",
        "/members/matrix/",
        "/members/{member[slug]}/",
        "/rooms/",
        "/rooms/{room[slug]}/",
        "/search/?q=提案",
        "/search/?q=查無此事",
        *(f"/{name}/" for name in ("sitemap", "help", "privacy", "open-data", "accessibility", "style")),
        *(f"/accounts/{name}/" for name in ("login", "password/reset", "signup")),
        "/invitation/{invitation[token]}/",
        "/nowhere/",
    ),
    "representative": (
        "/members/{member[slug]}/edit/",
        "/members/{other_member[slug]}/contact/",
        "/my/contacts/",
        "/my/contacts/?tab=blocked",
        "/my/contacts/{contact_open[pk]}/",
        "/my/contacts/{contact_shared[pk]}/",
        "/my/",
        "/my/following/",
        "/my/interests/",
        "/my/bookings/",
        "/rooms/{room[slug]}/book/",
        "/proposals/{referred[number]}/follow/",
        "/proposals/new/",
        "/my/drafts/{draft[draft_id]}/",
        "/proposals/{waiting[number]}/",
        "/proposals/{needs_information[number]}/information/",
        "/proposals/{waiting[number]}/questions/{waiting[question_id]}/",
        "/proposals/{waiting[number]}/questions/{waiting[question_id]}/prolong/",
        "/proposals/{referred[number]}/withdraw/",
        *(f"/proposals/{{answered[number]}}/{step}/" for step in ("close", "rate", "reconsider")),
        "/proposals/{declined[number]}/second-look/",
        "/proposals/{referred[number]}/restricted/",
        "/proposals/{referred[number]}/restricted/log/",
        "/proposals/{referred[number]}/restricted/open/",
        "/proposals/{announced[number]}/restricted/stop/{announced[opening]}/",
        "/proposals/{approved[number]}/restricted/",
        "/proposals/{approved[number]}/restricted/open/part/{approved[part]}/",
        *(f"/account/{page}" for page in ("", "letters/", "privacy/", "data/", "delete/")),
        "/accounts/password/change/",
        "/accounts/email/",
        "/accounts/2fa/",
        "/accounts/logout/",
    ),
    "liaison": (
        "/my/away/",
        "/ministries/{ministry[slug]}/comment/",
        "/dashboard/",
        "/dashboard/?tab=answered",
        "/dashboard/follow-up/",
        "/dashboard/follow-up/{promise[pk]}/",
        "/dashboard/{referred[referral]}/",
        "/dashboard/{waiting[referral]}/",
        "/dashboard/{approved[referral]}/",
        *(
            f"/dashboard/{{referred[referral]}}/{step}/"
            for step in ("accept", "return", "ask", "extend", "record", "interim")
        ),
        *(f"/dashboard/{{in_progress[referral]}}/{step}/" for step in ("draft", "publish", "sign_off")),
    ),
    "convener": (
        "/offices/",
        "/admin/",
        "/admin/proposals/proposal/",
        "/admin/proposals/proposal/{screening[pk]}/change/",
        "/admin/proposals/proposal/{screening[pk]}/merge/",
        "/admin/proposals/proposal/{merged[pk]}/change/",
        "/proposals/{merged[number]}/",
        "/proposals/{merged_into[number]}/",
        "/meetings/{meeting[pk]}/",
        "/meetings/{meeting[pk]}/notice/",
        "/meetings/{meeting[pk]}/redact/",
        "/meetings/{item_to_decide[pk]}/decide/{item_to_decide[item]}/",
        "/admin/workinggroups/meeting/{meeting[pk]}/change/",
        "/admin/workinggroups/meeting/{meeting[pk]}/step/cancel/",
        "/admin/workinggroups/meetingseries/{series[pk]}/plan/",
    ),
    "secretariat": (
        "/admin/",
        "/admin/members/secretariatterm/add/?organisation={member[pk]}&on=2026-11-09",
        "/admin/workinggroups/period/{period[pk]}/next/",
        "/admin/members/organisation/",
        "/admin/members/organisation/{member[pk]}/change/",
        "/admin/members/invitation/add/",
        "/admin/members/affiliation/add/",
        "/admin/members/affiliation/nobody/",
        "/admin/members/affiliation/{affiliation[pk]}/leave/",
        "/admin/members/letter/{letter[pk]}/change/",
        "/admin/members/erasurerequest/{erasure[pk]}/change/",
        "/admin/events/newsitem/add/",
        "/admin/proposals/referral/{referral[pk]}/change/",
        "/admin/proposals/referral/{referral[pk]}/step/pause/",
        "/admin/proposals/referral/{referral[pk]}/letter/",
        "/admin/proposals/reorganisation/add/",
        "/admin/proposals/reminder/",
    ),
}
"""Addresses by who looks at them; braces name an object of the world."""
SMALL = {
    "": ("/", "/proposals/", "/proposals/{waiting[number]}/", "/members/matrix/"),
    "representative": ("/my/drafts/{draft[draft_id]}/", "/my/contacts/{contact_open[pk]}/"),
    "liaison": ("/dashboard/",),
}
DARK = {
    "": ("/", "/proposals/{waiting[number]}/"),
    "liaison": ("/dashboard/{referred[referral]}/",),
    "convener": ("/admin/proposals/proposal/{screening[pk]}/change/",),
}


class Visitor:
    """Goes from page to page, and remembers what axe objects to."""

    def __init__(self, page: Page, sign_in: Callable[[Any], Page], address: str, made: World) -> None:
        self.page, self.sign_in, self.address, self.made = page, sign_in, address, made
        self.found: list[str] = []

    def visit(self, pages: dict[str, tuple[str, ...]], prefix: str = "") -> None:
        for role, paths in pages.items():
            self.page.context.clear_cookies()
            if role:
                self.sign_in(self.made.people[role])
            for path in paths:
                answer = self.page.goto(self.address + prefix + path.format(**self.made.objects))
                assert answer is not None
                assert answer.status == (404 if path == "/nowhere/" else 200), f"{path}: {answer.status}"
                assert not answer.request.redirected_from, f"{path} leads to {self.page.url}"
                self.look(prefix + path)

    def look(self, name: str) -> None:
        answer = Axe().run(self.page, options=RULES).response
        assert len(answer["passes"]) > 10, f"{name}: axe has looked at next to nothing"
        for violation in answer["violations"]:
            for node in violation["nodes"][:3]:
                self.found.append(
                    f"{name} {violation['id']}: {node['html'][:300]} {node['failureSummary'][:300]}"
                )


@pytest.fixture
def visitor(page: Page, sign_in: Callable[[Any], Page], live_server: Any, portal_time: Any) -> Visitor:
    page.emulate_media(reduced_motion="reduce")
    portal_time.becomes(world.NOW)
    return Visitor(page, sign_in, live_server.url, world.build())


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_main_pages_and_forms_on_the_desk(visitor: Visitor, prefix: str) -> None:
    """The pages as they stand; then an empty draft, an empty question, a decision without a reason."""
    visitor.visit(PAGES, prefix)
    page, objects = visitor.page, visitor.made.objects
    visitor.visit({"representative": ("/proposals/new/",)}, prefix)
    page.click("main form button.button")
    page.click("button[formaction$='/submit/']")
    visitor.look("empty draft")
    visitor.visit({"liaison": (f"/dashboard/{objects['in_progress']['referral']}/ask/",)}, prefix)
    page.click("main form button.button")
    visitor.look("empty question")
    visitor.visit({"convener": (f"/admin/proposals/proposal/{objects['screening']['pk']}/change/",)}, prefix)
    for step in ("refer", "decline", "ask", "note"):
        page.click(f"#step-{step} > summary")
    visitor.look("open decisions")
    page.click("#step-decline button[type=submit]")
    visitor.look("decline without a reason")
    assert not visitor.found, "\n".join(visitor.found)


def test_main_pages_on_a_phone_and_in_the_dark(visitor: Visitor) -> None:
    visitor.page.emulate_media(color_scheme="dark")
    visitor.visit(DARK)
    visitor.page.emulate_media(color_scheme="light")
    visitor.page.set_viewport_size({"width": 375, "height": 740})
    visitor.visit(SMALL)
    assert not visitor.found, "\n".join(visitor.found)
