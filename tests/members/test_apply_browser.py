"""Joining in a real Chromium: axe over its pages, and the way from the form to the first sign-in."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from members.actions.sending import send_letters
from members.models import Application, Organisation
from tests import cases
from tests.members import joining

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def look(page: Page, name: str) -> list[str]:
    found = Axe().run(page, options=RULES).response
    assert len(found["passes"]) > 10, f"{name}: axe has looked at next to nothing"
    return [
        f"{name} {violation['id']}: {node['html'][:200]}"
        for violation in found["violations"]
        for node in violation["nodes"][:3]
    ]


@pytest.mark.parametrize(("prefix", "scheme", "width"), [("", "light", 1280), ("/en", "dark", 375)])
def test_pages_of_joining_have_no_violation(
    page: Page, sign_in: Callable[[Any], Page], live_server: Any, prefix: str, scheme: Any, width: int
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    umbrella = joining.umbrella()
    rows = {state: joining.MADE[state]() for state in ("sent", "information_asked", "refused", "admitted")}
    paths = [
        "/members/apply/",
        "/members/apply/as/association/",
        joining.invited().get_absolute_url(),
        f"/members/apply/confirm/{rows['sent'].confirm_key}/",
        *(row.get_absolute_url() for row in rows.values()),
    ]
    found: list[str] = []
    for path in paths:
        answer = page.goto(live_server.url + prefix + path)
        assert answer
        assert answer.status == 200, path
        found += look(page, path)
    page.goto(f"{live_server.url}{prefix}/members/apply/as/company/")
    page.click("main form button.button")
    assert page.locator(".error-summary li").count() >= 5
    found += look(page, "form with errors")
    sign_in(joining.office())
    refused_once = joining.in_review(name_zh=rows["refused"].name_zh)
    for path in (
        f"/members/{umbrella.slug}/own-members/",
        "/admin/members/application/?queue=all",
        f"/admin/members/application/{refused_once.pk}/change/",
        "/admin/members/invitationtoapply/add/",
    ):
        page.goto(live_server.url + prefix + path)
        for summary in page.locator("details.decision > summary").all():
            summary.click()
        found += look(page, path)
    assert not found, "\n".join(found)


def test_firm_applies_is_admitted_and_its_representative_signs_in(
    page: Page, live_server: Any, smtp: Any, settings: Any
) -> None:
    settings.SITE_URL = live_server.url
    page.goto(f"{live_server.url}/en/members/apply/")
    page.get_by_role("link", name="Company").click()
    page.get_by_label("Name in Chinese").fill("甲乙數據股份有限公司")
    page.get_by_label("Business number").fill(joining.UBN)
    page.get_by_label("What you want from the alliance").fill("Clarity on electronic signatures")
    page.get_by_label("Contact person").fill("Applicant One")
    page.get_by_label("E-mail", exact=True).fill("one@jiayi.example")
    page.get_by_label(re.compile("I have read the privacy notice")).check()
    page.get_by_role("button", name="Send the application").click()
    private = page.url
    assert "look into your mail" in page.inner_text("main")
    send_letters()
    page.goto(link_in(smtp, "/apply/confirm/"))
    page.get_by_role("button", name="Yes, this is my application").click()
    assert page.url == private
    row = Application.objects.get()
    office = joining.office()
    joining.take_up_application(user=office, application=row)
    member = joining.admit_application(user=office, application=row)
    page.reload()
    assert "you are a member" in page.inner_text("main")
    send_letters()
    page.goto(link_in(smtp, "/invitation/"))
    page.locator("[name=password]").fill("a quite long sentence 9")
    page.locator("[name=again]").fill("a quite long sentence 9")
    page.get_by_role("button", name="Open my account").click()
    page.wait_for_url("**/my/")
    assert Organisation.objects.get(pk=member.pk).affiliations.get().user.email == "one@jiayi.example"
    assert cases.clock.today() == member.joined_on


def link_in(smtp: Any, part: str) -> str:
    """The newest address with this part in the letters to the applicant."""
    texts = [letter.message.get_content() for letter in smtp.wait(1, to="one@jiayi.example")]
    return [found for text in texts for found in re.findall(r"https?://\S+", text) if part in found][-1]
