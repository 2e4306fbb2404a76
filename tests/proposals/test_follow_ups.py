"""What a ministry promised in an answer: the item, its day, its steps, and the end of the case with it."""

from datetime import date, timedelta

import pytest

from members import clock
from members.models import Letter
from members.refusals import NotAllowed, Refused
from proposals.actions.answering import publish_answers, save_answer_drafts
from proposals.actions.follow_ups import (
    drop_follow_up,
    finish_follow_up,
    report_progress,
    revise_follow_up,
)
from proposals.actions.proposer import close_proposal
from proposals.models import FollowUp, Milestone, Proposal, TimelineEntry
from proposals.states import FOLLOW_UP_STEPS, Outcome
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 3, 2)
SOON = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def monday():
    with clock.at(NOW):
        yield


@pytest.fixture
def case() -> Proposal:
    return cases.promised(on=SOON)


@pytest.fixture
def item(case) -> FollowUp:
    return FollowUp.objects.get(proposal=case)


@pytest.fixture
def liaison():
    return cases.liaison_of(cases.ministry())


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def open_day(item: FollowUp) -> date | None:
    row = item.deadlines.unsettled().first()
    return row and row.due_on


def test_promise_with_a_day_becomes_an_item_with_a_clock(case, item):
    assert (item.planned_on, item.title, item.outcome) == (SOON, "預告修正草案", Outcome.RULE_CHANGE)
    assert item.milestone == Milestone.STUDY
    assert open_day(item) == SOON
    entry = TimelineEntry.objects.get(proposal=case, kind="promised")
    assert (entry.visibility, entry.data["follow_ups"]) == ("public", [item.pk])


NOT_OPEN = ("no_comment", "cannot_judge", "unclassified", "withdrawn")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o not in NOT_OPEN])
def test_item_is_made_of_promises_only(outcome):
    case = cases.referred(asks=1)
    says = {"outcome": outcome, "next_step": "下一步", "next_on": SOON}
    cases.answered(case, says=says)
    promises = ("rule_change", "statute_change", "trial", "partly")
    assert FollowUp.objects.filter(proposal=case).exists() == (outcome in promises)


def test_promise_without_a_day_is_not_published():
    case = cases.referred(asks=1)
    with pytest.raises(Refused, match="1"):
        cases.answered(case, says={"outcome": "partly", "next_step": "檢討"})
    assert not FollowUp.objects.exists()
    assert fresh(case).state == "referred"


def test_milestone_is_reported_publicly_and_mailed(case, item, liaison):
    step = report_progress(
        user=liaison, follow_up=item, milestone=Milestone.NOTICE, url="https://gov.example/1"
    )
    assert fresh(item).milestone == step.milestone == Milestone.NOTICE
    entry = TimelineEntry.objects.get(proposal=case, kind="follow_up_progress")
    assert (entry.visibility, entry.data["milestone"]) == ("public", "notice")
    letter = Letter.objects.get(kind="follow_up")
    assert letter.recipient == cases.proposer_of(case)
    assert "https://gov.example/1" in letter.body
    assert open_day(item) == SOON


def test_progress_says_something(item, liaison):
    with pytest.raises(Refused):
        report_progress(user=liaison, follow_up=item)
    with pytest.raises(Refused):
        report_progress(user=liaison, follow_up=item, milestone=Milestone.STUDY)
    with pytest.raises(Refused):
        report_progress(user=liaison, follow_up=item, milestone=Milestone.PASSED, text="規則不經三讀")
    assert not item.steps.exists()


def test_ministry_is_not_late_once_it_is_with_the_legislature(liaison):
    case = cases.answered(asks=1, says={"outcome": "statute_change", "next_step": "修法", "next_on": SOON})
    item = FollowUp.objects.get(proposal=case)
    with clock.at(cases.at(2026, 6, 2)):
        assert fresh(item).is_overdue
        assert list(FollowUp.objects.overdue()) == [item]
        report_progress(user=liaison, follow_up=item, milestone=Milestone.LEGISLATURE)
        assert not fresh(item).is_overdue
        assert not FollowUp.objects.overdue().exists()
        assert open_day(item) is None
        with pytest.raises(Refused):
            revise_follow_up(user=liaison, follow_up=item, planned_on=date(2026, 9, 1), text="再議")


def test_matter_that_comes_back_from_the_legislature_is_planned_anew(liaison):
    case = cases.answered(asks=1, says={"outcome": "statute_change", "next_step": "修法", "next_on": SOON})
    item = FollowUp.objects.get(proposal=case)
    report_progress(user=liaison, follow_up=item, milestone=Milestone.LEGISLATURE)
    back = {"user": liaison, "follow_up": item, "milestone": Milestone.TO_YUAN}
    with pytest.raises(Refused):
        report_progress(**back, planned_on=date(2027, 1, 4))
    with pytest.raises(Refused):
        report_progress(**back, text="屆期不續審")
    step = report_progress(**back, text="屆期不續審", planned_on=date(2027, 1, 4))
    assert (step.old_planned_on, step.new_planned_on) == (SOON, date(2027, 1, 4))
    assert open_day(item) == fresh(item).planned_on == date(2027, 1, 4)


def test_day_is_revised_before_it_has_passed_and_the_old_one_stays_readable(item, liaison):
    with clock.at(cases.at(2026, 6, 1, 23)):
        step = revise_follow_up(user=liaison, follow_up=item, planned_on=date(2026, 9, 1), text="外界意見多")
    assert (step.old_planned_on, step.new_planned_on) == (SOON, date(2026, 9, 1))
    assert fresh(item).planned_on == open_day(item) == date(2026, 9, 1)
    assert sorted(item.deadlines.values_list("due_on", flat=True)) == [SOON, date(2026, 9, 1)]


def test_day_that_has_passed_is_not_revised(item, liaison):
    with clock.at(cases.at(2026, 6, 2)), pytest.raises(Refused):
        revise_follow_up(user=liaison, follow_up=item, planned_on=date(2026, 9, 1), text="外界意見多")
    assert fresh(item).planned_on == SOON
    assert not item.steps.exists()


@pytest.mark.parametrize(
    ("day", "text"), [(SOON, "理由"), (date(2026, 3, 2), "理由"), (date(2026, 9, 1), " ")]
)
def test_revision_needs_another_day_to_come_and_a_reason(item, liaison, day, text):
    with pytest.raises(Refused):
        revise_follow_up(user=liaison, follow_up=item, planned_on=day, text=text)
    assert not item.steps.exists()


def test_done_needs_evidence_and_dropped_a_reason(item, liaison):
    with pytest.raises(Refused):
        finish_follow_up(user=liaison, follow_up=item)
    with pytest.raises(Refused):
        drop_follow_up(user=liaison, follow_up=item, text="")
    assert fresh(item).is_open


def test_case_stays_in_follow_up_and_closes_with_the_last_item(liaison):
    case = cases.promised(asks=2)
    first, second = FollowUp.objects.filter(proposal=case)
    case = close_proposal(user=cases.proposer_of(case), proposal=case)
    assert (case.state, case.ended_at) == ("follow_up", None)
    finish_follow_up(user=liaison, follow_up=first, url="https://gov.example/2")
    assert fresh(case).state == "follow_up"
    with clock.at(NOW + timedelta(days=3)):
        drop_follow_up(user=liaison, follow_up=second, text="業者已無需求")
        closed = fresh(case)
    assert closed.state == "closed"
    assert clock.local_date(closed.ended_at) == date(2026, 3, 5)
    assert not first.deadlines.unsettled().exists()
    assert Letter.objects.filter(kind="closed_after_follow_up").count() == 1


def test_item_that_ends_before_the_case_is_closed_leaves_it_answered(case, item, liaison):
    finish_follow_up(user=liaison, follow_up=item, text="已公告")
    assert fresh(case).state == "answered"
    assert close_proposal(user=cases.proposer_of(case), proposal=case).state == "closed"


def take(step: str, user, item: FollowUp) -> object:
    return {
        "report": lambda: report_progress(user=user, follow_up=item, text="已開會"),
        "revise": lambda: revise_follow_up(
            user=user, follow_up=item, planned_on=date(2026, 8, 3), text="理由"
        ),
        "done": lambda: finish_follow_up(user=user, follow_up=item, text="已公告"),
        "drop": lambda: drop_follow_up(user=user, follow_up=item, text="理由"),
    }[step]()


@pytest.mark.parametrize("step", FOLLOW_UP_STEPS)
@pytest.mark.parametrize("role", ["liaison", "deputy"])
def test_each_step_is_open_to_the_body_that_promised(case, item, step, role):
    body = cases.lead_of(case).ministry
    take(step, cases.person(**{f"{role}_of": body}), item)
    assert item.steps.count() == 1


@pytest.mark.parametrize("step", FOLLOW_UP_STEPS)
@pytest.mark.parametrize("role", ["supervisor", "other", "proposer", "convener", "secretariat", "audits"])
def test_no_step_is_open_to_others(case, item, step, role):
    body = cases.lead_of(case).ministry
    user = {
        "supervisor": lambda: cases.person(supervises=body),
        "other": lambda: cases.person(liaison_of=cases.ministry("moea")),
        "proposer": lambda: cases.proposer_of(case),
        "convener": lambda: cases.convener_of(case),
        "secretariat": lambda: cases.person(secretariat=True),
        "audits": lambda: cases.person(audits=True),
    }[role]()
    before = fresh(case).version
    with pytest.raises(NotAllowed):
        take(step, user, item)
    assert not item.steps.exists()
    assert fresh(case).version == before


@pytest.mark.parametrize("step", FOLLOW_UP_STEPS)
@pytest.mark.parametrize("end", ["done", "drop"])
def test_no_step_is_open_once_it_has_ended(case, item, liaison, step, end):
    take(end, liaison, item)
    with pytest.raises(Refused):
        take(step, liaison, item)
    assert item.steps.count() == 1


def test_supporting_bodys_promise_is_an_item_of_its_own(case):
    moea = cases.ministry("moea")
    other = cases.referred(asks=1, supporting=[moea])
    referral = other.referrals.select_related("proposal", "ministry").get(ministry=moea)
    ask = other.asks.get()
    words = {"outcome": "partly", "reason": "理由", "legal_basis": "法", "next_step": "函釋", "next_on": SOON}
    user = cases.liaison_of(moea)
    save_answer_drafts(user=user, referral=referral, drafts={ask.pk: words})
    publish_answers(user=user, referral=referral, asks=[ask.pk])
    assert FollowUp.objects.get(proposal=other).referral == referral
    assert fresh(other).state == "referred"
