"""The clock's round: what lapses, what counts as received, and that one bad row stops nothing."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from members import clock
from members.actions.sending import send_letters
from members.models import Letter
from proposals import tasks
from proposals.actions.answering import ask_proposer
from proposals.actions.pauses import pause_for_cause
from proposals.actions.proposer import reply_to_question
from proposals.actions.triage import ask_for_information
from proposals.models import CalendarDay, CalendarVersion, Deadline, Heartbeat, Proposal, Referral
from proposals.models.deadlines import Kind
from proposals.reminders import sweep
from proposals.states import ProposalState, ReferralState
from tests import cases

at = cases.at
pytestmark = pytest.mark.django_db


def sweep_at(*moment: int) -> dict[str, int]:
    with clock.at(at(*moment)):
        return sweep()


def asked_for_information() -> Proposal:
    """Asked on Monday 2 March 2026; twenty days end on Sunday 22 March, so on Monday 23 March."""
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        return ask_for_information(user=cases.convener_of(case), proposal=case, text="請補正")


def state_of(case: Proposal) -> str:
    return Proposal.objects.get(pk=case.pk).state


def test_information_that_does_not_come_ends_the_case_the_day_after():
    case = asked_for_information()
    assert sweep_at(2026, 3, 23, 23)["lapsed"] == 0
    assert sweep_at(2026, 3, 24, 0, 1)["lapsed"] == 1
    assert state_of(case) == ProposalState.WITHDRAWN
    assert Letter.objects.filter(kind="lapsed").count() == 1
    assert sweep_at(2026, 3, 24, 0, 2)["lapsed"] == 0


def test_case_that_cannot_lapse_does_not_stop_the_next(caplog):
    broken, sound = asked_for_information(), asked_for_information()
    # A clock that belongs to no step any more: the action refuses it for ever.
    with clock.at(at(2026, 3, 3)):
        stuck = cases.accepted()
    Deadline.objects.filter(proposal=broken, kind=Kind.INFORMATION).update(proposal=stuck)
    assert sweep_at(2026, 3, 24)["lapsed"] == 1
    assert state_of(sound) == ProposalState.WITHDRAWN
    assert state_of(stuck) == ProposalState.DISCUSSION


def test_row_that_breaks_the_sweep_is_logged_and_the_others_are_done(caplog):
    with clock.at(at(2026, 3, 2)):
        broken, sound = cases.submitted(), cases.submitted()
    Deadline.objects.filter(proposal=broken).update(unit="era")
    assert sweep_at(2026, 3, 11)["reminded"] == 1
    assert "could not deal with" in caplog.text
    assert sound.deadlines.get().reminders.exists()
    assert Heartbeat.objects.get(name="sweep").at == at(2026, 3, 11)


def test_question_that_is_not_answered_lets_the_ministry_go_on():
    with clock.at(at(2026, 3, 2)):
        case = cases.referred()
    referral = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        question = ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="?")
    due_on = cases.lead_of(case).due_on
    assert sweep_at(2026, 3, 30, 23)["unanswered"] == 0
    assert sweep_at(2026, 3, 31, 8)["unanswered"] == 1
    referral = cases.lead_of(case)
    assert referral.state == ReferralState.IN_PROGRESS
    assert due_on < referral.due_on
    question.refresh_from_db()
    assert not question.is_open
    assert set(Letter.objects.filter(kind__startswith="question_lapsed").values_list("kind", flat=True)) == {
        "question_lapsed",
        "question_lapsed_proposer",
    }


def test_question_answered_in_time_does_not_lapse():
    with clock.at(at(2026, 3, 2)):
        case = cases.referred()
    referral = cases.lead_of(case)
    with clock.at(at(2026, 3, 9)):
        question = ask_proposer(user=cases.liaison_of(referral.ministry), referral=referral, text="?")
    with clock.at(at(2026, 3, 20)):
        reply_to_question(user=cases.proposer_of(case), question=question, text="!")
    assert sweep_at(2026, 4, 20)["unanswered"] == 0


def test_answered_case_closes_itself_when_nobody_objects():
    with clock.at(at(2026, 3, 2)):
        case = cases.answered()
    last = case.deadlines.get(kind=Kind.CLOSING).due_on
    assert sweep_at(last.year, last.month, last.day, 23)["closed"] == 0
    after = last + timedelta(days=1)
    assert sweep_at(after.year, after.month, after.day, 1)["closed"] == 1
    assert state_of(case) == ProposalState.CLOSED


@pytest.mark.django_db(transaction=True)
def test_third_working_day_after_a_letter_that_arrived_is_the_day_of_receipt(smtp):
    with clock.at(at(2026, 3, 2)):
        case = cases.referred(supporting=[cases.ministry("moj")])
        send_letters()
    assert sweep_at(2026, 3, 4, 23)["received"] == 0
    assert sweep_at(2026, 3, 6)["received"] == 2
    for referral in Referral.objects.filter(proposal=case):
        assert (referral.received_on, referral.receipt) == (date(2026, 3, 5), "mail")
        assert set(referral.deadlines.values_list("counted_from", flat=True)) == {date(2026, 3, 5)}
    assert sweep_at(2026, 3, 9)["received"] == 0


@pytest.mark.django_db(transaction=True)
def test_letter_that_bounced_proves_no_receipt(smtp):
    with clock.at(at(2026, 3, 2)):
        case = cases.referred()
        smtp.refuse("550 no such user")
        send_letters()
    assert sweep_at(2026, 3, 20)["received"] == 0
    assert cases.lead_of(case).received_on is None


def test_sweep_leaves_its_heartbeat():
    cases.time_rules()
    sweep_at(2026, 3, 2)
    sweep_at(2026, 3, 2, 11)
    assert Heartbeat.objects.get(name="sweep").at == at(2026, 3, 2, 11)


def test_sweep_without_a_calendar_says_what_to_do():
    with pytest.raises(CommandError, match="calendar is empty") as refused:
        call_command("sweep")
    assert refused.value.returncode == 2
    assert not CalendarDay.objects.exists()
    with pytest.raises(CalendarVersion.DoesNotExist):
        tasks.sweep()


@pytest.mark.parametrize("text", ["tomorrow", "2026-13-01", "2026-03-11T25:00"])
def test_sweep_at_no_moment_is_refused(text):
    with pytest.raises(CommandError, match="Not an ISO moment"):
        call_command("sweep", at=text)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("text", ["2026-03-11", "2026-03-11T09:00", "2026-03-11T01:00:00+00:00"])
def test_sweep_command_does_the_round_of_a_moment_and_sends(text, smtp):
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        send_letters()
    said = StringIO()
    call_command("sweep", at=text, stdout=said)
    call_command("sweep", at=text, stdout=StringIO())
    assert "reminded 1" in said.getvalue()
    assert "sent 2" in said.getvalue()
    arrived = smtp.letters(to=cases.convener_of(case).email)
    assert [_kind(letter.message_id) for letter in arrived] == ["to_screen", "reminder", "weekly"]
    assert all(case.number in letter.text() for letter in arrived[1:])


@pytest.mark.django_db(transaction=True)
def test_weeks_silence_sends_one_reminder_of_the_right_stage(smtp):
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        send_letters()
    smtp.refuse("451 try later")
    call_command("sweep", at="2026-03-24", stdout=StringIO())
    smtp.accept()
    for text in ("2026-03-24T09:05", "2026-03-24T10:00"):
        call_command("sweep", at=text, stdout=StringIO())
    reminders = [
        a for a in smtp.letters(to=cases.convener_of(case).email) if "reminder" in _kind(a.message_id)
    ]
    assert len(reminders) == 1


def _kind(message_id: str) -> str:
    return Letter.objects.get(message_id=message_id).kind


@pytest.mark.parametrize(
    "arguments",
    [
        ["--at", "tomorrow"],
        ["--at", "2026-02-30"],
        ["--at", "9999-12-31"],
        ["--at", "0001-01-01T00:00+14:00"],
        ["--at"],
        ["--at", "2026-03-02", "--loop"],
        ["--every"],
    ],
)
def test_sweep_at_no_moment_is_one_line_and_2(arguments):
    cases.time_rules()
    with pytest.raises(CommandError) as refused:
        call_command("sweep", *arguments)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    assert not Heartbeat.objects.exists()


def test_latest_day_of_a_case_whose_clock_stands_moves_with_each_day():
    with clock.at(at(2026, 3, 2)):
        referral = cases.lead_of(cases.referred())
    office = cases.person("office@example.org", secretariat=True)
    evidence = {"reason": "地震", "evidence_url": "https://example.gov.tw/notice"}
    with clock.at(at(2026, 3, 16)):
        pause_for_cause(user=office, referral=referral, starts_on=date(2026, 3, 16), **evidence)
        before = Proposal.objects.get().latest_overall_on
    assert before == referral.due_on
    assert [sweep_at(2026, 4, 13, hour)["moved"] for hour in (0, 10)] == [1, 0]
    after = Proposal.objects.get().latest_overall_on
    assert (after - before).days >= 28
    assert sweep_at(2026, 4, 14)["moved"] == 1
    assert Proposal.objects.get().latest_overall_on >= after
