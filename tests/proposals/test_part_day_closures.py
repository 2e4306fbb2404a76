"""One rule for a closure of a part of a day: where it counts, its day is no last day and no working day."""

from collections.abc import Iterator
from datetime import date, time

import pytest

from members import clock
from proposals.actions.closures import change_closure_decision, enter_closure
from proposals.models import Deadline, Proposal, WorkSuspension
from proposals.models.deadlines import Kind
from tests import cases

WITHIN, LAST, NEXT = date(2026, 3, 11), date(2026, 3, 16), date(2026, 3, 17)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def evening_before() -> Iterator[None]:
    with clock.at(cases.at(2026, 3, 10, 20)):
        yield


@pytest.fixture
def case() -> Proposal:
    """Submitted on Monday 2 March 2026: its ten working days end on Monday 16 March."""
    with clock.at(cases.at(2026, 3, 2)):
        case = cases.submitted()
    assert last_day(case) == LAST
    return case


def last_day(case: Proposal) -> date:
    return Deadline.objects.get(proposal=case, kind=Kind.SCREENING).due_on


def close(on: date, since: int | None, until: int | None, *, counts: bool | None = None) -> WorkSuspension:
    return enter_closure(
        user=cases.person("office@example.org", secretariat=True),
        on=on,
        area="全國",
        note="颱風",
        source_url="https://www.dgpa.gov.tw/",
        starts_at=None if since is None else time(since),
        ends_at=None if until is None else time(until),
        moves_last_day=counts,
    ).closure


HOURS = [
    ((None, None), True),
    ((13, None), True),
    ((0, 12), True),
    ((18, None), False),
    ((0, 8), False),
]


@pytest.mark.parametrize("on", [WITHIN, LAST], ids=["within the period", "on its last day"])
@pytest.mark.parametrize(("hours", "counts"), HOURS, ids=str)
def test_closure_of_office_hours_counts_as_a_whole_day_wherever_it_falls(
    case: Proposal, on: date, hours: tuple[int | None, int | None], counts: bool
) -> None:
    close(on, *hours)
    assert last_day(case) == (NEXT if counts else LAST)


@pytest.mark.parametrize("on", [WITHIN, LAST], ids=["within the period", "on its last day"])
@pytest.mark.parametrize(("since", "counts"), [(13, False), (18, True)])
def test_decision_of_the_secretariat_counts_wherever_it_falls(
    case: Proposal, on: date, since: int, counts: bool
) -> None:
    closure = close(on, since, None, counts=counts)
    assert last_day(case) == (NEXT if counts else LAST)
    change_closure_decision(user=closure.entered_by, closure=closure, moves_last_day=not counts)
    assert last_day(case) == (LAST if counts else NEXT)


def test_closures_of_one_day_take_it_off_once(case: Proposal) -> None:
    close(WITHIN, 13, None)
    close(WITHIN, 8, 10)
    assert last_day(case) == NEXT
