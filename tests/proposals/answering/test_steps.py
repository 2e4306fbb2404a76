"""Accepting, returning, asking, extending, sign-off and interim replies."""

from datetime import date, timedelta

import pytest

from members import clock
from members.models import Letter, User
from members.refusals import Refused
from proposals.actions import answering
from proposals.actions.proposer import lapse_question, reply_to_question
from proposals.ledger import Owner
from proposals.models import Answer, Proposal, Referral
from proposals.models.deadlines import Kind
from proposals.states import Outcome, ReferralState
from tests import cases

from .calls import TAKE, after, answer_due, draft_all

pytestmark = pytest.mark.django_db


# --- accept and return -----------------------------------------------------------------------------


def test_accepting_settles_its_deadline_and_leaves_the_answer_running(
    referral: Referral, liaison: User
) -> None:
    answering.accept_referral(user=liaison, referral=referral)
    open_kinds = set(referral.deadlines.unsettled().values_list("kind", flat=True))
    assert open_kinds == {Kind.PRELIMINARY, Kind.ANSWER}


def test_returned_lead_gives_the_case_back_to_the_group(referral: Referral, liaison: User) -> None:
    TAKE["return"](liaison, referral)
    referral.refresh_from_db()
    case = Proposal.objects.get(pk=referral.proposal_id)
    assert (referral.state, referral.returned_to.slug) == (ReferralState.RETURNED, "moea")
    assert not referral.deadlines.unsettled().exists()
    assert case.deadlines.unsettled().get().kind == Kind.SCREENING
    assert referral.timeline.get(kind="returned").turn == Owner.ALLIANCE
    assert Letter.objects.filter(kind="returned", recipient=cases.convener_of(case)).exists()


def test_return_names_another_existing_body_and_a_reason(referral: Referral, liaison: User) -> None:
    gone = cases.ministry("old", valid_to=clock.today())
    for body, reason in (
        (referral.ministry, "r"),
        (cases.member_org(), "r"),
        (gone, "r"),
        (cases.ministry("moea"), "  "),
    ):
        with pytest.raises(Refused):
            answering.return_referral(user=liaison, referral=referral, body=body, reason=reason)
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT


def test_return_after_a_draft_is_refused(referral: Referral, liaison: User) -> None:
    draft_all(liaison, referral)
    with pytest.raises(Refused):
        TAKE["return"](liaison, referral)


# --- questions -------------------------------------------------------------------------------------


def test_question_stops_the_clock_and_the_reply_moves_the_date(referral: Referral, liaison: User) -> None:
    answering.record_letters(user=liaison, referral=referral, received_on=clock.today())
    assert referral.deadlines.get(kind=Kind.ANSWER).raw_last_on == date(2026, 5, 1)
    with after(10):
        question = answering.ask_proposer(user=liaison, referral=referral, text="請補充")
    assert question.due_on == date(2026, 4, 1)
    assert referral.deadlines.get(kind=Kind.ANSWER).is_paused
    with after(17):
        reply_to_question(user=cases.proposer_of(referral.proposal), question=question, text="補充")
    referral.refresh_from_db()
    assert referral.state == ReferralState.IN_PROGRESS
    assert answer_due(referral) == referral.due_on == date(2026, 5, 8)


def test_third_question_is_refused(referral: Referral, liaison: User) -> None:
    for _ in range(2):
        question = answering.ask_proposer(user=liaison, referral=referral, text="?")
        reply_to_question(user=cases.proposer_of(referral.proposal), question=question, text="!")
    with pytest.raises(Refused):
        answering.ask_proposer(user=liaison, referral=referral, text="?")
    assert referral.questions.count() == 2


def test_question_after_the_due_date_stops_nothing(referral: Referral, liaison: User) -> None:
    with after(90), pytest.raises(Refused):
        answering.ask_proposer(user=liaison, referral=referral, text="?")
    referral.refresh_from_db()
    assert referral.state == ReferralState.SENT


def test_cannot_judge_is_open_only_after_a_lapsed_question(referral: Referral, liaison: User) -> None:
    assert Outcome.CANNOT_JUDGE not in answering.possible_outcomes(referral)
    question = answering.ask_proposer(user=liaison, referral=referral, text="?")
    with after(30):
        lapse_question(question=question)
    assert Outcome.CANNOT_JUDGE in answering.possible_outcomes(referral)


# --- extension -------------------------------------------------------------------------------------


def test_extension_moves_the_date_once(referral: Referral, liaison: User) -> None:
    old = answer_due(referral)
    extension = answering.extend_referral(
        user=liaison, referral=referral, amount=60, unit="day", reason="會商中", progress="已函詢"
    )
    referral.refresh_from_db()
    assert (extension.old_due_on, extension.new_due_on) == (old, referral.due_on)
    assert referral.due_on >= old + timedelta(days=60)
    assert referral.timeline.get(kind="extended").note.text == "會商中\n\n已函詢"
    assert Proposal.objects.get(pk=referral.proposal_id).latest_overall_on == referral.due_on
    with pytest.raises(Refused):
        TAKE["extend"](liaison, referral)


@pytest.mark.parametrize(
    "changes", [{"amount": 61}, {"amount": 0}, {"unit": "month"}, {"unit": "nonsense"}, {"reason": " "}]
)
def test_extension_beyond_its_bounds_is_refused(
    referral: Referral, liaison: User, changes: dict[str, object]
) -> None:
    values = {"amount": 10, "unit": "day", "reason": "r"} | changes
    with pytest.raises(Refused):
        answering.extend_referral(user=liaison, referral=referral, **values)


def test_extension_is_possible_on_the_last_day_and_not_after(referral: Referral, liaison: User) -> None:
    last = answer_due(referral)
    with clock.at(cases.at(last.year, last.month, last.day, 23, 59)):
        other = cases.lead_of(cases.referred(lead=cases.ministry("moea")))
    with clock.at(cases.at(last.year, last.month, last.day, 23, 59)):
        TAKE["extend"](liaison, referral)
    day_after = answer_due(other) + timedelta(days=1)
    with clock.at(cases.at(day_after.year, day_after.month, day_after.day, 0)), pytest.raises(Refused):
        TAKE["extend"](cases.liaison_of(other.ministry), other)


def test_extension_that_would_move_nothing_is_refused(liaison: User, referral: Referral) -> None:
    answering.record_letters(user=liaison, referral=referral, received_on=date(2026, 3, 2))
    deadline = referral.deadlines.get(kind=Kind.ANSWER)
    assert deadline.raw_last_on == date(2026, 5, 1)
    assert deadline.due_on == date(2026, 5, 4)
    with pytest.raises(Refused):
        answering.extend_referral(user=liaison, referral=referral, amount=1, unit="day", reason="r")
    deadline.refresh_from_db()
    assert deadline.due_on == date(2026, 5, 4)


# --- sign-off and interim replies ------------------------------------------------------------------


def test_sign_off_is_noted_for_the_ministry_alone_and_taken_back(referral: Referral, liaison: User) -> None:
    answering.accept_referral(user=liaison, referral=referral)
    answering.note_sign_off(user=liaison, referral=referral, since=clock.today())
    answering.note_sign_off(user=liaison, referral=referral, since=clock.today())
    answering.note_sign_off(user=liaison, referral=referral, since=None)
    rows = referral.timeline.filter(kind__startswith="sign_off")
    assert list(rows.values_list("kind", "visibility")) == [
        ("sign_off", "ministry"),
        ("sign_off_ended", "ministry"),
    ]


@pytest.mark.parametrize("day", [date(2026, 3, 3), date(2026, 3, 1)])
def test_sign_off_in_the_future_or_before_the_referral_is_refused(
    referral: Referral, liaison: User, day: date
) -> None:
    answering.accept_referral(user=liaison, referral=referral)
    with pytest.raises(Refused):
        answering.note_sign_off(user=liaison, referral=referral, since=day)


def test_interim_reply_stops_no_clock_and_is_no_answer(referral: Referral, liaison: User) -> None:
    before = answer_due(referral)
    answering.publish_interim_reply(
        user=liaison, referral=referral, text="研議中", expected_on=date(2026, 6, 1)
    )
    referral.refresh_from_db()
    assert (referral.state, referral.due_on) == (ReferralState.SENT, before)
    assert referral.deadlines.get(kind=Kind.PRELIMINARY).settled_at
    assert not Answer.objects.exists()
    for text, expected in ((" ", None), ("研議中", clock.today())):
        with pytest.raises(Refused):
            answering.publish_interim_reply(user=liaison, referral=referral, text=text, expected_on=expected)
