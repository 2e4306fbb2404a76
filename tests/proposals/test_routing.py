"""What the routing rules propose for a case, and that the table keeps what was proposed on a day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from members import clock
from members.models import Domain, Law, Organisation
from proposals.actions.seed import seed_routes
from proposals.facts import ROUTES
from proposals.models import Proposal, RoutingRule
from proposals.routing import Proposed, proposed_for
from tests import cases

pytestmark = pytest.mark.django_db


def law(name: str = "證券交易法") -> Law:
    return Law.objects.get_or_create(name_zh=name, defaults={"name_en": f"Act {name}"})[0]


def payments() -> Domain:
    return Domain.objects.get_or_create(slug="payments", defaults={"name_zh": "支付", "name_en": "Payments"})[
        0
    ]


def rule(body: Organisation, part: str = "lead", **about: object) -> RoutingRule:
    return RoutingRule.objects.create(body=body, part=part, **about)


def proposed(case: Proposal) -> Proposed:
    with translation.override("en"):
        return proposed_for([case])[case.pk]


def case_of_payments() -> Proposal:
    case = cases.submitted()
    case.domains.add(payments())
    return case


def test_case_of_which_no_rule_knows_anything_is_proposed_to_nobody() -> None:
    rule(cases.ministry("moda"), law=law("電子簽章法"))
    assert not proposed(cases.submitted())


def test_law_goes_before_domain_for_the_lead_and_each_body_says_because_of_what() -> None:
    fsc, cbc = cases.ministry("fsc"), cases.ministry("cbc")
    rule(fsc, law=law())
    rule(cbc, domain=payments())
    found = proposed(case_of_payments())
    assert found.lead
    assert found.lead.body == fsc
    assert [row.body for row in found.supporting] == [cbc]
    assert found.reasons_of("lead") == {
        fsc.pk: "because of Act 證券交易法",
        cbc.pk: "because of the domain Payments",
    }
    assert set(found.reasons_of("support")) == {cbc.pk}


def test_rule_for_a_law_in_a_domain_goes_before_one_for_the_law() -> None:
    fsc, cbc = cases.ministry("fsc"), cases.ministry("cbc")
    rule(fsc, law=law())
    rule(cbc, law=law(), domain=payments())
    assert proposed(cases.submitted()).lead.body == fsc
    assert proposed(case_of_payments()).lead.body == cbc


def test_two_bodies_for_the_lead_are_both_shown_and_neither_is_taken() -> None:
    fsc, moj, moi = cases.ministry("fsc"), cases.ministry("moj"), cases.ministry("moi")
    rule(fsc, law=law())
    rule(moj, law=law())
    rule(moi, part="support", law=law())
    found = proposed(cases.submitted())
    assert found.lead is None
    assert {row.body for row in found.rivals} == {fsc, moj}
    assert [row.body for row in found.supporting] == [moi]


def test_successor_of_an_abolished_body_is_named_with_whom_it_followed() -> None:
    today = clock.today()
    new = cases.ministry("moda")
    middle = cases.ministry("most", successor=new, valid_to=today)
    old = cases.ministry("nsc", successor=middle, valid_to=today, short_zh="國科", short_en="NSC")
    rule(old, law=law())
    found = proposed(cases.submitted())
    assert found.lead.body == new
    assert "successor of NSC" in found.lead.said


def test_abolished_body_without_a_successor_is_not_proposed() -> None:
    rule(cases.ministry("gone", valid_to=clock.today()), law=law())
    assert not proposed(cases.submitted())


def test_rule_that_has_ended_or_not_begun_proposes_nothing() -> None:
    today = clock.today()
    rule(cases.ministry("fsc"), law=law(), valid_from=today - timedelta(days=9), valid_to=today)
    rule(cases.ministry("moj"), law=law(), valid_from=today + timedelta(days=1))
    assert not proposed(cases.submitted())


def test_three_cases_take_as_many_queries_as_one() -> None:
    rule(cases.ministry("fsc"), law=law())
    rule(cases.ministry("old", successor=cases.ministry("new"), valid_to=clock.today()), law=law())
    rows = [cases.submitted(), cases.submitted(), cases.submitted()]
    counts = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(proposed_for(some)) == len(some)
        counts.append(len(queries))
    assert counts[0] == counts[1] == 4


# --- the table -----------------------------------------------------------------------------------


def test_rule_is_about_a_law_or_a_domain() -> None:
    with pytest.raises(ValidationError, match="Name a law"), translation.override("en"):
        RoutingRule(body=cases.ministry()).full_clean()
    with pytest.raises(DatabaseError), transaction.atomic():
        rule(cases.ministry())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM proposals_routingrule",
        "UPDATE proposals_routingrule SET part = 'support'",
        "UPDATE proposals_routingrule SET law_id = NULL, domain_id = {domain}",
        "UPDATE proposals_routingrule SET valid_from = '2020-01-01'",
    ],
)
def test_rule_is_neither_rewritten_nor_deleted_by_sql(statement: str) -> None:
    rule(cases.ministry(), law=law())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(domain=payments().pk))
    assert RoutingRule.objects.get().part == "lead"


def test_ended_rule_can_be_followed_by_another_of_the_same_body() -> None:
    first = rule(cases.ministry(), law=law())
    with pytest.raises(DatabaseError), transaction.atomic():
        rule(cases.ministry(), law=law())
    RoutingRule.objects.filter(pk=first.pk).update(valid_to=clock.today())
    assert rule(cases.ministry(), part="support", law=law())


# --- the seed ------------------------------------------------------------------------------------


def test_seed_adds_rules_for_known_laws_and_bodies_once() -> None:
    cases.ministry("fsc")
    law(), law("洗錢防制法")
    assert seed_routes() == 2
    assert seed_routes() == 0
    assert set(RoutingRule.objects.values_list("law__name_zh", "part")) == {
        ("證券交易法", "lead"),
        ("洗錢防制法", "support"),
    }


def test_seed_leaves_a_law_alone_whose_rule_was_ended() -> None:
    body = cases.ministry("fsc")
    rule(body, law=law(), valid_from=clock.today() - timedelta(days=1), valid_to=clock.today())
    assert seed_routes() == 0


def test_facts_name_known_bodies_laws_and_domains_and_one_lead_for_each() -> None:
    from members.facts.bodies import BODIES
    from members.facts.taxonomy import DOMAINS, LAWS

    named = {route.body for route in ROUTES}
    assert named <= {body.slug for body in BODIES if body.valid_to is None}
    assert {name for route in ROUTES for name in route.laws} <= {law.name_zh for law in LAWS}
    assert {slug for route in ROUTES for slug in route.domains} <= {domain.slug for domain in DOMAINS}
    leads = [thing for route in ROUTES if route.part == "lead" for thing in (*route.laws, *route.domains)]
    assert len(leads) == len(set(leads))
