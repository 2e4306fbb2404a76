"""The case page before a referral: which bodies the rules propose, and which cases are like this one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Law
from proposals.actions.answering import return_referral
from proposals.actions.triage import decline_proposal
from proposals.models import Proposal, RoutingRule
from tests import cases
from tests.cases import signed_in

from .desk import convener, page, panels

pytestmark = pytest.mark.django_db


def rule(body: str, part: str = "lead", name: str = "證券交易法") -> RoutingRule:
    law = Law.objects.get_or_create(name_zh=name)[0]
    return RoutingRule.objects.create(law=law, body=cases.ministry(body), part=part)


def similar(client: object, case: Proposal) -> dict[str, str]:
    """Number → address of what stands as similar on the page."""
    hits = client.get(page(case)).context["similar"]  # type: ignore[attr-defined]
    return {hit.case.number: address for hit, address in hits}


# --- what the rules propose ----------------------------------------------------------------------


def test_form_is_filled_in_after_the_rules_with_the_reason_beside_each_body() -> None:
    rule("fsc"), rule("moda", "support")
    case = cases.submitted()
    form = panels(convener(case), case)["refer"]["form"]
    fsc, moda = cases.ministry("fsc"), cases.ministry("moda")
    assert form.initial == {"lead": fsc.pk, "supporting": [moda.pk]}
    html = convener(case).get("/en" + page(case)).content.decode()
    assert html.count("because of 證券交易法") >= 4
    assert f'<option value="{fsc.pk}" selected>' in html


def test_two_bodies_for_the_lead_are_shown_and_none_is_chosen() -> None:
    rule("fsc"), rule("moj")
    case = cases.submitted()
    client = convener(case)
    form = panels(client, case)["refer"]["form"]
    assert form.initial["lead"] is None
    assert {row.body.slug for row in form.proposed.rivals} == {"fsc", "moj"}
    assert "you decide" in client.get("/en" + page(case)).content.decode()


def test_body_that_the_last_lead_named_goes_before_the_rules() -> None:
    rule("moj"), rule("moi", "support")
    case = cases.referred(lead=cases.ministry("fsc"))
    referral, named = cases.lead_of(case), cases.ministry("moda")
    return_referral(user=cases.liaison_of(referral.ministry), referral=referral, body=named, reason="非權責")
    form = panels(convener(case), case)["refer_again"]["form"]
    assert form.initial == {"lead": named.pk, "supporting": []}


def test_officer_may_choose_other_bodies_than_those_proposed() -> None:
    rule("fsc")
    case, other = cases.submitted(), cases.ministry("moea")
    client = convener(case)
    client.post(f"/admin/proposals/proposal/{case.pk}/step/refer/", {"refer-lead": other.pk})
    assert cases.lead_of(case).ministry == other


# --- similar cases -------------------------------------------------------------------------------


def test_similar_cases_stand_beside_the_text_with_state_and_outcome() -> None:
    answered = cases.answered(title="證券型代幣之募資門檻")
    case = cases.submitted(title="證券型代幣之募資門檻")
    client = convener(case)
    assert similar(client, case) == {answered.number: page(answered)}
    html = client.get("/en" + page(case)).content.decode()
    part = html[html.index('id="similar"') : html.index("</ul>", html.index('id="similar"'))]
    for words in (answered.number, "Answered", "Not adopted", "same article"):
        assert words in part


def test_similar_cases_are_those_that_the_reader_may_know_of() -> None:
    other = cases.group("application")
    hidden, public = cases.submitted(group=other), cases.accepted(group=other)
    cases.draft()
    declined = cases.submitted()
    decline_proposal(user=cases.convener_of(declined), proposal=declined, reason="unclear", text="理由")
    case = cases.submitted()
    found = similar(convener(case), case)
    assert set(found) == {public.number, declined.number}
    assert found[public.number] == public.get_absolute_url()
    office = signed_in(cases.person(secretariat=True))
    assert set(similar(office, case)) == {hidden.number, public.number, declined.number}
    assert similar(office, case)[public.number] == page(public)


def test_page_takes_as_many_queries_with_three_similar_cases_and_rules_as_with_one() -> None:
    with clock.at(clock.now() - timedelta(days=1)):
        cases.answered()
    rule("fsc")
    case = cases.submitted()
    client = convener(case)
    counts = []
    for number in range(2):
        client.get(page(case))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page(case))
        counts.append(len(queries))
        rule(f"body{number}", "support")
        cases.answered(), cases.accepted()
    assert len(similar(client, case)) > 3
    assert counts[0] == counts[1]
