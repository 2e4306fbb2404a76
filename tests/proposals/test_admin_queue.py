"""The queue of triage: whose cases it shows, in which order, and by which keys."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import User
from proposals.actions.answering import return_referral
from proposals.actions.triage import ask_for_information
from proposals.models import Referral
from proposals.states import ProposalState
from tests import cases
from tests.cases import signed_in

from .desk import LIST, bulk, convener, page, shown, state, step

pytestmark = pytest.mark.django_db


# --- whose cases ---------------------------------------------------------------------------------


def test_convener_sees_and_opens_cases_of_the_own_group_only() -> None:
    own = cases.submitted(group=cases.group("regulation"))
    other = cases.accepted(group=cases.group("application"))
    client = convener(own)
    assert shown(client, "?queue=all") == [own.number]
    assert client.get(page(own)).status_code == 200
    assert client.get(page(other)).status_code == 404
    assert client.post(step(other, "decline"), {"decline-reason": "other"}).status_code == 404


def test_deputy_and_secretary_of_the_group_share_the_queue() -> None:
    case = cases.submitted()
    assert shown(signed_in(cases.person(secretary_of=case.group))) == [case.number]


def test_drafts_are_in_nobodys_queue() -> None:
    draft = cases.draft()
    for user in (cases.convener_of(draft), cases.person(secretariat=True), cases.person(audits=True)):
        client = signed_in(user)
        assert shown(client, "?queue=all") == []
        assert client.get(page(draft)).status_code == 404


def test_secretariat_and_auditor_read_every_case_and_decide_none() -> None:
    """The secretariat may stop the clock for a cause, which decides nothing."""
    case = cases.submitted()
    for role, offered in (("secretariat", ["pause"]), ("audits", [])):
        client = signed_in(cases.person(**{role: True}))
        answer = client.get(page(case))
        assert answer.status_code == 200
        assert [panel["step"].name for panel in answer.context["panels"]] == offered
        assert client.post(step(case, "accept")).status_code == 403
        assert b'name="action"' not in client.get(LIST).content
        bulk(client, "accept", [case], confirmed="1")
    assert state(case) == ProposalState.SCREENING


def test_alliance_convener_reads_public_cases_only() -> None:
    screening, public = cases.submitted(), cases.accepted()
    client = signed_in(cases.person(chairs=True))
    assert shown(client, "?queue=all") == [public.number]
    assert client.get(page(screening)).status_code == 404
    assert client.post(step(public, "decline"), {}).status_code in (403, 422)
    assert state(public) == ProposalState.DISCUSSION


@pytest.mark.parametrize("role", ["represents", "liaison_of"])
def test_parties_without_a_seat_do_not_come_in(role: str) -> None:
    case = cases.referred()
    body = case.organisation if role == "represents" else cases.lead_of(case).ministry
    client = signed_in(cases.person(**{role: body}))
    for path in (LIST, page(case)):
        assert client.get(path).status_code == 403
    assert client.post(step(case, "accept")).status_code == 403


def test_ended_seat_ends_the_right_at_once() -> None:
    case = cases.submitted()
    user = cases.convener_of(case)
    user.seats.update(ends_on=clock.today())
    assert signed_in(User.objects.get(pk=user.pk)).post(step(case, "accept")).status_code == 403
    assert state(case) == ProposalState.SCREENING


# --- the queue -----------------------------------------------------------------------------------


def test_queue_begins_with_what_is_late_and_hides_what_others_must_do() -> None:
    with clock.at(cases.at(2026, 11, 2)):
        fresh = cases.submitted()
    with clock.at(cases.at(2026, 10, 5)):
        late = cases.submitted()
        waiting = cases.submitted()
        ask_for_information(user=cases.convener_of(waiting), proposal=waiting, text="?")
        away = cases.referred()
    with clock.at(cases.at(2026, 11, 3)):
        client = convener(fresh)
        assert shown(client) == [late.number, fresh.number]
        assert shown(client, "?queue=proposer") == [waiting.number]
        assert shown(client, "?queue=ministries") == [away.number]
        html = client.get("/en" + LIST).content.decode()
    assert "days late" in html
    assert "days left" in html


def test_case_returned_by_its_lead_comes_back_to_the_queue_with_the_named_body_chosen() -> None:
    case = cases.referred(lead=cases.ministry("fsc"))
    named = cases.ministry("moda")
    referral = cases.lead_of(case)
    return_referral(
        user=cases.liaison_of(referral.ministry), referral=referral, body=named, reason="非本會權責"
    )
    client = convener(case)
    assert shown(client) == [case.number]
    assert shown(client, "?queue=without-lead") == [case.number]
    panels = {panel["step"].name: panel for panel in client.get(page(case)).context["panels"]}
    assert panels["refer_again"]["form"].initial["lead"] == named.pk
    answer = client.post(step(case, "refer_again"), {"refer_again-lead": named.pk, "version": ""})
    assert answer.status_code == 302
    assert Referral.objects.active().get(proposal=case, part="lead").ministry == named


def test_case_with_a_lead_cannot_be_referred_again() -> None:
    case = cases.referred()
    names = [panel["step"].name for panel in convener(case).get(page(case)).context["panels"]]
    assert names == ["add_supporting", "recuse", "note"]


def test_search_finds_by_number_and_by_two_characters_of_the_title() -> None:
    case = cases.submitted(title="證券型代幣之募資門檻")
    cases.submitted(title="電子簽章")
    client = convener(case)
    assert shown(client, f"?q={case.number}") == [case.number]
    assert shown(client, "?q=代幣") == [case.number]
    assert shown(client, "?q=證券型代幣 募資") == [case.number]
    assert shown(client, f"?q={str(case.number)[2:]}") == [case.number]
    assert shown(client, "?q=沒有這個") == []


def test_list_takes_as_many_queries_for_three_cases_as_for_one() -> None:
    case = cases.submitted()
    client = convener(case)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))
        for name in ("b", "c"):
            cases.submitted(organisation=cases.member_org(name))
    assert counts[0] == counts[1]
