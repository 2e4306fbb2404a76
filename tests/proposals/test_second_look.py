"""A second look at a decline, a case reopened; and every step after the answer, by state and role."""

from datetime import date, timedelta

import pytest

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions import triage
from proposals.actions.aftermath import (
    ask_second_look,
    close_again,
    rate_answer,
    reopen_proposal,
)
from proposals.actions.proposer import close_proposal, withdraw_proposal
from proposals.actions.record import DECLINED_BEFORE
from proposals.casefile import for_page, turns_of
from proposals.ledger import Owner, ledger, totals
from proposals.models import Answer, Deadline, Proposal
from proposals.models.deadlines import Kind
from proposals.states import PROPOSAL_STEPS, ProposalState
from tests import cases
from workinggroups.models import Seat

from .afterwards import fresh, reconsider, state_of

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 3, 2)


@pytest.fixture(autouse=True)
def monday():
    with clock.at(NOW):
        yield


def declined(**options) -> Proposal:
    case = cases.submitted(**options)
    return triage.decline_proposal(
        user=cases.convener_of(case), proposal=case, reason="unclear", text="請補強"
    )


def closed(**options) -> Proposal:
    case = cases.answered(**options)
    return close_proposal(user=cases.proposer_of(case), proposal=case)


def look(case: Proposal):
    return ask_second_look(user=cases.proposer_of(case), proposal=case, reason="已敘明")


def reopen(case: Proposal, user=None) -> Proposal:
    return reopen_proposal(user=user or cases.convener_of(case), proposal=case, text="法律已修正")


def days(case: Proposal) -> dict[Owner, int]:
    row = for_page(Proposal.objects.filter(pk=case.pk)).get()
    return totals(ledger(sorted(turns_of(row.turns), key=lambda t: t[0]), clock.today()))


# --- second look ----------------------------------------------------------------------------------


def test_second_look_is_screened_by_somebody_else():
    case = declined()
    decliner = cases.convener_of(case)
    other = cases.person(secretary_of=case.group)
    look(case)
    case = fresh(case)
    assert (case.state, case.decline_reason, case.ended_at) == ("screening", "", None)
    assert case.deadlines.unsettled().get().kind == Kind.SCREENING
    assert {letter.recipient for letter in Letter.objects.filter(kind="second_look_asked")} == {other}
    for step in (
        lambda: triage.accept_proposal(user=decliner, proposal=case),
        lambda: triage.decline_proposal(user=decliner, proposal=case, reason="other", text="再退"),
        lambda: triage.ask_for_information(user=decliner, proposal=case, text="補件"),
        lambda: triage.refer_proposal(user=decliner, proposal=case, lead=cases.ministry()),
    ):
        with pytest.raises(NotAllowed) as refusal:
            step()
        assert refusal.value.message == DECLINED_BEFORE
    assert state_of(case) == "screening"
    assert triage.accept_proposal(user=other, proposal=case).state == "discussion"


def test_secretariat_decides_the_second_look_where_no_other_officer_is_left():
    case = declined()
    office = cases.person(secretariat=True)
    look(case)
    assert [letter.recipient for letter in Letter.objects.filter(kind="second_look_asked")] == [office]
    again = triage.decline_proposal(user=office, proposal=case, reason="unclear", text="仍不清楚")
    assert again.state == "declined"
    with pytest.raises(Refused):
        look(case)
    assert state_of(case) == "declined"


def test_secretariat_decides_nothing_while_another_officer_can():
    case = declined()
    cases.person(secretary_of=case.group)
    look(case)
    with pytest.raises(NotAllowed):
        triage.accept_proposal(user=cases.person(secretariat=True), proposal=case)


def test_second_look_is_asked_within_twenty_working_days():
    case = declined()
    with clock.at(cases.at(2026, 3, 31)), pytest.raises(Refused):
        look(case)
    assert state_of(case) == "declined"
    with clock.at(cases.at(2026, 3, 30, 23)):
        look(case)
    assert state_of(case) == "screening"


def test_days_between_decline_and_second_look_are_the_proposers():
    case = declined()
    with clock.at(NOW + timedelta(days=7)):
        look(case)
    with clock.at(NOW + timedelta(days=9)):
        assert days(case) == {Owner.ALLIANCE: 2, Owner.MINISTRY: 0, Owner.PROPOSER: 7, Owner.COORDINATION: 0}


# --- reopening ------------------------------------------------------------------------------------


def test_reopened_case_is_referred_anew_to_the_same_bodies():
    case = closed()
    with clock.at(cases.at(2026, 9, 7)):
        case = reopen(case)
        assert (case.state, case.round, case.ended_at) == ("discussion", 2, None)
        triage.refer_proposal(user=cases.convener_of(case), proposal=case, lead=cases.ministry())
        row = fresh(case).referrals.get(round=2)
        assert list(row.asked) == list(case.asks.all())
        answered = cases.answered(fresh(case))
    assert answered.state == "answered"
    assert Answer.objects.filter(ask__proposal=case).count() == 4


def test_days_on_which_a_case_was_closed_are_nobodys():
    case = closed()
    with clock.at(cases.at(2026, 9, 7)):
        reopen(case)
    with clock.at(cases.at(2026, 9, 10)):
        assert sum(days(case).values()) == 3
        assert days(case)[Owner.ALLIANCE] == 3


def test_case_is_reopened_within_a_year():
    case = closed()
    with clock.at(cases.at(2027, 3, 3)), pytest.raises(Refused):
        reopen(case)
    assert state_of(case) == "closed"
    with clock.at(cases.at(2027, 3, 2)):
        reopen(case)


def test_reopened_case_is_neither_declined_nor_asked_but_closed_again():
    case = reopen(closed())
    user = cases.convener_of(case)
    with pytest.raises(Refused):
        triage.decline_proposal(user=user, proposal=case, reason="other", text="x")
    with pytest.raises(Refused):
        triage.ask_for_information(user=user, proposal=case, text="x")
    with pytest.raises(Refused):
        close_again(user=user, proposal=case, text=" ")
    assert close_again(user=user, proposal=case, text="無須再詢").state == "closed"
    assert not Deadline.objects.unsettled().of_case(case).exists()


def test_case_that_was_never_answered_is_not_closed_again():
    case = cases.accepted()
    with pytest.raises(NotAllowed):
        close_again(user=cases.convener_of(case), proposal=case, text="x")
    assert state_of(case) == "discussion"


# --- every state, every role ----------------------------------------------------------------------

OWN_STEPS = {
    "rate": lambda user, case: rate_answer(user=user, proposal=case, usefulness=3, answered="yes"),
    "reconsider": lambda user, case: reconsider(case, 1, user=user),
    "second_look": lambda user, case: ask_second_look(user=user, proposal=case, reason="理由"),
    "reopen": lambda user, case: reopen(case, user),
    "close_again": lambda user, case: close_again(user=user, proposal=case, text="理由"),
    "close": lambda user, case: close_proposal(user=user, proposal=case),
}


def in_state(state: str) -> Proposal:
    if state == "needs_information":
        case = cases.submitted()
        return triage.ask_for_information(user=cases.convener_of(case), proposal=case, text="補")
    if state == "withdrawn":
        case = cases.submitted()
        return withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    if state == "follow_up":
        case = cases.promised()
        return close_proposal(user=cases.proposer_of(case), proposal=case)
    makers = {
        "draft": cases.draft,
        "screening": cases.submitted,
        "discussion": cases.accepted,
        "referred": cases.referred,
        "answered": cases.answered,
        "declined": declined,
        "closed": closed,
    }
    return makers[state]()


@pytest.mark.parametrize("state", [str(s) for s in ProposalState if s != "merged"])
def test_only_the_right_party_takes_a_step_in_its_state(state):
    case = in_state(state)
    assert state_of(case) == state
    before = (state, fresh(case).version)
    body = cases.ministry()
    users = {
        "proposer": cases.proposer_of(case),
        "triage": cases.convener_of(case),
        "liaison": cases.liaison_of(body),
        "secretariat": cases.person(secretariat=True),
        "auditor": cases.person(audits=True),
        "stranger": cases.person(represents=cases.member_org("globex")),
    }
    for step, act in OWN_STEPS.items():
        rule = PROPOSAL_STEPS[step]
        for role, user in users.items():
            is_open = state in rule.sources and role in {str(p) for p in rule.parties}
            if is_open and step != "close_again":
                continue
            with pytest.raises((NotAllowed, Refused)):
                act(user, case)
            assert (state_of(case), fresh(case).version) == before, (step, role)


def test_officer_who_has_an_interest_does_not_reopen():
    case = closed()
    Seat.objects.create(
        user=cases.proposer_of(case), group=case.group, role=Seat.Role.SECRETARY, starts_on=date(2020, 1, 1)
    )
    with pytest.raises(NotAllowed):
        reopen(case, cases.proposer_of(case))
