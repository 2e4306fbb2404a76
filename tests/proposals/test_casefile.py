"""The clock bar and the matrix as pure functions."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members import clock
from proposals.actions.triage import ask_for_information
from proposals.casefile import (
    Row,
    Task,
    Turn,
    clock_parts,
    for_page,
    for_rows,
    lead_of,
    next_turn,
)
from proposals.ledger import Owner
from proposals.matrix import Column, Said
from proposals.models import Deadline, Proposal
from proposals.models.deadlines import Kind
from tests import cases

START = date(2026, 1, 1)
TODAY = date(2026, 11, 2)
days = st.integers(0, 300).map(lambda n: START + timedelta(days=n))
owners = st.sampled_from([owner for owner in Owner if owner is not Owner.NOBODY])
turns = st.lists(st.tuples(days, owners), min_size=1, max_size=8)


@given(turns, st.one_of(st.none(), days), st.one_of(st.none(), days))
def test_parts_but_the_remaining_add_up_to_the_days_elapsed(
    turns: list[tuple[date, Owner]], due_on: date | None, ended_on: date | None
) -> None:
    parts = clock_parts(turns, Turn(Task.ANSWER, due_on), today=TODAY, ended_on=ended_on)
    first, until = min(day for day, _ in turns), ended_on or TODAY
    elapsed = sum(n for owner, n in parts if owner != "remaining")
    assert elapsed == max(0, (until - first).days)
    assert all(n >= 0 for _, n in parts)


def test_days_past_the_date_are_drawn_as_late_and_taken_from_whoever_is_late() -> None:
    turn = Turn(Task.ANSWER, TODAY - timedelta(days=3))
    turns = [(TODAY - timedelta(days=20), Owner.ALLIANCE), (TODAY - timedelta(days=10), Owner.MINISTRY)]
    assert clock_parts(turns, turn, today=TODAY) == [("alliance", 10), ("ministry", 7), ("late", 3)]


def test_an_ended_case_has_neither_late_nor_remaining_days() -> None:
    turns = [(TODAY - timedelta(days=20), Owner.MINISTRY)]
    ended = TODAY - timedelta(days=5)
    for due_on in (TODAY - timedelta(days=9), TODAY + timedelta(days=9)):
        assert clock_parts(turns, Turn(Task.CLOSE, due_on), today=TODAY, ended_on=ended) == [("ministry", 15)]


@pytest.mark.parametrize(
    ("task", "left", "tone"),
    [
        (Task.ANSWER, -1, "late"),
        (Task.ANSWER, 0, "soon"),
        (Task.ANSWER, 7, "soon"),
        (Task.ANSWER, 8, "brand"),
        (Task.REPLY, 3, "paused"),
        (Task.INFORM, 3, "paused"),
        (Task.INFORM, -1, "late"),
        (Task.CLOSE, -1, "ok"),
    ],
)
def test_tone_of_a_turn(task: Task, left: int, tone: str) -> None:
    assert Turn(task, TODAY + timedelta(days=left)).tone(TODAY) == tone


def referral(**fields: Any) -> Any:
    return SimpleNamespace(**{"is_lead": True, "state": "in_progress", "round": 1, "is_open": True} | fields)


def test_lead_is_that_of_the_latest_round_and_never_one_that_is_out() -> None:
    first, second = referral(), referral(round=2)
    assert lead_of([first, second]) is second
    assert lead_of([referral(state="returned"), referral(state="cancelled"), referral(is_lead=False)]) is None


def test_cell_prefers_answer_to_interim_reply_to_missing_preliminary_reply() -> None:
    answer, interim = object(), object()
    column = Column(referral(), interim=interim, lacks_preliminary=True)  # type: ignore[arg-type]
    assert column.cell(answer).said is Said.ANSWER  # type: ignore[arg-type]
    assert column.cell(None).said is Said.INTERIM
    assert Column(referral(), lacks_preliminary=True).cell(None).said is Said.NO_PRELIMINARY
    assert Column(referral()).cell(None).said is Said.NOT_YET
    assert Column(referral(is_open=False)).cell(None).said is Said.NOTHING


@pytest.mark.django_db
def test_turn_of_the_proposer_ends_with_the_proposers_own_period() -> None:
    """The group's clock stands meanwhile; its date is later, and nobody's turn."""
    with clock.at(cases.at(2026, 11, 2)):
        case = cases.accepted()
        ask_for_information(user=cases.convener_of(case), proposal=case, text="請補充")
        rows = Deadline.objects.unsettled().filter(proposal=case)
        own, group = rows.get(kind=Kind.INFORMATION), rows.get(kind=Kind.DISCUSSION)
        assert own.due_on < group.due_on
        turn = Turn(Task.INFORM, own.due_on, very_overdue_on=own.very_overdue_on)
        assert Row.of(for_rows(Proposal.objects.all()).get(), clock.today()).turn == turn
        assert next_turn(for_page(Proposal.objects.all()).get(), []) == turn
