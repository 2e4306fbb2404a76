"""The secretariat's steps in the admin: clocks that stand for a cause, and proved letters."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client

from members import clock
from proposals.actions.answering import first_opening
from proposals.models import Pause, Proposal, Referral
from tests import cases
from tests.cases import signed_in

at = cases.at
pytestmark = pytest.mark.django_db
WHY = {"starts_on": "2026-04-01", "reason": "地震", "evidence_url": "https://example.gov.tw/notice"}


@pytest.fixture(autouse=True)
def april() -> Iterator[None]:
    with clock.at(at(2026, 4, 1)):
        yield


@pytest.fixture
def referral() -> Referral:
    with clock.at(at(2026, 3, 2)):
        row = cases.lead_of(cases.referred())
        first_opening(user=cases.liaison_of(row.ministry), referral=row)
    return cases.lead_of(row.proposal)


@pytest.fixture
def office() -> Client:
    return signed_in(cases.person(secretariat=True))


def page(referral: Referral) -> str:
    return f"/en/admin/proposals/referral/{referral.pk}/"


def test_referral_offers_to_stop_its_clock_and_then_to_let_it_run_on(
    referral: Referral, office: Client
) -> None:
    address = f"{page(referral)}step/"
    before = office.get(f"{page(referral)}change/").content.decode()
    assert f"{address}pause/" in before
    assert f"{address}run_on/" not in before
    assert office.get(f"{address}pause/").status_code == 200
    assert office.post(f"{address}pause/", WHY).status_code == 302
    pause = Pause.objects.get(referral=referral)
    assert (pause.starts_on, pause.reason) == (date(2026, 4, 1), "地震")
    after = office.get(f"{page(referral)}change/").content.decode()
    assert f"{address}run_on/" in after
    assert f"{address}pause/" not in after
    with clock.at(at(2026, 4, 8)):
        assert office.post(f"{address}run_on/", {"ends_on": "2026-04-08"}).status_code == 302
    pause.refresh_from_db()
    assert pause.ends_on == date(2026, 4, 8)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"starts_on": "2026-04-02"}, 409),
        ({"starts_on": "yesterday"}, 422),
        ({"reason": ""}, 422),
        ({"evidence_url": ""}, 422),
        ({"evidence_url": "javascript:alert(1)"}, 422),
    ],
)
def test_what_is_refused_comes_back_with_what_was_typed(
    referral: Referral, office: Client, changes: dict[str, str], status: int
) -> None:
    response = office.post(f"{page(referral)}step/pause/", {**WHY, "reason": "我打的字", **changes})
    assert response.status_code == status
    if "reason" not in changes:
        assert "我打的字" in response.content.decode()
    assert not Pause.objects.exists()


def test_proved_letter_is_recorded_and_what_proves_nothing_said(referral: Referral, office: Client) -> None:
    address = f"{page(referral)}step/prove/"
    with clock.at(at(2026, 5, 20)):
        late = office.post(address, {"reply_on": "2026-05-10", "reply_number": "金管證字第1號"})
        assert late.status_code == 409
        assert "stays overdue" in late.content.decode()
        sent = {"reply_on": "2026-04-30", "reply_number": "金管證字第1號"}
        assert office.post(address, sent).status_code == 302
        assert not cases.lead_of(Proposal.objects.get()).is_overdue


def test_steps_are_the_secretariats_alone(referral: Referral) -> None:
    case = referral.proposal
    for user in (
        cases.convener_of(case),
        cases.person(audits=True),
        cases.person(chairs=True),
    ):
        client = signed_in(user)
        for step in ("pause", "run_on", "prove"):
            assert client.get(f"{page(referral)}step/{step}/").status_code == 403
            assert client.post(f"{page(referral)}step/{step}/", WHY).status_code == 403
    assert not Pause.objects.exists()


def test_unknown_step_is_not_found(referral: Referral, office: Client) -> None:
    assert office.get(f"{page(referral)}step/veto/").status_code == 404


def test_alliances_own_clock_is_stopped_and_run_on_beside_the_decisions(office: Client) -> None:
    case = cases.submitted()
    address = f"/en/admin/proposals/proposal/{case.pk}/"
    sent = {f"pause-{name}": value for name, value in WHY.items()}
    assert office.post(f"{address}step/pause/", sent).status_code == 302
    panels = office.get(f"{address}change/").context["panels"]
    assert [panel["step"].name for panel in panels] == ["run_on"]
    with clock.at(at(2026, 4, 3)):
        assert office.post(f"{address}step/run_on/", {"run_on-ends_on": "2026-04-03"}).status_code == 302
    assert Pause.objects.get(proposal=case, referral=None).ends_on == date(2026, 4, 3)


def test_case_with_a_lead_offers_no_pause_of_its_own(referral: Referral, office: Client) -> None:
    panels = office.get(f"/en/admin/proposals/proposal/{referral.proposal_id}/change/").context["panels"]
    assert panels == []
