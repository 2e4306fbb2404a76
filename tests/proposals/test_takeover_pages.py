"""The pages of a takeover: what a reader sees, who may press, and the number of queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from members import clock
from members.models import Organisation
from proposals.models import Proposal, Takeover
from tests import cases
from tests.cases import signed_in

from . import heirs
from .heirs import LAST, LEAVES, fresh, leave, orphan, signed_case, sweep_on, taken

pytestmark = pytest.mark.django_db
DURING = cases.at(2026, 3, 18)


def page_of(case: Proposal, prefix: str = "/en") -> str:
    return f"{prefix}/proposals/{case.number}/"


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def guild() -> Client:
    return signed_in(heirs.representative(heirs.association()))


def test_everybody_reads_until_when_the_case_may_be_taken_over() -> None:
    case = orphan()
    with clock.at(DURING):
        page = text(Client(), page_of(case))
        assert "acme Ltd has left the alliance" in page
        assert "may take the case over until" in page
        assert "/take-over/" not in page
        assert "Without a lead; may be taken over until" in text(Client(), "/en/proposals/")
        assert "/take-over/" in text(guild(), page_of(case))


def test_public_page_and_exports_name_who_took_it_over_and_the_proposer() -> None:
    case = orphan()
    taken(case)
    with clock.at(DURING + timedelta(days=5)):
        for address in (page_of(case), page_of(case) + "print/"):
            page = text(Client(), address)
            assert "Taken over by" in page
            assert "guild Ltd" in page
            assert "acme Ltd" in page


def test_turn_of_a_case_that_waited_for_its_proposer_is_that_of_whoever_takes_it_over() -> None:
    case = orphan("needs_information")
    with clock.at(DURING):
        page = text(signed_in(cases.convener_of(case)), page_of(case))
    assert "The proposer has left the alliance. A co-sponsor or an association may take" in page


def test_heir_reads_what_it_means_and_takes_it_over() -> None:
    case = orphan("referred")
    address = page_of(case) + "take-over/"
    with clock.at(DURING):
        client = guild()
        page = text(client, address)
        assert "What it means" in page
        assert "Ministry fsc" in page
        key = heirs.association().pk
        answer = client.post(address, {"organisation": str(key)})
        assert (answer.status_code, answer["Location"]) == (302, page_of(case))
        assert fresh(case).lead == heirs.association()
        assert Takeover.objects.get().by == heirs.representative(heirs.association())
        assert "leads case" in text(client, page_of(case))


def test_who_comes_too_late_reads_who_leads_it() -> None:
    case = orphan()
    with clock.at(DURING):
        late = signed_in(heirs.representative(heirs.co_sponsor()))
        address = page_of(case) + "take-over/"
        seen = text(late, address)
        assert str(heirs.co_sponsor().pk) in seen
        taken(case, on=DURING.date())
        answer = late.post(address, {"organisation": str(heirs.co_sponsor().pk)})
        assert answer.status_code == 409
        assert "guild Ltd took the case over on" in answer.content.decode()
        assert "guild Ltd took the case over on" in text(late, address)


def test_own_cases_name_those_that_one_may_take_over_and_those_that_one_took() -> None:
    case = orphan()
    with clock.at(DURING):
        assert f"/proposals/{case.number}/take-over/" in text(guild(), "/en/my/")
        stranger = signed_in(heirs.representative(cases.member_org("stranger")))
        assert "/take-over/" not in text(stranger, "/en/my/")
    taken(case)
    with clock.at(DURING + timedelta(days=5)):
        own = text(guild(), "/en/my/?tab=open")
        assert case.number in own
        assert "taken over" in own
        assert case.number not in text(signed_in(cases.proposer_of(case)), "/en/my/?tab=open")


def test_public_reads_why_a_case_ended_that_nobody_took_over() -> None:
    case = orphan()
    sweep_on(LAST + timedelta(days=1))
    with clock.at(cases.at(2026, 4, 20)):
        page = text(Client(), page_of(case))
    assert "This case ended without a lead" in page
    assert "nobody took the case over in time" in page
    assert fresh(case).title not in page


def test_answered_case_says_that_nobody_asks_in_its_place() -> None:
    case = signed_case("answered")
    leave(case)
    with clock.at(DURING):
        page = text(Client(), page_of(case))
    assert "nobody rates them or asks for reconsideration in its place" in page


def test_liaison_reads_that_the_period_runs_on() -> None:
    case = orphan("referred")
    address = reverse("proposals:referral", args=[cases.lead_of(case).pk])
    with clock.at(DURING):
        page = signed_in(cases.liaison_of(cases.ministry())).get(f"/en{address.removeprefix('/en')}")
    assert "Your period runs on" in page.content.decode()


def test_receipt_of_the_period_says_how_it_is_counted() -> None:
    case = orphan()
    deadline = heirs.period_of(case)
    with clock.at(DURING):
        page = text(Client(), f"{page_of(case)}receipt/{deadline.pk}/")
    assert "a co-sponsor or an association" in page


@pytest.mark.parametrize("tab", ["open", "waiting"])
def test_lists_read_three_such_cases_with_as_many_queries_as_one(
    django_assert_max_num_queries: Any, tab: str
) -> None:
    def three(address: str) -> None:
        client = guild()
        client.get(address)  # what is remembered from page to page
        with django_assert_max_num_queries(1000) as few:
            client.get(address)
        for number in range(2):
            with clock.at(heirs.BEGIN):
                more = cases.accepted(organisation=cases.member_org(f"gone{number}"))
            leave(more)
        sweep_on(LEAVES, 12)
        with django_assert_max_num_queries(len(few)):
            assert client.get(address).status_code == 200

    orphan()
    with clock.at(DURING):
        three(f"/en/my/?tab={tab}" if tab == "open" else "/en/proposals/")


def test_admin_asks_why_a_membership_ends() -> None:
    office = signed_in(cases.person(secretariat=True))
    acme = cases.member_org()
    address = reverse("admin:members_organisation_change", args=[acme.pk])
    fields = {
        "name_zh": acme.name_zh,
        "name_en": acme.name_en,
        "sector": acme.sector,
        "kind": acme.kind,
        "slug": acme.slug,
        "area": acme.area,
        "joined_on": "2019-01-01",
        "left_on": "2026-12-31",
    }
    empty = {
        f"{prefix}-{name}": "0"
        for prefix in ("affiliations", "profile_changes")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    assert office.post(address, fields | empty).status_code == 200
    acme.refresh_from_db()
    assert acme.left_on is None
    answer = office.post(address, fields | empty | {"left_for": "resignation"})
    assert answer.status_code == 302, answer.context["errors"]
    acme.refresh_from_db()
    assert acme.left_for == Organisation.LeftFor.RESIGNATION


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_have_nothing_that_axe_objects_to(
    prefix: str, sign_in: Callable[[Any], Page], live_server: Any
) -> None:
    case = orphan("referred", restricted="祕方")
    with clock.at(DURING):
        page = sign_in(heirs.representative(heirs.co_sponsor()))
        for path in ("", "take-over/", "restricted/"):
            page.goto(f"{live_server.url}{page_of(case, prefix)}{path}")
            found = Axe().run(page).response["violations"]
            assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
