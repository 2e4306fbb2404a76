"""Joining in a real Chromium: axe over its pages. The whole way is in tests/test_joining_journey.py."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

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
