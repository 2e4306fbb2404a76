"""A typhoon on a last day: the dates that it moves, and what is written of it."""

from datetime import date

import pytest

from members import clock
from members.refusals import NotAllowed
from proposals.actions.answering import ask_proposer
from proposals.actions.closures import recount_for_closure
from proposals.models import Deadline, Proposal, WorkSuspension
from proposals.models.deadlines import Kind
from tests import cases

pytestmark = pytest.mark.django_db

LAST = date(2026, 5, 4)


@pytest.fixture
def case() -> Proposal:
    """The lead's last day is Monday 4 May 2026."""
    with clock.at(cases.at(2026, 3, 2)):
        return cases.referred()


def close(day: date) -> int:
    WorkSuspension.objects.create(on=day, area="臺北市", note="颱風")
    return recount_for_closure(user=cases.person(secretariat=True), days={day})


def test_closure_on_the_last_day_moves_it_and_is_written_down_for_everybody(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        assert close(LAST) == 1
    assert cases.lead_of(case).due_on == date(2026, 5, 5)
    assert Proposal.objects.get(pk=case.pk).latest_overall_on == date(2026, 5, 5)
    entry = case.timeline.get(kind="date_moved")
    assert (entry.visibility, entry.data["old_due_on"], entry.data["new_due_on"]) == (
        "public",
        "2026-05-04",
        "2026-05-05",
    )


def test_closure_in_the_midst_of_a_period_moves_nothing(case: Proposal) -> None:
    with clock.at(cases.at(2026, 4, 1)):
        assert close(date(2026, 4, 2)) == 0
    assert not case.timeline.filter(kind="date_moved").exists()


def test_closure_on_the_day_of_a_reply_moves_it(case: Proposal) -> None:
    with clock.at(cases.at(2026, 3, 9)):
        lead = cases.lead_of(case)
        question = ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="?")
        assert question.due_on == Deadline.objects.get(kind=Kind.REPLY).due_on
        assert close(question.due_on) == 1
    before = question.due_on
    question.refresh_from_db()
    assert question.due_on == Deadline.objects.get(kind=Kind.REPLY).due_on > before
    assert case.timeline.get(kind="date_moved").referral == lead


def test_dates_are_counted_anew_by_the_secretariat_alone(case: Proposal) -> None:
    with pytest.raises(NotAllowed):
        recount_for_closure(user=cases.convener_of(case), days={LAST})
