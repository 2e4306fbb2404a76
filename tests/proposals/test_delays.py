"""What stands beside a mark of lateness, and the proof that takes a wrong one away."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals import statistics
from proposals.actions.answering import first_opening
from proposals.actions.delays import explain_delay, prove_reply
from proposals.models import InterimReply, Proposal, Referral
from tests import cases
from tests.cases import signed_in

at = cases.at
pytestmark = pytest.mark.django_db
LATE = at(2026, 5, 12)
LETTER = {"reply_number": "金管證字第1150001號", "text": "送達證書"}


@pytest.fixture
def referral() -> Referral:
    """Opened on 3 March 2026, due on 4 May (2 May is a Saturday)."""
    with clock.at(at(2026, 3, 2)):
        case = cases.referred()
    row = cases.lead_of(case)
    with clock.at(at(2026, 3, 3)):
        first_opening(user=cases.liaison_of(row.ministry), referral=row)
    return cases.lead_of(case)


@pytest.fixture
def office():
    return cases.person("office@example.org", secretariat=True)


def fresh(referral: Referral) -> Referral:
    return cases.lead_of(Proposal.objects.get(pk=referral.proposal_id))


def explain(referral: Referral, **changes: object) -> InterimReply:
    given = {"reason": "尚待會商", "expected_on": date(2026, 6, 1), **changes}
    return explain_delay(user=cases.liaison_of(referral.ministry), referral=referral, **given)


# --- the reason of a delay -------------------------------------------------------------------------


def test_reason_of_a_delay_stands_beside_the_mark_on_page_list_and_dashboard(referral):
    with clock.at(LATE):
        explain(referral)
        pages = [
            Client().get(f"/en/proposals/{referral.proposal.number}/"),
            Client().get("/en/proposals/"),
        ]
        liaison = signed_in(cases.liaison_of(referral.ministry))
        pages += [liaison.get("/en/dashboard/"), liaison.get(f"/en/dashboard/{referral.pk}/")]
    for page in pages:
        text = page.content.decode()
        assert '<time datetime="2026-06-01">' in text
        assert "Overdue" in text
    assert "尚待會商" in pages[0].content.decode()
    assert fresh(referral).is_overdue


def test_reason_of_a_delay_is_public_history_and_told_to_proposer_and_convener(referral):
    with clock.at(LATE):
        explain(referral)
    entry = referral.timeline.get(kind="delay_explained")
    assert (entry.visibility, entry.note.text) == ("public", "尚待會商")
    case = referral.proposal
    letters = Letter.objects.filter(kind="delay_explained")
    assert {letter.recipient for letter in letters} == {cases.proposer_of(case), cases.convener_of(case)}


def test_later_reason_stands_in_the_place_of_the_earlier_which_stays_readable(referral):
    with clock.at(LATE):
        explain(referral)
    with clock.at(at(2026, 6, 2)):
        explain(referral, reason="法規會審查中", expected_on=date(2026, 6, 20))
        page = Client().get(f"/en/proposals/{referral.proposal.number}/")
    [column] = page.context["bodies"]
    assert column.delay.text == "法規會審查中"
    text = page.content.decode()
    assert text.count("尚待會商") == 1
    assert text.count("法規會審查中") == 2
    entry = referral.timeline.filter(kind="delay_explained").last()
    assert entry.data["old_expected_on"] == "2026-06-01"


def test_delay_is_neither_interim_reply_nor_preliminary_reply(referral):
    with clock.at(LATE):
        explain(referral)
        page = Client().get(f"/proposals/{referral.proposal.number}/")
    [column] = page.context["bodies"]
    assert column.interim is None
    assert column.lacks_preliminary


@pytest.mark.parametrize(
    ("moment", "changes"),
    [
        (at(2026, 5, 4, 23, 59), {}),
        (LATE, {"reason": "  "}),
        (LATE, {"expected_on": date(2026, 5, 12)}),
    ],
    ids=["in time", "no reason", "not to come"],
)
def test_delay_that_will_not_do_is_refused(referral, moment, changes):
    with clock.at(moment), pytest.raises(Refused):
        explain(referral, **changes)
    assert not InterimReply.objects.exists()


def test_delay_of_a_part_that_nobody_received_is_refused():
    with clock.at(at(2026, 3, 2)):
        row = cases.lead_of(cases.referred())
    with clock.at(LATE), pytest.raises(Refused):
        explain(row)


def test_nobody_but_the_liaison_explains_a_delay(referral, office):
    case = referral.proposal
    with clock.at(LATE):
        for user in (
            office,
            cases.convener_of(case),
            cases.proposer_of(case),
            cases.person(supervises=referral.ministry),
            cases.person(liaison_of=cases.ministry("moea")),
        ):
            with pytest.raises(NotAllowed):
                explain_delay(user=user, referral=referral, reason="x", expected_on=date(2026, 6, 1))


def test_dashboard_offers_the_step_while_the_answer_is_late_and_says_why_not_before(referral):
    liaison = signed_in(cases.liaison_of(referral.ministry))
    address = f"/en/dashboard/{referral.pk}/delay/"
    with clock.at(at(2026, 4, 1)):
        page = liaison.get(address)
        assert page.status_code == 200
        assert b"not late" in page.content
        assert b"<textarea" not in page.content
    with clock.at(LATE):
        offered = {step for step, _, _ in liaison.get(f"/en/dashboard/{referral.pk}/").context["sections"]}
        assert "delay" in offered
        assert not {"ask", "extend"} & offered
        data = {"reason": "尚待會商", "expected_on": "2026-06-01"}
        assert liaison.post(address, data).status_code == 302
        assert liaison.post(address, {"reason": "我打的字"}).status_code == 422
    assert InterimReply.objects.delays().count() == 1


def test_replies_are_read_with_their_case(referral):
    with clock.at(LATE):
        explain(referral)
    assert InterimReply.objects.visible_to(AnonymousUser()).exists()
    Proposal.objects.filter(pk=referral.proposal_id).update(state="withdrawn")
    assert not InterimReply.objects.visible_to(AnonymousUser()).exists()


# --- the proof -------------------------------------------------------------------------------------


def prove(office, referral: Referral, day: date, **changes: object) -> Referral:
    return prove_reply(user=office, referral=referral, reply_on=day, **{**LETTER, **changes})


def test_proved_letter_takes_the_mark_away_with_a_public_trace(referral, office):
    with clock.at(LATE):
        assert fresh(referral).is_overdue
        prove(office, referral, date(2026, 5, 4))
        row = fresh(referral)
        assert not row.is_overdue
        assert not Referral.objects.overdue().exists()
        page = Client().get(f"/en/proposals/{referral.proposal.number}/").content.decode()
    assert (row.reply_number, row.reply_on) == (LETTER["reply_number"], date(2026, 5, 4))
    assert "The mark of lateness was removed" in page
    assert LETTER["reply_number"] in page
    assert "Overdue" not in page
    case = referral.proposal
    letters = Letter.objects.filter(kind="reply_proved")
    people = {cases.proposer_of(case), cases.liaison_of(referral.ministry)}
    assert {letter.recipient for letter in letters} == people


@pytest.mark.parametrize(
    ("day", "changes"),
    [
        (date(2026, 5, 5), {}),
        (date(2026, 3, 1), {}),
        (date(2026, 5, 13), {}),
        (date(2026, 5, 4), {"reply_number": " "}),
    ],
    ids=["after the due date", "before the referral", "future", "no number"],
)
def test_letter_that_proves_nothing_is_refused_and_the_mark_stays(referral, office, day, changes):
    with clock.at(LATE):
        with pytest.raises(Refused):
            prove(office, referral, day, **changes)
        assert fresh(referral).is_overdue


def test_wrong_proof_is_corrected_by_another_trace_and_the_mark_may_stand_again(referral, office):
    with clock.at(LATE):
        prove(office, referral, date(2026, 5, 4))
        prove(office, referral, date(2026, 4, 30))
        with pytest.raises(Refused):
            prove(office, referral, date(2026, 4, 30))
        prove(office, referral, date(2026, 5, 6))
        assert fresh(referral).is_overdue
    kinds = ["reply_proved", "reply_proved", "proof_corrected"]
    entries = referral.timeline.filter(kind__in=kinds)
    assert [entry.kind for entry in entries] == kinds
    assert [entry.data["old_proved_on"] for entry in entries] == [None, "2026-05-04", "2026-04-30"]


def test_nobody_but_the_secretariat_proves_a_letter(referral):
    case = referral.proposal
    with clock.at(LATE):
        for user in (
            cases.liaison_of(referral.ministry),
            cases.convener_of(case),
            cases.proposer_of(case),
            cases.person(chairs=True),
            cases.person(audits=True),
        ):
            with pytest.raises(NotAllowed):
                prove(user, referral, date(2026, 5, 4))


def test_figures_judge_a_late_answer_by_its_proved_letter(referral, office):
    with clock.at(LATE):
        cases.answered(referral.proposal)
    body = referral.ministry
    assert statistics.punctuality(body).on_time == 0
    with clock.at(LATE + timedelta(days=3)):
        prove(office, referral, date(2026, 5, 1))
        row = signed_in(cases.liaison_of(body))
        [listed] = row.get("/en/dashboard/?tab=answered").context["rows"]
    assert statistics.punctuality(body).on_time == 1
    assert listed.was_on_time
