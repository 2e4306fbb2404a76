"""A typhoon on a last day: the dates that it moves, what is written of it, and how it is taken back."""

from datetime import date, time
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from members import clock
from members.models import Letter, Organisation
from members.refusals import NotAllowed, Refused, Stale
from proposals import facts
from proposals.actions.answering import ask_proposer
from proposals.actions.closures import (
    ClosureChange,
    change_closure_decision,
    enter_closure,
    withdraw_closure,
)
from proposals.actions.moves import rehearsed
from proposals.actions.seed import seed_closures
from proposals.explanations import explain
from proposals.models import Deadline, Proposal, WorkSuspension
from proposals.models.deadlines import Kind
from proposals.templatetags.reasons import why
from tests import cases

pytestmark = pytest.mark.django_db

LAST = date(2026, 5, 4)
NEXT = date(2026, 5, 5)


@pytest.fixture
def case() -> Proposal:
    """The lead's last day is Monday 4 May 2026."""
    with clock.at(cases.at(2026, 3, 2)):
        return cases.referred()


def close(on: date, area: str = "臺北市", **options: Any) -> ClosureChange:
    office = cases.person("office@example.org", secretariat=True)
    about = {"note": "颱風", "source_url": "https://www.dgpa.gov.tw/"} | options
    return enter_closure(user=office, on=on, area=area, **about)


def due(case: Proposal) -> date:
    return cases.lead_of(case).due_on


def test_closure_on_the_last_day_moves_it_and_is_written_down_for_everybody(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        found = close(LAST)
    assert [(move.was, move.becomes) for move in found.moves] == [(LAST, NEXT)]
    assert due(case) == Proposal.objects.get(pk=case.pk).latest_overall_on == NEXT
    entry = case.timeline.get(kind="date_moved")
    assert entry.visibility == "public"
    assert entry.data == {
        "step": "answer",
        "old_due_on": "2026-05-04",
        "new_due_on": "2026-05-05",
        "cause": "closure",
        "closed_on": "2026-05-04",
        "area": "臺北市",
    }


def test_day_closed_by_county_and_country_and_the_next_one_name_every_reason(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)), translation.override("en"):
        close(LAST, note="颱風甲")
        close(LAST, area="全國", note="地震乙")
        close(NEXT, note="水災丙")
        deadline = cases.lead_of(case).deadlines.get(kind=Kind.ANSWER)
        told = " ".join(explain(deadline))
        short = str(why(deadline, cases.lead_of(case)))
    for reason in ("颱風甲", "地震乙", "水災丙"):
        assert reason in told
        assert reason in short


def test_each_of_those_concerned_gets_one_letter(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        close(LAST)
    letters = Letter.objects.filter(kind="date_moved")
    liaison = cases.liaison_of(cases.ministry())
    concerned = {cases.proposer_of(case), cases.convener_of(case), liaison}
    assert {letter.recipient for letter in letters} == concerned
    assert len(letters) == len(concerned)
    assert letters.get(recipient=liaison).copies == [cases.ministry().mailbox]
    assert all("https://www.dgpa.gov.tw/" in letter.body for letter in letters)


def test_closure_in_the_midst_of_a_period_of_days_moves_nothing(case: Proposal) -> None:
    with clock.at(cases.at(2026, 4, 1)):
        assert close(date(2026, 4, 2)).moves == []
    assert not case.timeline.filter(kind="date_moved").exists()


def test_closure_in_the_midst_of_a_period_of_working_days_moves_its_end(case: Proposal) -> None:
    acceptance = Deadline.objects.get(kind=Kind.ACCEPTANCE)
    with clock.at(cases.at(2026, 3, 10)):
        moved = close(date(2026, 3, 11)).moves
    assert [move.deadline for move in moved] == [acceptance]
    assert moved[0].becomes > acceptance.due_on


def test_closure_counts_where_the_proposer_must_act(case: Proposal) -> None:
    Organisation.objects.filter(pk=case.organisation_id).update(area="高雄市")
    with clock.at(cases.at(2026, 3, 9)):
        lead = cases.lead_of(case)
        question = ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="?")
    before = question.due_on
    with clock.at(cases.at(2026, 3, 24)):
        assert not close(before).moves
        assert [move.deadline.kind for move in close(before, "高雄市").moves] == ["reply"]
    question.refresh_from_db()
    assert question.due_on == Deadline.objects.get(kind=Kind.REPLY).due_on > before
    assert case.timeline.get(kind="date_moved").referral == lead


@pytest.mark.parametrize(
    ("area", "moves"),
    [("全國", 1), ("台北市", 1), ("Taipei City", 1), ("新北市", 0), ("臺北市北投區", 0)],
)
def test_closure_of_the_country_counts_everywhere_and_a_townships_never_in_its_county(
    case: Proposal, area: str, moves: int
) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        assert len(close(LAST, area).moves) == moves


@pytest.mark.parametrize(("hours", "becomes"), [((10, None), NEXT), ((18, None), LAST), ((0, 12), NEXT)])
def test_part_of_a_day_is_decided_by_the_office_hours(
    case: Proposal, hours: tuple[int, int | None], becomes: date
) -> None:
    since, until = hours
    with clock.at(cases.at(2026, 5, 3)):
        close(LAST, starts_at=time(since), ends_at=time(until) if until else None)
    assert due(case) == becomes


def test_decision_for_all_cases_is_changed_later_with_a_trace(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 4)):
        closure = close(LAST, starts_at=time(16)).closure
        office = closure.entered_by
        done = change_closure_decision(user=office, closure=closure, moves_last_day=False)
        assert [(move.was, move.becomes) for move in done.moves] == [(NEXT, LAST)]
        with pytest.raises(Refused):
            change_closure_decision(user=office, closure=closure, moves_last_day=False)
        change_closure_decision(user=office, closure=closure, moves_last_day=True)
    assert due(case) == NEXT
    causes = [entry.data["cause"] for entry in case.timeline.filter(kind="date_moved").order_by("pk")]
    assert causes == ["closure", "closure_revised", "closure_revised"]


def test_decision_on_a_whole_day_is_none(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        closure = close(LAST, moves_last_day=False).closure
        assert closure.moves_last_day
        with pytest.raises(Refused):
            change_closure_decision(user=closure.entered_by, closure=closure, moves_last_day=False)


def test_withdrawn_closure_gives_the_date_back_and_stays_readable(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        closure = close(LAST).closure
        withdraw_closure(user=closure.entered_by, closure=closure)
        with pytest.raises(Refused):
            withdraw_closure(user=closure.entered_by, closure=closure)
        assert due(case) == LAST
        close(LAST)  # the same may be entered again
    assert due(case) == NEXT
    assert WorkSuspension.objects.count() == 2


def test_closure_is_never_deleted() -> None:
    with clock.at(cases.at(2026, 5, 3)):
        cases.time_rules()
        closure = close(LAST).closure
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        WorkSuspension.objects.filter(pk=closure.pk).delete()


def test_closure_noted_after_the_day_takes_the_lateness_back(case: Proposal) -> None:
    def is_late() -> bool:
        return Deadline.objects.get(kind=Kind.ANSWER).is_overdue

    with clock.at(cases.at(2026, 5, 5)):
        assert is_late()
        close(LAST)
        assert not is_late()
    with clock.at(cases.at(2026, 5, 6)):
        assert is_late()


def test_answered_case_is_left_alone(case: Proposal) -> None:
    with clock.at(cases.at(2026, 3, 16)):
        cases.answered(case)
    last = due(case)
    with clock.at(cases.at(last.year, last.month, last.day)):
        assert close(last).moves == []
    assert due(case) == last


@pytest.mark.parametrize(
    "wrong",
    [
        {"area": "火星市"},
        {"area": "臺北"},
        {"area": ""},
        {"source_url": "ftp://example.org"},
        {"source_url": ""},
        {"on": date(2026, 5, 30)},
        {"on": date(1911, 10, 10)},
        {"ends_at": time(12)},
        {"starts_at": time(12), "ends_at": time(10)},
    ],
    ids=str,
)
def test_closure_that_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with clock.at(cases.at(2026, 5, 3)), pytest.raises(Refused):
        close(**{"on": LAST, **wrong})
    assert not WorkSuspension.objects.exists()


def test_closure_is_entered_once() -> None:
    with clock.at(cases.at(2026, 5, 3)):
        cases.time_rules()
        close(LAST)
        with pytest.raises(Refused):
            close(LAST, "台北市")
    assert WorkSuspension.objects.count() == 1


def test_what_was_confirmed_is_what_happens(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        with rehearsed():
            shown = close(LAST)
        assert not WorkSuspension.objects.exists()
        assert not Letter.objects.filter(kind="date_moved").exists()
        assert due(case) == LAST
        close(LAST, confirmed=shown.digest)
    assert due(case) == NEXT


def test_confirmation_of_other_dates_than_would_move_now_is_refused(case: Proposal) -> None:
    with clock.at(cases.at(2026, 5, 3)):
        with rehearsed():
            shown = close(LAST)
        lead = cases.lead_of(case)
        ask_proposer(user=cases.liaison_of(lead.ministry), referral=lead, text="?")
        with pytest.raises(Stale):
            close(LAST, confirmed=shown.digest)
    assert not WorkSuspension.objects.exists()
    assert not Letter.objects.filter(kind="date_moved").exists()


def test_dates_are_counted_anew_by_the_secretariat_alone(case: Proposal) -> None:
    closure = WorkSuspension.objects.create(on=LAST, area="臺北市", starts_at=time(10))
    about = {"on": LAST, "area": "臺北市", "note": "颱風", "source_url": "https://example.org"}
    for user in (cases.convener_of(case), cases.person(audits=True)):
        with pytest.raises(NotAllowed):
            enter_closure(user=user, **about)
        with pytest.raises(NotAllowed):
            withdraw_closure(user=user, closure=closure)
        with pytest.raises(NotAllowed):
            change_closure_decision(user=user, closure=closure, moves_last_day=False)


def test_seeded_part_day_closures_follow_the_same_rule() -> None:
    seed_closures()
    assert WorkSuspension.objects.count() == len(facts.CLOSURES)
    on = date(2019, 9, 30)
    decided = dict(WorkSuspension.objects.filter(on=on).values_list("area", "moves_last_day"))
    assert (decided["新竹市"], decided["連江縣"], decided["臺北市"]) == (False, True, True)
