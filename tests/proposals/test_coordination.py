"""Cases that no body wants: competence is disputed, coordinated, decided by letter."""

from datetime import date, timedelta

import pytest
from django.test import Client

from members import clock
from members.models import Letter, Organisation
from members.refusals import NotAllowed, Refused
from proposals.actions.answering import (
    first_opening,
    publish_answers,
    return_referral,
    save_answer_drafts,
)
from proposals.actions.coordination import decide_competence, decline_unowned, record_coordination
from proposals.actions.proposer import withdraw_proposal
from proposals.actions.supporting import add_supporting
from proposals.actions.triage import decline_proposal
from proposals.ledger import Owner, ledger, totals
from proposals.models import Coordination, Deadline, Proposal, Referral
from proposals.models.deadlines import Kind
from proposals.states import ProposalState, ReferralState
from tests import cases

from .disputes import LETTER, decided, disputed, give_back, refer_again
from .ledgers import turns
from .test_rules import refused

pytestmark = pytest.mark.django_db
START = cases.at(2026, 11, 2)


@pytest.fixture
def case() -> Proposal:
    with clock.at(START):
        return disputed()


def at(days: int):
    return clock.at(START + timedelta(days=days))


def office():
    return cases.person("office@example.org", secretariat=True)


def test_second_return_of_a_lead_disputes_competence(case):
    row = Coordination.objects.get()
    assert (row.proposal, row.opened_on, row.is_open) == (case, date(2026, 11, 3), True)
    assert case.latest_overall_on is None
    assert not Deadline.objects.unsettled().of_case(case).exists()
    assert turns(case)[-1] == (date(2026, 11, 3), Owner.COORDINATION)
    assert Letter.objects.filter(kind="returned", body__contains="秘書處").exists()


def test_first_return_that_names_a_body_left_to_ask_is_the_groups():
    with clock.at(START):
        case = cases.referred()
        give_back(case, "moea")
    assert not Coordination.objects.exists()
    assert case.deadlines.unsettled().get().kind == Kind.SCREENING


def test_first_return_that_names_a_body_which_has_answered_disputes_competence():
    with clock.at(START):
        case = cases.referred(supporting=[cases.ministry("cbc")])
        support = case.referrals.select_related("proposal", "ministry").get(part="support")
        user = cases.liaison_of(support.ministry)
        asks = list(case.asks.values_list("pk", flat=True))
        drafts = {pk: {"outcome": "no_comment"} for pk in asks}
        save_answer_drafts(user=user, referral=support, drafts=drafts)
        publish_answers(user=user, referral=support, asks=asks)
        give_back(case, "cbc")
    assert Coordination.objects.get().proposal == case


def test_secretariat_is_told_of_a_case_without_an_owner():
    with clock.at(START):
        user = office()
        disputed()
    assert Letter.objects.get(kind="competence_disputed").recipient == user


def test_disputed_case_waits_for_the_letter_and_not_for_the_group(case):
    with at(2):
        for slug in ("fsc", "moda"):
            with pytest.raises(Refused, match=r"letter|函"):
                refer_again(case, slug)
        with pytest.raises(Refused):
            decline_unowned(user=cases.convener_of(case), proposal=case, text="無主管機關")


def test_contact_date_and_conclusions_are_public(case):
    with at(3):
        record_coordination(
            user=office(),
            proposal=case,
            contact="國家發展委員會法制協調處",
            meeting_on=date(2026, 11, 20),
            minutes="兩機關各自釐清法源",
        )
        page = Client().get(f"/en/proposals/{case.number}/").content.decode()
    for words in (
        "國家發展委員會法制協調處",
        "2026-11-20",
        "兩機關各自釐清法源",
        "Competence being coordinated",
    ):
        assert words in page
    entry = case.timeline.get(kind="coordinated")
    assert (entry.note.text, entry.turn) == ("兩機關各自釐清法源", "")
    assert Letter.objects.get(kind="coordinated").recipient == cases.proposer_of(case)


def test_coordination_that_says_the_same_again_is_written_once(case):
    said = {"contact": "某處", "meeting_on": None, "minutes": ""}
    with at(3):
        for _ in range(2):
            record_coordination(user=office(), proposal=case, **said)
        with pytest.raises(Refused):
            record_coordination(user=office(), proposal=case, **said | {"contact": " "})
        with pytest.raises(Refused):
            record_coordination(user=office(), proposal=case, **said | {"meeting_on": date(2026, 11, 1)})
    assert case.timeline.filter(kind="coordinated").count() == 1


def test_body_decided_to_be_competent_leads_and_cannot_return_again(case):
    fsc = cases.ministry("fsc")
    with at(11):
        decided(case, fsc)
        lead = cases.lead_of(case)
        with pytest.raises(Refused, match=LETTER):
            return_referral(
                user=cases.liaison_of(fsc), referral=lead, body=cases.ministry("moda"), reason="非屬權責"
            )
    assert (lead.ministry, lead.state) == (fsc, ReferralState.SENT)
    case.refresh_from_db()
    assert case.latest_overall_on == lead.due_on
    letter = Letter.objects.filter(kind="referred", recipient=cases.liaison_of(fsc)).latest("pk")
    assert LETTER in letter.body


def test_days_of_the_dispute_are_coordinations_and_no_ministrys(case):
    with at(11):
        decided(case, cases.ministry("moda"))
    with at(14):
        first_opening(user=cases.liaison_of(cases.ministry("moda")), referral=cases.lead_of(case))
    days = totals(ledger(turns(case), date(2026, 11, 26)))
    assert days[Owner.COORDINATION] == 10
    assert days[Owner.MINISTRY] == 10
    assert sum(days.values()) == (date(2026, 11, 26) - START.date()).days


def test_supporting_body_decided_to_be_competent_keeps_its_receipt():
    with clock.at(START):
        case = disputed(supporting=[cases.ministry("cbc")])
        support = case.referrals.get(ministry__slug="cbc")
        first_opening(user=cases.liaison_of(support.ministry), referral=support)
    with at(5):
        decided(case, cases.ministry("cbc"))
    lead = case.referrals.get(ministry__slug="cbc")
    assert (lead.part, lead.received_on) == ("lead", START.date())
    assert lead.deadlines.filter(kind=Kind.ANSWER).exists()


@pytest.mark.parametrize("wrong", [{"decision_number": " "}, {"decided_on": date(2026, 11, 1)}])
def test_decision_needs_a_letter_of_a_day_in_the_dispute(case, wrong):
    said = {"body": None, "decision_number": LETTER, "decided_on": date(2026, 11, 5)} | wrong
    with at(5), pytest.raises(Refused):
        decide_competence(user=office(), proposal=case, **said)
    assert Coordination.objects.get().is_open


def test_case_without_a_competent_body_is_declined_in_public():
    with clock.at(START):
        case = disputed(supporting=[cases.ministry("cbc")])
    with at(9):
        decided(case, None)
        assert case.deadlines.unsettled().get().kind == Kind.SCREENING
        decline_unowned(user=cases.convener_of(case), proposal=case, text="無主管機關")
        case.refresh_from_db()
        page = Client().get(f"/en/proposals/{case.number}/").content.decode()
    assert (case.state, case.decline_reason) == (ProposalState.DECLINED, "no_body")
    assert "No government body is competent" in page
    assert case.title not in page
    assert not Referral.objects.open().filter(proposal=case).exists()
    assert not Deadline.objects.unsettled().of_case(case).exists()
    assert Letter.objects.filter(kind="released").count() == 1
    assert Letter.objects.filter(kind="declined", recipient=cases.proposer_of(case)).count() == 1


def test_no_officer_declines_for_want_of_a_body_before_the_letter():
    with clock.at(START):
        case = cases.submitted()
        with pytest.raises(Refused):
            decline_proposal(user=cases.convener_of(case), proposal=case, reason="no_body", text="無")


def test_group_may_still_find_a_body_after_the_decision_that_none_is_competent(case):
    with at(9):
        decided(case, None)
        refer_again(case, "moda")
        with pytest.raises(Refused):
            decline_unowned(user=cases.convener_of(case), proposal=case, text="無主管機關")


def test_coordination_ends_with_a_case_that_is_withdrawn(case):
    with at(4):
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    row = Coordination.objects.get()
    assert (row.is_open, row.decided_on, row.days) == (False, None, 3)


def test_database_declines_a_referred_case_only_by_its_letter(case):
    sql = "update proposals_proposal set state = 'declined', ended_at = now() where id = %s"
    assert refused(sql, case.pk)
    with at(5):
        decided(case, None)
    assert not refused(sql, case.pk)


def test_database_keeps_coordination_and_its_decision(case):
    assert refused("delete from proposals_coordination")
    assert refused("update proposals_coordination set decided_on = now()")
    with at(5):
        decided(case, None)
    assert refused("update proposals_coordination set decision_number = 'x'")
    assert refused("update proposals_coordination set closed_at = null, decided_on = null")


# --- further bodies ------------------------------------------------------------------------------


def add(case: Proposal, *bodies: Organisation) -> list[Referral]:
    return add_supporting(user=cases.convener_of(case), proposal=case, bodies=bodies)


def test_supporting_body_is_added_with_a_period_of_its_own():
    cbc = cases.ministry("cbc")
    with clock.at(START):
        case = cases.referred()
        lead_due = cases.lead_of(case).due_on
    with at(7):
        cases.liaison_of(cbc)
        (added,) = add(case, cbc)
    assert (added.part, added.deadlines.filter(kind=Kind.SUPPORT).count()) == ("support", 1)
    assert cases.lead_of(case).due_on == lead_due
    assert Letter.objects.filter(kind="referred", recipient=cases.liaison_of(cbc)).count() == 1
    assert case.timeline.get(kind="supporting_added").data["supporting"] == [cbc.pk]
    with at(8), pytest.raises(Refused):
        add(case, cbc)


def test_supporting_body_needs_a_lead_and_an_officer(case):
    with at(7):
        for bodies in ([cases.ministry("cbc")], []):
            with pytest.raises(Refused):
                add(case, *bodies)
        with pytest.raises(NotAllowed):
            add_supporting(user=office(), proposal=case, bodies=[cases.ministry("cbc")])


# --- provisional leads ---------------------------------------------------------------------------


def test_provisional_lead_returns_until_its_first_draft_whatever_its_silence():
    with clock.at(START):
        case, other = cases.referred(), cases.referred()
    with at(40):  # the ten working days for acceptance are long over
        give_back(case, "moea")
        lead = cases.lead_of(other)
        user = cases.liaison_of(lead.ministry)
        draft = {"outcome": "clarified", "reason": "理由", "legal_basis": "第1條"}
        save_answer_drafts(user=user, referral=lead, drafts={other.asks.first().pk: draft})
        with pytest.raises(Refused):
            give_back(other, "moea")
    assert case.referrals.get().state == ReferralState.RETURNED
