"""The pages of bodies and of their reorganisations in a real browser: nothing that axe objects to."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from members import clock
from members.actions.bodies import publish_comment
from members.models import Organisation
from proposals.actions import answering
from proposals.models import Proposal
from tests import cases

from .test_reorganisation import at, everything_to, merge, office, publish

pytestmark = pytest.mark.django_db(transaction=True)


def old_body() -> Organisation:
    return cases.ministry(
        "most",
        name_zh="科技部",
        name_en="Ministry of Science and Technology",
        short_zh="科技部",
        short_en="MOST",
    )


def new_body() -> Organisation:
    body = cases.ministry(
        "nstc",
        name_zh="國家科學及技術委員會",
        name_en="National Science and Technology Council",
        short_zh="國科會",
        short_en="NSTC",
        self_name="本會",
    )
    cases.liaison_of(body)
    return body


def opened() -> Proposal:
    """A case that the old body has received."""
    case = cases.referred(lead=old_body())
    answering.first_opening(user=cases.liaison_of(old_body()), referral=cases.lead_of(case))
    return case


def preview_address() -> str:
    """The document of a split, as the secretariat enters it."""
    told = {
        "body": old_body().pk,
        "kind": "ended",
        "effective_on": clock.today().isoformat(),
        "document_number": "院授人組字第1151000000號",
        "successors": [new_body().pk, cases.ministry("moda", name_zh="數位發展部", short_en="MODA").pk],
    }
    return f"/admin/proposals/reorganisation/add/?{urlencode(told, doseq=True)}"


def handed_over() -> Proposal:
    """An answer by the old body, then the hand-over; five answered cases of the new one, and its comment."""
    with at(0):
        for _n in range(5):
            other = cases.referred(lead=new_body())
            part = cases.lead_of(other)
            answering.first_opening(user=cases.liaison_of(new_body()), referral=part)
            publish(part, list(other.asks.values_list("pk", flat=True)), new_body())
        case = opened()
        publish(cases.lead_of(case), [case.asks.first().pk], old_body())
    with clock.at(cases.at(2026, 12, 30)):
        merge(body=old_body(), successors=[new_body()], takers=everything_to(new_body(), old_body()))
        publish_comment(
            user=cases.liaison_of(new_body()),
            body=new_body(),
            text="本會甫承接科技部業務，部分案件之處理期限因組織調整而順延。",
            text_en="The council has just taken over the ministry's matters; some dates have moved.",
        )
    return case


RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 900}


def objections(page: Page, address: str) -> list[str]:
    """What axe says of a page, on the desk, on a phone, and in the dark."""
    found = []
    for scheme, size in (("light", DESK), ("dark", DESK), ("light", PHONE)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size(size)  # type: ignore[arg-type]
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"
        violations = Axe().run(page, options=RULES).response["violations"]
        found += [f"{scheme} {v['id']}: {n['html'][:200]}" for v in violations for n in v["nodes"][:3]]
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        if wide:
            found.append(f"{scheme} {size['width']}: wider than the window")
    return found


@pytest.mark.parametrize("language", ["", "/en"])
def test_public_pages_of_a_body_hold_nothing_that_axe_objects_to(
    page: Page, live_server: Any, portal_time: Any, language: str
) -> None:
    case = handed_over()
    portal_time.becomes(cases.at(2026, 12, 31))
    for path in ("/ministries/nstc/", "/ministries/most/", f"/proposals/{case.number}/"):
        assert not objections(page, f"{live_server.url}{language}{path}")


@pytest.mark.parametrize("language", ["", "/en"])
def test_own_comment_holds_nothing_that_axe_objects_to(
    page: Page, sign_in: Callable[[Any], Page], live_server: Any, portal_time: Any, language: str
) -> None:
    handed_over()
    portal_time.becomes(cases.at(2026, 12, 31))
    sign_in(cases.liaison_of(new_body()))
    assert not objections(page, f"{live_server.url}{language}/ministries/nstc/comment/")


@pytest.mark.parametrize("language", ["", "/en"])
def test_preview_of_a_reorganisation_holds_nothing_that_axe_objects_to(
    page: Page, sign_in: Callable[[Any], Page], live_server: Any, portal_time: Any, language: str
) -> None:
    with at(0):
        opened()
        cases.promised(lead=old_body())
    portal_time.becomes(cases.at(2026, 12, 30))
    with clock.at(cases.at(2026, 12, 30)):
        address = preview_address()
    sign_in(office())
    for path in (address, f"/admin/members/body/{old_body().pk}/change/", "/admin/members/body/"):
        assert not objections(page, f"{live_server.url}{language}{path}")
