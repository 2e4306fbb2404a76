"""Days of a case by owner: none lost, none counted twice."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from proposals.ledger import PAUSED, RUN_ON, Owner, Segment, booked, effective, ledger, totals

A, M, P, C = Owner.ALLIANCE, Owner.MINISTRY, Owner.PROPOSER, Owner.COORDINATION


def on(n):
    return date(2026, 3, 1) + timedelta(days=n)


def test_ledger_books_days_to_whoever_must_act():
    turns = [(on(0), A), (on(10), P), (on(12), A), (on(20), M), (on(30), P), (on(35), M), (on(50), C)]
    segments = ledger(turns, on(60))
    assert segments == (
        Segment(A, on(0), on(10)),
        Segment(P, on(10), on(12)),
        Segment(A, on(12), on(20)),
        Segment(M, on(20), on(30)),
        Segment(P, on(30), on(35), is_paused=True),
        Segment(M, on(35), on(50)),
        Segment(C, on(50), on(60)),
    )
    assert totals(segments) == {A: 18, M: 25, P: 7, C: 10}


def test_ledger_merges_neighbours_of_one_owner():
    assert ledger([(on(0), A), (on(3), A), (on(5), M)], on(9)) == (
        Segment(A, on(0), on(5)),
        Segment(M, on(5), on(9)),
    )


def test_ledger_last_turn_of_a_day_counts():
    assert ledger([(on(0), A), (on(4), P), (on(4), A)], on(6)) == (Segment(A, on(0), on(6)),)


def test_ledger_without_elapsed_days_is_empty():
    assert ledger([], on(3)) == ()
    assert ledger([(on(3), A)], on(3)) == ()
    assert ledger([(on(4), A)], on(3)) == ()


def test_days_of_a_pause_are_coordinations_whatever_happens_meanwhile():
    entries = [
        (on(0), "submitted", A),
        (on(5), "received", M),
        (on(8), PAUSED, C),
        (on(9), "question_asked", P),
        (on(12), RUN_ON, P),
        (on(15), "question_answered", M),
    ]
    assert totals(ledger(effective(entries), on(20))) == {A: 5, M: 3 + 5, C: 4, P: 3}


def test_pause_within_a_pause_ends_with_the_last_of_them():
    entries = [(on(0), "submitted", A), (on(2), PAUSED, C), (on(3), PAUSED, C), (on(5), RUN_ON, A)]
    turns = effective([*entries, (on(7), RUN_ON, A)])
    assert totals(ledger(turns, on(9))) == {A: 4, M: 0, C: 5, P: 0}


kinds = st.sampled_from(["received", "question_asked", "returned", PAUSED, RUN_ON])
OWNERS = [A, M, P, C]


@given(st.lists(st.tuples(st.integers(0, 400), kinds, st.sampled_from(OWNERS)), min_size=1))
def test_pauses_lose_no_day_and_count_none_twice(entries):
    rows = [(on(n), kind, owner) for n, kind, owner in sorted(entries, key=lambda entry: entry[0])]
    segments = ledger(effective(rows), on(500))
    assert sum(totals(segments).values()) == (on(500) - rows[0][0]).days


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(OWNERS)), min_size=1), st.integers(0, 500))
def test_ledger_days_add_up_to_time_elapsed(turns, until):
    segments = ledger([(on(n), owner) for n, owner in turns], on(until))
    first = min(n for n, _ in turns)
    assert sum(totals(segments).values()) == max(0, until - first)
    assert all(segment.days > 0 for segment in segments)
    for before, after in pairwise(segments):
        assert before.ends_on == after.starts_on
        assert before.owner is not after.owner


def test_first_days_of_a_body_that_takes_over_are_coordinations():
    turns = [(on(0), A), (on(5), M), (on(30), P)]
    assert booked(turns, [(on(10), 4)]) == [(on(0), A), (on(5), M), (on(10), C), (on(14), M), (on(30), P)]
    assert totals(ledger(booked(turns, [(on(10), 4)]), on(40))) == {A: 5, M: 21, C: 4, P: 10}


def test_days_of_the_proposer_use_up_none_of_a_hand_over():
    turns = [(on(0), A), (on(5), M), (on(9), P), (on(20), M), (on(22), P), (on(25), M)]
    told = totals(ledger(booked(turns, [(on(12), 4)]), on(40)))
    assert told == {A: 5, M: 4 + 13, P: 11 + 3, C: 2 + 2}


def test_answer_before_the_end_of_a_hand_over_ends_it():
    turns = [(on(0), M), (on(12), P)]
    assert totals(ledger(booked(turns, [(on(10), 30)]), on(20))) == {A: 0, M: 10, C: 2, P: 8}


@given(
    st.lists(st.tuples(st.integers(0, 200), st.sampled_from([A, M, P, C])), min_size=1),
    st.lists(st.tuples(st.integers(0, 200), st.integers(1, 40)), max_size=3),
)
def test_hand_overs_lose_no_day_and_take_none_but_a_ministrys(turns, grants):
    rows = [(on(n), owner) for n, owner in turns]
    before = totals(ledger(rows, on(220)))
    after = totals(ledger(booked(rows, [(on(n), days) for n, days in sorted(grants)]), on(220)))
    assert sum(before.values()) == sum(after.values())
    assert (before[A], before[P]) == (after[A], after[P])
    assert 0 <= before[M] - after[M] <= sum(days for _n, days in grants)
