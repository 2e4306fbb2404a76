"""Clocks that start, stand still, run on, are extended and counted anew, on the office calendar as it is."""

from datetime import date, timedelta

import pytest

from members import clock
from members.refusals import Refused
from proposals.actions.answering import (
    accept_referral,
    ask_proposer,
    extend_referral,
    first_opening,
    record_letters,
    return_referral,
)
from proposals.actions.proposer import lapse_question, reply_to_question, send_information, withdraw_proposal
from proposals.actions.timing import assumed_receipt, recount
from proposals.actions.triage import ask_for_information
from proposals.models import CalendarDay, Deadline, DeadlinePolicy, Pause, Proposal, Referral, WorkSuspension
from proposals.models.deadlines import Kind
from proposals.workdays import add_workdays
from tests import cases

at = cases.at
pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """Referred on Monday 2 March 2026 to a lead and a supporting body."""
    with clock.at(at(2026, 3, 2)):
        return cases.referred(supporting=[cases.ministry("moj")])


def deadline(case: Proposal, kind: Kind) -> Deadline:
    rows = Deadline.objects.unsettled().filter(kind=kind)
    return (rows.filter(proposal=case) | rows.filter(referral__proposal=case)).get()


def liaison(referral: Referral):
    return cases.liaison_of(referral.ministry)


def latest(case: Proposal) -> date | None:
    return Proposal.objects.get(pk=case.pk).latest_overall_on


def test_screening_takes_ten_working_days_past_a_holiday():
    with clock.at(at(2026, 2, 12)):
        case = cases.submitted()
    # 13 Feb, then Lunar New Year until 20 Feb, 23–26 Feb, 27 Feb off for Peace Memorial Day, 2–6 March.
    assert deadline(case, Kind.SCREENING).due_on == date(2026, 3, 6)
    assert latest(case) == _all_the_time(case)


def _all_the_time(case: Proposal) -> date:
    """Screening, thirty days, three working days to receive it, sixty days; each shifted to a working day."""
    day = _open(deadline(case, Kind.SCREENING).due_on + timedelta(days=30))
    return _open(assumed_receipt(day) + timedelta(days=60))


def _open(day: date) -> date:
    return CalendarDay.objects.filter(day__gte=day, is_workday=True).order_by("day")[0].day


def test_referral_counts_from_the_assumed_receipt_until_a_better_day_is_known(case):
    answer = deadline(case, Kind.ANSWER)
    assert answer.counted_from == date(2026, 3, 5)
    assert answer.due_on == cases.lead_of(case).due_on == latest(case) == date(2026, 5, 4)
    with clock.at(at(2026, 3, 10)):
        first_opening(user=liaison(cases.lead_of(case)), referral=cases.lead_of(case))
    answer = deadline(case, Kind.ANSWER)
    assert answer.counted_from == date(2026, 3, 10)
    assert answer.due_on == cases.lead_of(case).due_on == date(2026, 5, 11)  # 9 May is a Saturday
    assert latest(case) == date(2026, 5, 11)


def test_recorded_letter_beats_the_first_opening_and_moves_every_clock_of_its_referral_only(case):
    lead = cases.lead_of(case)
    support = case.referrals.get(part="support")
    with clock.at(at(2026, 3, 10)):
        first_opening(user=liaison(lead), referral=lead)
    with clock.at(at(2026, 3, 11)):
        record_letters(user=liaison(lead), referral=cases.lead_of(case), received_on=date(2026, 3, 4))
    lead = cases.lead_of(case)
    assert (lead.received_on, lead.receipt) == (date(2026, 3, 4), "letter")
    assert set(lead.deadlines.values_list("counted_from", flat=True)) == {date(2026, 3, 4)}
    assert deadline(case, Kind.ANSWER).due_on == date(2026, 5, 4)  # 3 May is a Sunday
    support.refresh_from_db()
    assert support.received_on is None
    assert [entry.kind for entry in lead.timeline.order_by("pk")] == ["received", "receipt_corrected"]


def test_receipt_before_the_letter_or_in_the_future_is_refused(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 5)):
        for day in (date(2026, 3, 1), date(2026, 3, 6)):
            with pytest.raises(Refused):
                record_letters(user=liaison(lead), referral=lead, received_on=day)
    assert cases.lead_of(case).received_on is None


def test_supporting_body_is_due_earlier_than_the_lead_and_never_after_it(case):
    support = case.referrals.get(part="support")
    assert support.due_on < cases.lead_of(case).due_on
    with clock.at(at(2026, 3, 10)):
        first_opening(user=liaison(support), referral=support)
    support.refresh_from_db()
    assert deadline(case, Kind.SUPPORT).due_on == support.due_on


def test_question_stops_every_clock_of_the_referral_and_the_reply_adds_its_days(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 6)):
        accept_referral(user=liaison(lead), referral=lead)
    before = deadline(case, Kind.ANSWER).due_on
    support = deadline(case, Kind.SUPPORT).due_on
    with clock.at(at(2026, 3, 9)):
        question = ask_proposer(user=liaison(lead), referral=cases.lead_of(case), text="?")
    assert deadline(case, Kind.ANSWER).is_paused
    assert not deadline(case, Kind.SUPPORT).is_paused
    with clock.at(at(2026, 3, 16)):
        reply_to_question(user=cases.proposer_of(case), question=question, text="!")
    answer = deadline(case, Kind.ANSWER)
    assert not answer.is_paused
    assert answer.due_on == _open(answer.counted_from + timedelta(days=60 + 7)) > before
    assert latest(case) == cases.lead_of(case).due_on == answer.due_on
    assert deadline(case, Kind.SUPPORT).due_on == support
    assert [s["code"] for s in answer.steps].count("paused") == 1


@pytest.mark.parametrize("late", [0, 7], ids=["at once", "after a week's outage"])
def test_latest_day_said_while_a_question_waits_holds_when_nobody_replies(case, late):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        accept_referral(user=liaison(lead), referral=lead)
        before = latest(case)
        question = ask_proposer(user=liaison(lead), referral=cases.lead_of(case), text="?")
    said = latest(case)
    assert said > before == deadline(case, Kind.ANSWER).due_on
    waits = Deadline.objects.get(question=question).due_on - date(2026, 3, 9) + timedelta(days=1)
    with clock.at(at(2026, 3, 9) + waits + timedelta(days=late)):
        lapse_question(question=question)
    assert latest(case) == cases.lead_of(case).due_on == said
    entry = case.timeline.get(kind="question_lapsed")
    assert clock.local_date(entry.happened_at) == Pause.objects.get().ends_on == date(2026, 3, 9) + waits


def test_latest_day_said_while_information_is_awaited_holds_when_it_comes_on_the_last_day():
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        before = latest(case)
    with clock.at(at(2026, 3, 5)):
        ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
    said, asked = latest(case), deadline(case, Kind.INFORMATION)
    assert said > before
    with clock.at(at(2026, 3, 5) + (asked.due_on - date(2026, 3, 5))):
        send_information(user=cases.proposer_of(case), proposal=case, text="!")
    assert before < latest(case) <= said


def test_question_asked_and_answered_on_one_day_moves_nothing(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        accept_referral(user=liaison(lead), referral=lead)
        before = deadline(case, Kind.ANSWER).due_on
        question = ask_proposer(user=liaison(lead), referral=cases.lead_of(case), text="?")
        reply_to_question(user=cases.proposer_of(case), question=question, text="!")
    assert deadline(case, Kind.ANSWER).due_on == before
    with clock.at(at(2026, 3, 9, 15)):
        again = ask_proposer(user=liaison(lead), referral=cases.lead_of(case), text="?")
    with clock.at(at(2026, 3, 11)):
        reply_to_question(user=cases.proposer_of(case), question=again, text="!")
    assert deadline(case, Kind.ANSWER).due_on == _open(date(2026, 3, 9) + timedelta(days=62))


def test_receipt_recorded_while_the_clock_stands_keeps_the_pause(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        question = ask_proposer(user=liaison(lead), referral=lead, text="?")
        record_letters(user=liaison(lead), referral=cases.lead_of(case), received_on=date(2026, 3, 3))
    assert deadline(case, Kind.ANSWER).is_paused
    with clock.at(at(2026, 3, 19)):
        reply_to_question(user=cases.proposer_of(case), question=question, text="!")
    assert deadline(case, Kind.ANSWER).due_on == _open(date(2026, 3, 3) + timedelta(days=70))


def test_information_stops_the_alliances_clock_and_not_the_proposers():
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        before = deadline(case, Kind.SCREENING).due_on
        ask_for_information(user=cases.convener_of(case), proposal=case, text="?")
    assert deadline(case, Kind.SCREENING).is_paused
    assert not deadline(case, Kind.INFORMATION).is_paused
    with clock.at(at(2026, 3, 9)):
        send_information(user=cases.proposer_of(case), proposal=case, text="!")
    screening = deadline(case, Kind.SCREENING)
    assert screening.due_on == add_workdays(
        before, 4, CalendarDay.objects.table(before, before + timedelta(60))
    )
    assert not Deadline.objects.unsettled().filter(kind=Kind.INFORMATION).exists()
    assert Pause.objects.get().ends_on == date(2026, 3, 9)


def test_extension_adds_to_the_period_once_and_before_it_ends(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 5, 4, 23, 59)):
        extend_referral(user=liaison(lead), referral=lead, amount=60, unit="day", reason="會商中")
    answer = deadline(case, Kind.ANSWER)
    assert answer.due_on == _open(date(2026, 3, 5) + timedelta(days=120))
    assert latest(case) == cases.lead_of(case).due_on == answer.due_on
    with clock.at(at(2026, 5, 5)), pytest.raises(Refused):
        extend_referral(
            user=liaison(lead), referral=cases.lead_of(case), amount=1, unit="day", reason="再展延"
        )


@pytest.mark.parametrize(
    ("amount", "unit", "reason", "day"),
    [
        (61, "day", "x", 10),
        (0, "day", "x", 10),
        (10, "workday", "x", 10),
        (10, "day", " ", 10),
        (10, "day", "x", 70),
    ],
)
def test_extension_that_the_law_does_not_allow_changes_nothing(case, amount, unit, reason, day):
    lead = cases.lead_of(case)
    before = deadline(case, Kind.ANSWER).due_on
    with clock.at(at(2026, 3, 1) + timedelta(days=day)), pytest.raises(Refused):
        extend_referral(user=liaison(lead), referral=lead, amount=amount, unit=unit, reason=reason)
    assert deadline(case, Kind.ANSWER).due_on == before


def test_extension_that_ends_on_the_same_working_day_is_refused(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 10)):
        first_opening(user=liaison(lead), referral=lead)
    assert deadline(case, Kind.ANSWER).raw_last_on == date(2026, 5, 9)  # a Saturday
    with clock.at(at(2026, 3, 11)), pytest.raises(Refused):
        extend_referral(
            user=liaison(lead), referral=cases.lead_of(case), amount=1, unit="day", reason="會商中"
        )
    assert deadline(case, Kind.ANSWER).due_on == date(2026, 5, 11)


def test_extension_survives_a_pause_and_a_corrected_receipt(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        accept_referral(user=liaison(lead), referral=lead)
    with clock.at(at(2026, 3, 10)):
        extend_referral(
            user=liaison(lead), referral=cases.lead_of(case), amount=10, unit="day", reason="會商中"
        )
        question = ask_proposer(user=liaison(lead), referral=cases.lead_of(case), text="?")
    with clock.at(at(2026, 3, 15)):
        reply_to_question(user=cases.proposer_of(case), question=question, text="!")
        record_letters(user=liaison(lead), referral=cases.lead_of(case), received_on=date(2026, 3, 4))
    assert deadline(case, Kind.ANSWER).due_on == _open(date(2026, 3, 4) + timedelta(days=60 + 10 + 5))


def test_later_policy_leaves_a_running_clock_alone(case):
    answer = deadline(case, Kind.ANSWER)
    DeadlinePolicy.objects.filter(kind=Kind.ANSWER).update(amount=5, extendable_by=5)
    DeadlinePolicy.objects.create(kind=Kind.ANSWER, amount=7, unit="day", valid_from=date(2026, 3, 1))
    assert recount(answer).due_on == date(2026, 5, 4)


def test_later_policy_leaves_the_limit_of_a_running_clock_alone(case):
    DeadlinePolicy.objects.create(
        kind=Kind.ANSWER, amount=60, unit="day", extendable_by=5, valid_from=date(2026, 3, 3)
    )
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        extend_referral(user=liaison(lead), referral=lead, amount=60, unit="day", reason="會商中")
        other = cases.lead_of(cases.referred())
        with pytest.raises(Refused):
            extend_referral(user=liaison(other), referral=other, amount=6, unit="day", reason="會商中")
        extend_referral(user=liaison(other), referral=other, amount=5, unit="day", reason="會商中")


def test_policy_without_an_extension_allows_none(case):
    lead = cases.lead_of(case)
    DeadlinePolicy.objects.filter(kind=Kind.ANSWER).update(extendable_by=None)
    with clock.at(at(2026, 3, 9)), pytest.raises(Refused):
        extend_referral(user=liaison(lead), referral=lead, amount=1, unit="day", reason="會商中")


def test_closure_counts_in_the_area_of_whoever_must_act(case):
    WorkSuspension.objects.create(on=date(2026, 5, 4), area="高雄市", note="颱風")
    assert recount(deadline(case, Kind.ANSWER)).due_on == date(2026, 5, 4)
    WorkSuspension.objects.create(on=date(2026, 5, 4), area="臺北市", note="颱風")
    assert recount(deadline(case, Kind.ANSWER)).due_on == date(2026, 5, 5)
    assert cases.lead_of(case).due_on == date(2026, 5, 5)


def test_calendar_that_changed_moves_a_date_when_it_is_counted_anew(case):
    CalendarDay.objects.filter(day=date(2026, 5, 4)).update(is_workday=False, name="彈性放假")
    answer = recount(deadline(case, Kind.ANSWER))
    assert (answer.raw_last_on, answer.due_on) == (date(2026, 5, 4), date(2026, 5, 5))


def test_closure_on_the_day_of_a_supporting_body_moves_that_day(case):
    support = deadline(case, Kind.SUPPORT)
    day = support.due_on
    WorkSuspension.objects.create(on=day, area="臺北市", note="颱風")
    support = recount(support)
    assert (support.raw_last_on, support.due_on) == (day, _open(day + timedelta(days=1)))
    assert support.steps[-1]["code"] == "closure"


def test_returned_lead_leaves_time_for_another_in_the_latest_day(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        return_referral(
            user=liaison(lead), referral=lead, body=cases.ministry("moea"), reason="非屬本機關權責"
        )
    again = deadline(case, Kind.SCREENING).due_on
    assert latest(case) == _open(assumed_receipt(again) + timedelta(days=60))
    assert latest(case) > deadline(case, Kind.SUPPORT).due_on


def test_withdrawing_stops_every_clock(case):
    lead = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        ask_proposer(user=liaison(lead), referral=lead, text="?")
    with clock.at(at(2026, 3, 10)):
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert not Deadline.objects.unsettled().exists()
    assert not Pause.objects.filter(ends_on=None).exists()
    assert latest(case) is None
