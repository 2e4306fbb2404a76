"""After the answer: rating, reconsideration, second look, reopening; what each may and may not."""

from datetime import date, timedelta

import pytest

from members import clock
from members.models import Letter
from members.refusals import Refused
from proposals.actions.aftermath import (
    ask_reconsideration,
    rate_and_close,
    rate_answer,
)
from proposals.actions.answering import return_referral
from proposals.actions.proposer import withdraw_proposal
from proposals.casefile import for_page, next_turn, referrals_with_replies, turns_of
from proposals.ledger import Owner, ledger, totals
from proposals.matrix import asked_again, columns, matrix
from proposals.models import Answer, AnswerRating, Deadline, InterimReply, Proposal, TimelineEntry
from proposals.models.deadlines import Kind
from tests import cases

from .afterwards import fresh, reconsider, state_of

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 3, 2)


@pytest.fixture(autouse=True)
def monday():
    with clock.at(NOW):
        yield


# --- rating ---------------------------------------------------------------------------------------


def test_rating_is_kept_and_its_text_is_in_no_entry():
    case = cases.answered()
    rating = rate_answer(
        user=cases.proposer_of(case), proposal=case, usefulness=4, answered="partly", text="zyxrating"
    )
    assert (rating.round, rating.usefulness, rating.answered) == (1, 4, "partly")
    entry = TimelineEntry.objects.select_related("note").get(proposal=case, kind="rated")
    assert (entry.visibility, entry.note.text, entry.data) == ("parties", "", {})


@pytest.mark.parametrize(("usefulness", "answered"), [(0, "yes"), (6, "yes"), (3, ""), (3, "perhaps")])
def test_rating_out_of_range_is_refused(usefulness, answered):
    case = cases.answered()
    with pytest.raises(Refused):
        rate_answer(user=cases.proposer_of(case), proposal=case, usefulness=usefulness, answered=answered)
    assert not AnswerRating.objects.exists()


def test_rating_is_once_for_each_round():
    case = cases.answered()
    word = {"user": cases.proposer_of(case), "proposal": case, "usefulness": 2, "answered": "no"}
    rate_answer(**word)
    with pytest.raises(Refused):
        rate_answer(**word)
    reconsider(case)
    cases.answered(case)
    rate_answer(**word)
    assert list(case.ratings.order_by("round").values_list("round", flat=True)) == [1, 2]


def test_accepting_takes_a_rating_or_none():
    case, other = cases.answered(), cases.answered()
    user = cases.proposer_of(case)
    rate_and_close(user=user, proposal=case, usefulness=5, answered="yes")
    rate_and_close(user=user, proposal=other, usefulness=None, answered="")
    assert (state_of(case), state_of(other)) == ("closed", "closed")
    assert AnswerRating.objects.get().proposal == case


def test_half_a_rating_keeps_the_case_open():
    case = cases.answered()
    with pytest.raises(Refused):
        rate_and_close(user=cases.proposer_of(case), proposal=case, usefulness=5, answered="")
    assert state_of(case) == "answered"


def test_rating_is_read_by_proposer_rated_bodies_and_secretariat():
    case = cases.answered()
    rating = rate_answer(user=cases.proposer_of(case), proposal=case, usefulness=4, answered="yes")
    body = cases.lead_of(case).ministry
    readers = [
        cases.proposer_of(case),
        cases.liaison_of(body),
        cases.person(supervises=body),
        cases.person(secretariat=True),
        cases.person(audits=True),
    ]
    others = [
        cases.convener_of(case),
        cases.person(liaison_of=cases.ministry("moea")),
        cases.person(represents=cases.member_org("globex")),
        cases.person(),
    ]
    assert all(rating in AnswerRating.objects.visible_to(user) for user in readers)
    assert not any(AnswerRating.objects.visible_to(user).exists() for user in others)


# --- reconsideration ------------------------------------------------------------------------------


def test_reconsideration_asks_the_bodies_that_answered_anew():
    moea = cases.ministry("moea")
    case = cases.answered(supporting=[moea])
    total = fresh(case).submitted_at
    again = reconsider(case, 2)
    case = fresh(case)
    assert (case.state, case.round, case.submitted_at) == ("referred", 2, total)
    assert [a.number for a in again.asks.all()] == [2]
    row = case.referrals.get(round=2)
    assert (row.part, row.ministry) == ("lead", cases.ministry())
    deadline = row.deadlines.get()
    assert (deadline.kind, deadline.amount, deadline.unit) == (Kind.RECONSIDERATION, 30, "day")
    assert row.due_on == deadline.due_on == date(2026, 4, 7)
    assert case.latest_overall_on == case.referrals.get(ministry=moea).due_on
    assert not case.deadlines.unsettled().exists()
    entry = TimelineEntry.objects.select_related("note").get(proposal=case, kind="reconsideration_asked")
    assert (entry.visibility, entry.note.text, entry.data["asks"]) == ("public", "未回應所詢", [2])
    assert Letter.objects.filter(kind="reconsideration_asked").count() == 1
    assert Letter.objects.filter(kind="reconsideration_told").count() == 1


def test_new_answer_stands_in_front_and_the_first_beside_it():
    case = cases.answered()
    first = Answer.objects.get(ask__proposal=case, ask__number=1)
    untouched = Answer.objects.get(ask__proposal=case, ask__number=2)
    reconsider(case, 1)
    assert cells(case) == [("not_yet", None, first), ("answer", untouched, None)]
    cases.answered(case, says={"outcome": "may_proceed"})
    second = Answer.objects.get(ask__number=1, referral__round=2)
    assert cells(case) == [("answer", second, first), ("answer", untouched, None)]
    assert state_of(case) == "answered"
    assert Deadline.objects.unsettled().get(proposal=case).kind == Kind.CLOSING


def cells(case: Proposal) -> list[tuple]:
    case = fresh(case)
    referrals = list(case.referrals.select_related("ministry"))
    bodies = columns(referrals, [], InterimReply.objects.none(), clock.today())
    answers = Answer.objects.filter(referral__in=referrals)
    rows = matrix(case.asks.all(), bodies, answers, asked_again(case))
    assert all(len(cells) == 1 for _ask, cells in rows)
    return [(str(cells[0][1].said), cells[0][1].answer, cells[0][1].earlier) for _ask, cells in rows]


def test_total_clock_never_restarts_by_reconsideration():
    case = cases.answered()
    with clock.at(NOW + timedelta(days=10)):
        reconsider(case)
    with clock.at(NOW + timedelta(days=30)):
        assert sum(days(case).values()) == 30
        assert days(case)[Owner.PROPOSER] == 10
        row = for_page(Proposal.objects.filter(pk=case.pk)).get()
        assert next_turn(row, referrals_with_replies().filter(proposal=row)).due_on is not None


def days(case: Proposal) -> dict[Owner, int]:
    row = for_page(Proposal.objects.filter(pk=case.pk)).get()
    return totals(ledger(sorted(turns_of(row.turns), key=lambda t: t[0]), clock.today()))


def test_second_reconsideration_is_refused():
    case = cases.answered()
    reconsider(case)
    cases.answered(case)
    with pytest.raises(Refused):
        reconsider(case)
    assert state_of(case) == "answered"
    assert fresh(case).round == 2


def test_reconsideration_is_asked_within_the_period_for_objections():
    case = cases.answered()
    last = case.deadlines.get(kind=Kind.CLOSING).due_on
    with clock.at(cases.at(last.year, last.month, last.day) + timedelta(days=1)), pytest.raises(Refused):
        reconsider(case)
    assert state_of(case) == "answered"
    with clock.at(cases.at(last.year, last.month, last.day, 23)):
        reconsider(case)
    assert state_of(case) == "referred"


@pytest.mark.parametrize("asks", ["none", "foreign"])
def test_reconsideration_names_own_asks(asks):
    case = cases.answered()
    pks = list(cases.answered().asks.values_list("pk", flat=True)) if asks == "foreign" else []
    with pytest.raises(Refused):
        ask_reconsideration(user=cases.proposer_of(case), proposal=case, asks=pks, reason="理由")
    with pytest.raises(Refused):
        reconsider(case, 1, reason=" ")
    assert state_of(case) == "answered"


def test_answered_case_can_no_longer_be_hidden():
    case = cases.answered()
    reconsider(case)
    with pytest.raises(Refused):
        withdraw_proposal(user=cases.proposer_of(case), proposal=case)
    assert state_of(case) == "referred"


def test_body_that_answered_does_not_return_the_case():
    case = cases.answered()
    reconsider(case)
    row = cases.lead_of(case)
    with pytest.raises(Refused):
        return_referral(
            user=cases.liaison_of(row.ministry), referral=row, body=cases.ministry("moea"), reason="非本會"
        )
    assert fresh(row).state == "sent"
