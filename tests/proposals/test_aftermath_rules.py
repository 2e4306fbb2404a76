"""What comes after an answer, in the database itself: tried with raw SQL as the application's role."""

import pytest
from django.db import DatabaseError, connection, transaction

from proposals.actions.aftermath import ask_reconsideration, ask_second_look, rate_answer
from proposals.actions.follow_ups import report_progress
from proposals.actions.register import save_clarification
from proposals.actions.triage import decline_proposal
from proposals.models import AnswerRating, Clarification, FollowUp
from proposals.statistics import ratings_of
from tests import cases

pytestmark = pytest.mark.django_db


def refused(sql: str, *params: object) -> bool:
    """Whether the database itself refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize(
    ("state", "target"),
    [
        ("answered", "screening"),
        ("answered", "declined"),
        ("answered", "withdrawn"),
        ("follow_up", "answered"),
        ("follow_up", "referred"),
        ("closed", "answered"),
        ("closed", "referred"),
        ("closed", "follow_up"),
        ("declined", "discussion"),
        ("declined", "referred"),
    ],
)
def test_state_never_jumps_after_the_answer(state, target):
    case = cases.answered() if state != "declined" else cases.submitted()
    if state == "declined":
        decline_proposal(user=cases.convener_of(case), proposal=case, reason="other", text="x")
    elif state != "answered":
        assert not refused("update proposals_proposal set state = %s where id = %s", state, case.pk)
    assert refused("update proposals_proposal set state = %s where id = %s", target, case.pk)


def test_answered_case_is_hidden_by_nothing():
    case = cases.answered()
    ask_reconsideration(
        user=cases.proposer_of(case), proposal=case, asks=[case.asks.first().pk], reason="理由"
    )
    assert refused("update proposals_proposal set state = 'withdrawn' where id = %s", case.pk)


def test_reconsideration_is_once_and_for_good():
    case = cases.answered()
    user = cases.proposer_of(case)
    ask_reconsideration(user=user, proposal=case, asks=[case.asks.first().pk], reason="理由")
    again = (
        "insert into proposals_reconsideration (proposal_id, reason, round, asked_at, asked_by_id) "
        "values (%s, 'x', 3, now(), %s)"
    )
    assert refused(again, case.pk, user.pk)
    assert refused("update proposals_reconsideration set reason = 'x' where proposal_id = %s", case.pk)
    assert refused("delete from proposals_reconsideration where proposal_id = %s", case.pk)


def test_second_look_is_once_and_for_good():
    case = cases.submitted()
    decline_proposal(user=cases.convener_of(case), proposal=case, reason="other", text="x")
    ask_second_look(user=cases.proposer_of(case), proposal=case, reason="理由")
    assert refused("update proposals_secondlook set declined_by_id = null where proposal_id = %s", case.pk)
    assert refused("delete from proposals_secondlook where proposal_id = %s", case.pk)


def test_rating_is_once_for_each_round_and_never_changed():
    case = cases.answered()
    user = cases.proposer_of(case)
    rate_answer(user=user, proposal=case, usefulness=1, answered="no")
    again = (
        "insert into proposals_answerrating (proposal_id, round, usefulness, answered, text, rated_at, "
        "rated_by_id) values (%s, %s, %s, 'yes', '', now(), %s)"
    )
    assert refused(again, case.pk, 1, 5, user.pk)
    assert refused(again, case.pk, 2, 6, user.pk)
    assert refused("update proposals_answerrating set usefulness = 5 where proposal_id = %s", case.pk)
    assert refused("delete from proposals_answerrating where proposal_id = %s", case.pk)


def test_report_of_a_promise_is_never_changed():
    case = cases.promised()
    item = FollowUp.objects.get(proposal=case)
    user = cases.liaison_of(cases.ministry())
    report_progress(user=user, follow_up=item, text="已開會")
    assert refused("update proposals_followupstep set text = 'x' where follow_up_id = %s", item.pk)
    assert refused("delete from proposals_followupstep where follow_up_id = %s", item.pk)
    assert refused("delete from proposals_followup where id = %s", item.pk)
    step = (
        "insert into proposals_followupstep (follow_up_id, kind, milestone, text, url, reported_at) "
        "values (%s, %s, '', '', '', now())"
    )
    assert all(refused(step, item.pk, kind) for kind in ("revised", "dropped", "done"))


def test_published_entry_of_the_register_is_not_deleted_and_keeps_its_address():
    cases.answered(asks=1, says={"outcome": "clarified"})
    entry = Clarification.objects.select_related("answer__referral__proposal__group").get()
    assert refused("update proposals_clarification set slug = 'x' where id = %s", entry.pk)
    assert refused("update proposals_clarification set superseded_by_id = id where id = %s", entry.pk)
    save_clarification(
        user=cases.person(secretariat=True), clarification=entry, fields={"is_published": True}
    )
    assert refused("update proposals_clarification set facts = '' where id = %s", entry.pk)
    assert refused("delete from proposals_clarification where id = %s", entry.pk)


def test_figures_of_ratings_begin_with_five_cases():
    body = cases.ministry()
    for n in range(5):
        assert ratings_of(body) is None
        case = cases.answered(asks=1)
        rate_answer(
            user=cases.proposer_of(case), proposal=case, usefulness=n + 1, answered="yes" if n else "no"
        )
    found = ratings_of(body)
    assert found is not None
    assert (found.cases, found.usefulness, found.answered_percent) == (5, 3.0, 80)
    assert ratings_of(cases.ministry("moea")) is None
    assert AnswerRating.objects.count() == 5
