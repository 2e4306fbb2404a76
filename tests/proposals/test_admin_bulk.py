"""One decision about many cases of the queue: what the page between says, and what then happens to each."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Law
from proposals.actions.recusal import declare_interest
from proposals.actions.triage import accept_proposal, ask_for_information, resume_proposal
from proposals.models import Competitor, Proposal, RoutingRule, SavedText, TimelineEntry
from proposals.models.circles import of_interest_to
from proposals.permissions import has_interest
from proposals.states import ProposalState
from tests import cases
from tests.cases import signed_in

from .desk import LIST, bulk, confirm, convener, fresh, said, state

pytestmark = pytest.mark.django_db


def rule(body: str, part: str = "lead") -> RoutingRule:
    law = Law.objects.get_or_create(name_zh="證券交易法")[0]
    return RoutingRule.objects.create(law=law, body=cases.ministry(body), part=part)


# --- the page between ----------------------------------------------------------------------------


def test_page_between_changes_nothing_and_says_what_would() -> None:
    rows = [cases.submitted(), cases.submitted()]
    between = bulk(convener(rows[0]), "accept", rows)
    assert between.status_code == 200
    assert [row.case.number for row in between.context["able"]] == [row.number for row in rows]
    assert {row.becomes for row in between.context["able"]} == {ProposalState.DISCUSSION.label}
    assert [state(row) for row in rows] == [ProposalState.SCREENING] * 2


def test_page_between_names_the_cases_that_cannot_and_why() -> None:
    done, open_ = cases.accepted(), cases.submitted()
    own = cases.submitted(organisation=cases.member_org("own"))
    client = signed_in(cases.person(represents=own.organisation, secretary_of=own.group))
    between = bulk(client, "accept", [done, open_, own])
    assert [row.case for row in between.context["able"]] == [open_]
    why = {row.case.number: str(row.refusal) for row in between.context["unable"]}
    assert str(ProposalState.DISCUSSION.label) in why[done.number]
    assert own.number in why


def test_case_that_was_asked_twice_is_named_before_it_is_asked_again() -> None:
    case = cases.submitted()
    officer = cases.convener_of(case)
    for _ in range(2):
        ask_for_information(user=officer, proposal=case, text="?")
        resume_proposal(user=officer, proposal=case)
    assert bulk(signed_in(officer), "ask", [case]).context["able"] == []


def test_page_between_takes_as_many_queries_for_three_cases_as_for_one() -> None:
    rule("fsc")
    rows = [cases.submitted(organisation=cases.member_org(name)) for name in ("a", "b", "c")]
    client = convener(rows[0])
    for name in ("accept", "decline", "route"):
        counts = []
        for some in (rows[:1], rows):
            bulk(client, name, some)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                bulk(client, name, some)
            counts.append(len(queries))
        assert counts[0] == counts[1], name


def test_interests_of_many_cases_are_those_of_each() -> None:
    user = cases.person(represents=cases.member_org("own"), secretary_of=cases.group())
    own = cases.submitted(organisation=cases.member_org("own"))
    rivals, aside, free = cases.draft(), cases.submitted(), cases.submitted()
    Competitor.objects.create(proposal=rivals, organisation=cases.member_org("own"))
    declare_interest(user=user, proposal=aside, reason="曾任顧問")
    assert set(of_interest_to(user)) == {own, rivals, aside}
    for case in (own, rivals, aside, free):
        assert has_interest(user, fresh(case)) == (case != free)


# --- what happens --------------------------------------------------------------------------------


def test_selected_cases_are_accepted_in_one_go() -> None:
    rows = [cases.submitted(), cases.submitted()]
    answer = confirm(convener(rows[0]), "accept", rows)
    assert [state(row) for row in rows] == [ProposalState.DISCUSSION] * 2
    assert all(str(row.number) in said(answer)[0] for row in rows)


def test_refused_case_does_not_stop_the_others_and_says_why() -> None:
    done, open_ = cases.accepted(), cases.submitted()
    answer = bulk(convener(open_), "accept", [done, open_], confirmed="1")
    assert answer.status_code == 409
    assert state(open_) == ProposalState.DISCUSSION
    assert str(open_.number) in said(answer)[0]
    assert [row.case for row in answer.context["failed"]] == [done]
    assert str(answer.context["failed"][0].failed) in answer.content.decode()
    assert TimelineEntry.objects.filter(proposal=done, kind="accepted").count() == 1


def test_cases_of_another_group_slipped_into_the_selection_are_left_alone() -> None:
    own = cases.submitted(group=cases.group("regulation"))
    other = cases.submitted(group=cases.group("application"))
    answer = bulk(convener(own), "accept", [own, other], confirmed="1")
    assert (state(own), state(other)) == (ProposalState.DISCUSSION, ProposalState.SCREENING)
    assert other.number not in answer.content.decode()
    assert len(said(answer)) == 2


def test_garbled_selection_is_a_bad_request() -> None:
    client = convener(cases.submitted())
    sent = {"action": "accept", "index": "0", "_selected_action": ["abc"]}
    assert client.post(LIST, sent).status_code == 400


def test_nothing_selected_says_so() -> None:
    client = convener(cases.submitted())
    answer = client.post(LIST, {"action": "accept", "index": "0"}, follow=True)
    assert len(said(answer)) == 1


def test_asking_from_the_list_goes_through_a_page_for_the_text() -> None:
    rows = [cases.submitted(), cases.submitted()]
    client = convener(rows[0])
    empty = confirm(client, "ask", rows, text="  ")
    assert empty.status_code == 422
    assert empty.context["form"].errors
    assert [state(row) for row in rows] == [ProposalState.SCREENING] * 2
    confirm(client, "ask", rows, text="請補充試算。")
    assert [state(row) for row in rows] == [ProposalState.NEEDS_INFORMATION] * 2


def test_declining_from_the_list_needs_a_reason_of_the_list() -> None:
    case = cases.submitted()
    client = convener(case)
    confirm(client, "decline", [case], reason="because", text="理由")
    assert state(case) == ProposalState.SCREENING
    confirm(client, "decline", [case], reason="unclear", text="理由")
    assert fresh(case).decline_reason == "unclear"


def test_moving_from_the_list_tells_of_the_group_that_has_it_already() -> None:
    case, other = cases.submitted(), cases.group("application")
    client = convener(case)
    refused = confirm(client, "move", [case], group=case.group_id, text="理由")
    assert refused.status_code == 409
    assert "理由" in refused.content.decode()
    confirm(client, "move", [case], group=other.pk, text="理由")
    assert fresh(case).group == other


def test_referring_from_the_list_remembers_the_choice_for_the_next_time() -> None:
    lead, support = cases.ministry("fsc"), cases.ministry("moda")
    first, second = cases.submitted(), cases.accepted()
    client = convener(first)
    sent = {"lead": lead.pk, "supporting": [support.pk], "letter_number": "聯盟字第1號"}
    confirm(client, "refer", [first], **sent)
    assert {r.ministry for r in first.referrals.all()} == {lead, support}
    assert cases.lead_of(first).letter_number == "聯盟字第1號"
    form = bulk(client, "refer", [second]).context["form"]
    assert form.initial == {"lead": lead.pk, "supporting": [support.pk]}


def test_body_named_as_lead_and_supporting_is_refused_beside_the_field() -> None:
    case, body = cases.submitted(), cases.ministry()
    answer = confirm(convener(case), "refer", [case], lead=body.pk, supporting=[body.pk])
    assert "supporting" in answer.context["form"].errors
    assert not case.referrals.exists()


def test_page_seen_before_somebody_else_decided_changes_nothing_and_keeps_the_text() -> None:
    late, case = cases.submitted(), cases.submitted()
    seen = {f"version_{row.pk}": fresh(row).version for row in (late, case)}
    seen[f"state_{late.pk}"] = "screening"
    accept_proposal(user=cases.convener_of(late), proposal=late)
    sent = {"confirmed": "1", "reason": "other", "text": "寫了很久的理由"}
    answer = bulk(convener(case), "decline", [late, case], **seen | sent)
    assert (state(late), state(case)) == (ProposalState.DISCUSSION, ProposalState.DECLINED)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "寫了很久的理由" in html
    assert f'name="version_{late.pk}" value="{fresh(late).version}"' in html
    assert html.index('class="since"') < html.index("寫了很久的理由")
    assert [row.case for row in answer.context["able"]] == [late]


# --- by routing rules ----------------------------------------------------------------------------


def test_each_case_is_referred_to_the_bodies_that_the_rules_name() -> None:
    rule("fsc"), rule("moda", "support")
    case = cases.submitted()
    client = convener(case)
    between = bulk(client, "route", [case])
    assert between.context["able"][0].proposed.lead.body == cases.ministry("fsc")
    confirm(client, "route", [case])
    assert {(r.ministry.slug, r.part) for r in case.referrals.all()} == {("fsc", "lead"), ("moda", "support")}


def test_case_without_a_rule_and_one_with_two_leads_stay_as_they_are() -> None:
    case = cases.submitted()
    client = convener(case)
    none = bulk(client, "route", [case]).context["unable"][0]
    rule("fsc"), rule("moj")
    two = bulk(client, "route", [case]).context["unable"][0]
    assert str(none.refusal) != str(two.refusal)
    assert cases.ministry("moj").short_name in str(two.refusal)
    assert confirm(client, "route", [case]).status_code == 409
    assert state(case) == ProposalState.SCREENING


def test_rules_that_changed_since_the_page_refer_nothing() -> None:
    first = rule("fsc")
    case = cases.submitted()
    client = convener(case)
    seen = bulk(client, "route", [case]).context["able"][0].proposed.as_sent
    RoutingRule.objects.filter(pk=first.pk).update(valid_to=clock.today())
    rule("moj")
    answer = bulk(client, "route", [case], confirmed="1", **{f"bodies_{case.pk}": seen})
    assert answer.status_code == 409
    assert state(case) == ProposalState.SCREENING
    assert answer.context["able"][0].proposed.lead.body == cases.ministry("moj")


# --- saved texts ---------------------------------------------------------------------------------


def test_saved_text_is_put_below_what_was_typed_without_script_and_nothing_is_sent() -> None:
    case = cases.submitted()
    text = SavedText.objects.create(kind="decline", title="未具體", text_zh="請敘明條次。")
    sent = {"confirmed": "1", "reason": "unclear", "text": "您好：", "saved": text.pk, "insert": "text"}
    answer = bulk(convener(case), "decline", [case], **sent)
    form = answer.context["form"]
    assert answer.status_code == 200
    assert form["text"].value() == "您好：\n\n請敘明條次。"
    assert form["reason"].value() == "unclear"
    assert not form.errors
    assert state(case) == ProposalState.SCREENING


def test_cases_in_two_languages_are_offered_the_text_in_both() -> None:
    rows: list[Proposal] = [cases.submitted(), cases.submitted(language="en")]
    SavedText.objects.create(kind="ask", title="補充", text_zh="請補充", text_en="Please add")
    SavedText.objects.create(kind="ask", title="他組", text_zh="x", group=cases.group("application"))
    offer = bulk(convener(rows[0]), "ask", rows).context["offer"]
    assert [(choice.title, choice.words) for choice in offer.choices] == [("補充", "請補充\n\nPlease add")]
