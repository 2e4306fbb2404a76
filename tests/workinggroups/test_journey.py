"""A case on its way through a meeting, in the browser: onto the agenda, decided, referred, minuted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from members import clock
from proposals.models import Proposal
from tests import cases
from tests.workinggroups.meetings import meeting
from workinggroups.models import Minutes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]


def test_meeting_decides_on_a_case(
    page: Page, sign_in: Callable[[Any], Page], live_server: Any, portal_time: Any
) -> None:
    """The convener puts it on the agenda, records the decision there, and publishes the minutes."""
    body, case = cases.ministry(), cases.accepted()
    cases.liaison_of(body)
    held = meeting(7)
    sign_in(cases.convener_of(case))
    page.goto(f"{live_server.url}/en/admin/proposals/proposal/{case.pk}/change/")
    page.click("#step-put_on_agenda > summary")
    page.select_option("#id_put_on_agenda-meeting", str(held.pk))
    page.click("#step-put_on_agenda button[type=submit]")
    expect(page.locator(".messagelist")).to_contain_text(str(case.number))  # done before the session ends

    portal_time.becomes(clock.now() + timedelta(days=7, hours=3))
    sign_in(cases.convener_of(case))  # a week later the first session has ended
    here = f"{live_server.url}/en/meetings/{held.pk}/"
    page.goto(here)
    page.click("text=Record the decision")
    page.click("#decision-refer > summary")
    page.select_option("#id_refer-lead", str(body.pk))
    page.click("#decision-refer button")
    expect(page.locator(".agenda")).to_contain_text("referred to ministries")
    assert Proposal.objects.get().state == "referred"

    page.click("text=Keep this meeting")
    for step in ("Write the minutes", "Approve the minutes", "Publish the minutes"):
        page.click(f"a:has-text('{step}')")
        page.click(f"input[value='{step}']")
        expect(page.locator(".messagelist")).to_be_visible()
    assert Minutes.objects.get().state == "published"

    page.context.clear_cookies()
    page.goto(here)
    page.click(".files a:has-text('Minutes')")
    expect(page.locator(".letter")).to_contain_text(str(case.number))
    page.goto(f"{live_server.url}/en/proposals/{case.number}/")
    expect(page.locator(".timeline").first).to_contain_text("1st working meeting")
