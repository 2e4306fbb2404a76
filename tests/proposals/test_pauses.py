"""Pauses for causes that nobody answers for: what they stop, for how long, and to whom their days belong."""

from datetime import date, timedelta

import pytest

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions.answering import (
    accept_referral,
    ask_proposer,
    record_letters,
    return_referral,
)
from proposals.actions.pauses import end_pause_for_cause, pause_for_cause
from proposals.actions.proposer import reply_to_question
from proposals.actions.triage import accept_proposal, ask_for_information, refer_proposal
from proposals.casefile import Hold, Row, for_rows
from proposals.ledger import Owner, ledger, totals
from proposals.models import Deadline, Pause, Proposal, Referral
from proposals.models.deadlines import Kind
from proposals.states import ReferralState
from tests import cases

from .ledgers import turns

at = cases.at
pytestmark = pytest.mark.django_db
WHY = {"reason": "機關資訊系統因地震停擺", "evidence_url": "https://example.gov.tw/notice"}


@pytest.fixture
def office():
    return cases.person("office@example.org", secretariat=True)


@pytest.fixture
def referral() -> Referral:
    """Referred on Monday 2 March 2026, received the next day; the answer is due on 4 May."""
    with clock.at(at(2026, 3, 2)):
        case = cases.referred(supporting=[cases.ministry("moj")])
    row = cases.lead_of(case)
    with clock.at(at(2026, 3, 4)):
        record_letters(user=cases.liaison_of(row.ministry), referral=row, received_on=date(2026, 3, 3))
    return cases.lead_of(case)


def answer(referral: Referral) -> Deadline:
    return Deadline.objects.get(referral=referral, kind=Kind.ANSWER)


def fresh(referral: Referral) -> Referral:
    return cases.lead_of(Proposal.objects.get(pk=referral.proposal_id))


def booked(case: Proposal, until: date) -> dict[Owner, int]:
    return totals(ledger(turns(case), until))


def test_pause_stops_the_clock_and_its_end_adds_its_days(referral, office):
    before = answer(referral).raw_last_on
    with clock.at(at(2026, 4, 1)):
        pause = pause_for_cause(user=office, referral=referral, starts_on=date(2026, 4, 1), **WHY)
        assert answer(referral).is_paused
        assert fresh(referral).is_paused
    with clock.at(at(2026, 6, 1)):
        assert not fresh(referral).is_overdue
        assert not Referral.objects.overdue().filter(pk=referral.pk).exists()
    with clock.at(at(2026, 4, 11)):
        end_pause_for_cause(user=office, pause=pause, ends_on=date(2026, 4, 11))
    assert not answer(referral).is_paused
    assert not fresh(referral).is_paused
    assert answer(referral).raw_last_on == before + timedelta(days=10)
    assert Proposal.objects.get().latest_overall_on == fresh(referral).due_on == answer(referral).due_on
    assert [step["code"] for step in answer(referral).steps].count("paused") == 1


def test_trace_is_public_with_reason_and_evidence_and_everybody_hears_of_it(referral, office):
    with clock.at(at(2026, 4, 1)):
        pause = pause_for_cause(user=office, referral=referral, starts_on=date(2026, 3, 30), **WHY)
        end_pause_for_cause(user=office, pause=pause, ends_on=date(2026, 4, 1))
    first, last = referral.timeline.filter(kind__in=["paused_for_cause", "cause_ended"])
    assert first.visibility == last.visibility == "public"
    assert first.note.text == WHY["reason"]
    assert first.data["evidence"] == WHY["evidence_url"]
    assert [clock.local_date(e.happened_at) for e in (first, last)] == [date(2026, 3, 30), date(2026, 4, 1)]
    case = referral.proposal
    people = {cases.proposer_of(case), cases.convener_of(case), cases.liaison_of(referral.ministry)}
    for kind in ("paused_for_cause", "cause_ended"):
        assert {letter.recipient for letter in Letter.objects.filter(kind=kind)} == people
    assert WHY["evidence_url"] in Letter.objects.filter(kind="paused_for_cause")[0].body


def test_pause_over_a_question_counts_no_day_twice_and_each_ends_for_itself(referral, office):
    liaison = cases.liaison_of(referral.ministry)
    before = answer(referral).raw_last_on
    with clock.at(at(2026, 4, 1)):
        question = ask_proposer(user=liaison, referral=referral, text="?")
    with clock.at(at(2026, 4, 6)):
        pause = pause_for_cause(user=office, referral=referral, starts_on=date(2026, 4, 6), **WHY)
    with clock.at(at(2026, 4, 9)):
        reply_to_question(user=cases.proposer_of(referral.proposal), question=question, text="!")
    assert answer(referral).is_paused
    assert Pause.objects.get(question=question).ends_on == date(2026, 4, 9)
    with clock.at(at(2026, 4, 13)):
        end_pause_for_cause(user=office, pause=pause, ends_on=date(2026, 4, 13))
    assert not answer(referral).is_paused
    assert answer(referral).raw_last_on == before + timedelta(days=12)
    days = booked(referral.proposal, date(2026, 4, 20))
    assert days[Owner.PROPOSER] == 5
    assert days[Owner.COORDINATION] == 7
    assert sum(days.values()) == 49


def test_pause_that_ends_while_a_question_is_open_gives_the_days_back_to_the_proposer(referral, office):
    with clock.at(at(2026, 4, 1)):
        ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="?")
        pause = pause_for_cause(user=office, referral=referral, starts_on=date(2026, 4, 1), **WHY)
    with clock.at(at(2026, 4, 5)):
        end_pause_for_cause(user=office, pause=pause, ends_on=date(2026, 4, 5))
    assert answer(referral).is_paused
    assert fresh(referral).state == ReferralState.WAITING
    days = booked(referral.proposal, date(2026, 4, 8))
    assert (days[Owner.COORDINATION], days[Owner.PROPOSER]) == (4, 3)
    assert referral.timeline.get(kind="cause_ended").turn == Owner.PROPOSER


def test_pause_recorded_after_the_fact_books_its_days_whatever_happened_meanwhile(referral, office):
    with clock.at(at(2026, 4, 3)):
        ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="?")
    with clock.at(at(2026, 4, 20)):
        days = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 6)}
        pause_for_cause(user=office, referral=referral, **days, **WHY)
    found = booked(referral.proposal, date(2026, 4, 20))
    assert found[Owner.COORDINATION] == 5
    assert found[Owner.PROPOSER] == 14
    assert found[Owner.MINISTRY] == 29


def test_pause_of_a_supporting_body_is_its_own_affair(referral, office):
    support = referral.proposal.referrals.get(part="support")
    with clock.at(at(2026, 3, 9)):
        accept_referral(user=cases.liaison_of(support.ministry), referral=support)
    with clock.at(at(2026, 3, 20)):
        pause_for_cause(user=office, referral=support, starts_on=date(2026, 3, 20), **WHY)
    support.refresh_from_db()
    assert support.is_paused
    assert not fresh(referral).is_paused
    assert booked(referral.proposal, date(2026, 3, 30))[Owner.COORDINATION] == 0


@pytest.mark.parametrize("runs_on", [date(2026, 3, 25), date(2026, 4, 10)])
def test_supporting_body_that_becomes_the_lead_while_its_clock_stands(referral, office, runs_on):
    """Its days until the clock runs on are nobody's fault, then its own; before, they were not the case's."""
    case = referral.proposal
    support = case.referrals.get(part="support")
    with clock.at(at(2026, 3, 9)):
        accept_referral(user=cases.liaison_of(support.ministry), referral=support)
    with clock.at(at(2026, 3, 20)):
        pause_for_cause(user=office, referral=support, starts_on=date(2026, 3, 20), **WHY)
    with clock.at(at(2026, 3, 23)):
        give_back = {"body": support.ministry, "reason": "?"}
        return_referral(user=cases.liaison_of(referral.ministry), referral=referral, **give_back)
    with clock.at(at(2026, 3, 30)):
        fresh_case = Proposal.objects.get(pk=case.pk)
        refer_proposal(user=cases.convener_of(case), proposal=fresh_case, lead=support.ministry)
    assert fresh(support).is_paused
    assert booked(case, date(2026, 4, 5))[Owner.COORDINATION] == 6
    with clock.at(at(2026, 4, 10)):
        end_pause_for_cause(user=office, pause=Pause.objects.get(referral=support), ends_on=runs_on)
    found = booked(case, date(2026, 4, 20))
    assert found[Owner.COORDINATION] == max(0, (runs_on - date(2026, 3, 30)).days)
    assert found[Owner.MINISTRY] == 20 + 21 - found[Owner.COORDINATION]
    assert sum(found.values()) == (date(2026, 4, 20) - date(2026, 3, 2)).days


def test_alliances_own_clock_stands_too_and_goes_on_with_the_next_step(office):
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        pause_for_cause(user=office, proposal=case, starts_on=date(2026, 3, 2), **WHY)
        row = Row.of(for_rows(Proposal.objects.all()).get(), clock.today())
        assert row.turn.hold is Hold.PAUSED
    with clock.at(at(2026, 3, 12)):
        accept_proposal(user=cases.convener_of(case), proposal=case)
        assert Deadline.objects.get(kind=Kind.DISCUSSION).is_paused
        lead = cases.ministry()
        cases.liaison_of(lead)
        refer_proposal(user=cases.convener_of(case), proposal=case, lead=lead)
    assert Pause.objects.get().ends_on == date(2026, 3, 12)
    days = booked(case, date(2026, 3, 14))
    assert (days[Owner.ALLIANCE], days[Owner.COORDINATION]) == (2, 10)
    assert sum(days.values()) == 12


def test_case_that_lacks_information_stands_for_a_cause_as_well(office):
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
        pause = pause_for_cause(user=office, proposal=case, starts_on=date(2026, 3, 2), **WHY)
    with clock.at(at(2026, 3, 5)):
        end_pause_for_cause(user=office, pause=pause, ends_on=date(2026, 3, 5))
    assert Deadline.objects.get(kind=Kind.SCREENING).is_paused
    assert not Deadline.objects.get(kind=Kind.INFORMATION).is_paused


def test_pause_ends_with_the_clock_that_it_stopped(referral, office):
    with clock.at(at(2026, 3, 10)):
        pause_for_cause(user=office, referral=referral, starts_on=date(2026, 3, 9), **WHY)
    with clock.at(at(2026, 3, 16)):
        return_referral(
            user=cases.liaison_of(referral.ministry),
            referral=fresh(referral),
            body=cases.ministry("moea"),
            reason="非本會權責",
        )
    assert Pause.objects.get().ends_on == date(2026, 3, 16)
    days = booked(referral.proposal, date(2026, 3, 20))
    assert (days[Owner.COORDINATION], days[Owner.ALLIANCE]) == (7, 5)
    assert sum(days.values()) == 18


@pytest.mark.parametrize(
    "changes",
    [
        {"starts_on": date(2026, 4, 2)},
        {"starts_on": date(2026, 3, 2)},
        {"starts_on": date(2026, 3, 30), "ends_on": date(2026, 3, 30)},
        {"starts_on": date(2026, 3, 30), "ends_on": date(2026, 4, 2)},
        {"reason": " "},
        {"evidence_url": " "},
    ],
    ids=["future", "before the clock", "no day", "ends in the future", "no reason", "no evidence"],
)
def test_pause_that_will_not_do_is_refused_and_changes_nothing(referral, office, changes):
    before = answer(referral).due_on
    with clock.at(at(2026, 4, 1)), pytest.raises(Refused):
        pause_for_cause(user=office, referral=referral, **{"starts_on": date(2026, 4, 1), **WHY, **changes})
    assert not Pause.objects.exists()
    assert answer(referral).due_on == before


def test_pause_after_the_due_date_is_refused(referral, office):
    with clock.at(at(2026, 5, 20)), pytest.raises(Refused):
        pause_for_cause(user=office, referral=referral, starts_on=date(2026, 5, 5), **WHY)


def test_second_pause_over_the_same_days_is_refused(referral, office):
    with clock.at(at(2026, 4, 1)):
        pause_for_cause(user=office, referral=referral, starts_on=date(2026, 4, 1), **WHY)
        with pytest.raises(Refused):
            pause_for_cause(user=office, referral=referral, starts_on=date(2026, 3, 30), **WHY)
    assert Pause.objects.count() == 1


def test_pause_ends_once_and_neither_before_it_began_nor_in_the_future(referral, office):
    with clock.at(at(2026, 4, 6)):
        pause = pause_for_cause(user=office, referral=referral, starts_on=date(2026, 4, 6), **WHY)
        for day in (date(2026, 4, 5), date(2026, 4, 7)):
            with pytest.raises(Refused):
                end_pause_for_cause(user=office, pause=pause, ends_on=day)
        end_pause_for_cause(user=office, pause=pause, ends_on=date(2026, 4, 6))
        with pytest.raises(Refused):
            end_pause_for_cause(user=office, pause=pause, ends_on=date(2026, 4, 6))


def test_nobody_but_the_secretariat_stops_a_clock_for_a_cause(referral, office):
    case = referral.proposal
    with clock.at(at(2026, 4, 1)):
        pause = pause_for_cause(user=office, referral=referral, starts_on=date(2026, 4, 1), **WHY)
        for user in (
            cases.liaison_of(referral.ministry),
            cases.convener_of(case),
            cases.proposer_of(case),
            cases.person(chairs=True),
            cases.person(audits=True),
        ):
            with pytest.raises(NotAllowed):
                pause_for_cause(user=user, referral=referral, starts_on=date(2026, 4, 1), **WHY)
            with pytest.raises(NotAllowed):
                end_pause_for_cause(user=user, pause=pause, ends_on=date(2026, 4, 1))


def test_clock_that_does_not_run_is_not_stopped(office):
    with clock.at(at(2026, 3, 2)):
        case = cases.answered()
        for scope in ({"proposal": case}, {"referral": cases.lead_of(case)}):
            with pytest.raises(Refused):
                pause_for_cause(user=office, starts_on=date(2026, 3, 2), **WHY, **scope)
        referred = cases.referred(organisation=case.organisation)
        with pytest.raises(Refused):
            pause_for_cause(user=office, proposal=referred, starts_on=date(2026, 3, 2), **WHY)


def test_pauses_are_read_with_their_case(office):
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        pause_for_cause(user=office, proposal=case, starts_on=date(2026, 3, 2), **WHY)
    assert Pause.objects.visible_to(cases.proposer_of(case)).exists()
    assert not Pause.objects.visible_to(cases.person(liaison_of=cases.ministry("moj"))).exists()
