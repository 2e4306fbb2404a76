"""Planning and writing in turns: what a process that dies in the midst leaves behind, and what it costs."""

import threading
from datetime import datetime, timedelta
from itertools import islice

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Absence, Letter, User
from proposals.actions.timing import office_calendar
from proposals.models import Deadline, Reminder
from proposals.reminders import planning
from proposals.reminders.audiences import people_in
from proposals.reminders.people import People
from proposals.reminders.turns import turns
from tests import cases
from tests.chaos.fill import fill

pytestmark = pytest.mark.django_db


def run(moment: datetime, *, many: int | None = None, size: int = 1) -> list[tuple[int, int]]:
    """What the first so many turns did; then the process dies."""
    with clock.at(moment):
        steps = turns(office_calendar(clock.today()), size)
        return list(islice(steps, many))


def written_to() -> set[str]:
    return set(Letter.objects.filter(kind="reminder").values_list("to", flat=True))


def liaison(number: int) -> str:
    return f"liaison@body{number}.gov.example"


def move_to(email: str, *, slug: str) -> None:
    """One more body for a person, as liaison."""
    body = cases.Organisation.objects.get(slug=slug)
    user = User.objects.get(email=email)
    user.affiliations.create(organisation=body, role="liaison", starts_on=cases.SINCE)


def test_process_that_dies_after_two_turns_has_written_letters():
    moment = fill(3)
    assert run(moment, many=2) == [(0, 0), (1, 1)]
    assert written_to() == {liaison(0)}
    assert Deadline.objects.to_remind(moment.date()).count() == 2


def test_round_ends_with_everything_written():
    moment = fill(3)
    assert run(moment) == [(0, 0), (1, 1), (1, 1), (1, 1), (0, 0)]
    assert not Reminder.objects.filter(is_skipped=False, letter=None).exists()
    assert run(moment) == [(0, 0), (0, 0)]


def test_what_a_dead_process_has_planned_is_written_before_more_is_planned():
    moment = fill(2)
    with clock.at(moment):
        calendar, rules = office_calendar(clock.today()), list(cases.ReminderRule.objects.all())
        first, _ = planning.deadlines_to_plan()
        planning.plan_deadlines([first], rules, calendar)
    assert run(moment, many=1) == [(0, 1)]
    assert written_to() == {liaison(0)}
    assert Deadline.objects.to_remind(moment.date()).count() == 1


def test_person_of_two_bodies_waits_until_both_are_planned_and_has_one_letter():
    moment = fill(3)
    move_to(liaison(0), slug="body2")
    assert run(moment, many=3) == [(0, 0), (1, 0), (1, 1)]
    assert written_to() == {liaison(1)}
    run(moment)
    letter = Letter.objects.get(kind="reminder", to=liaison(0))
    assert letter.reminders.values("deadline").distinct().count() == 2


@pytest.mark.parametrize("role", ["seat", "secretariat"])
def test_whoever_watches_over_others_comes_last(role):
    moment = fill(2)
    watcher = User.objects.get(email=liaison(0))
    if role == "seat":
        watcher.seats.create(group=cases.group(), role="deputy", starts_on=cases.SINCE)
    else:
        cases.person(liaison(0), secretariat=True)
    assert run(moment, many=2) == [(0, 0), (1, 0)]
    run(moment)
    assert written_to() == {liaison(0), liaison(1)}


def test_deadline_that_cannot_be_planned_holds_no_letter_back(caplog):
    moment = fill(2)
    move_to(liaison(0), slug="body1")
    broken = Deadline.objects.get(referral__ministry__slug="body1")
    Deadline.objects.filter(pk=broken.pk).update(unit="era")
    run(moment, size=25)
    assert "could not deal with" in caplog.text
    assert written_to() == {liaison(0)}
    assert not broken.reminders.exists()


@pytest.mark.django_db(transaction=True)
def test_deadline_in_the_hands_of_another_planner_holds_the_letter_back():
    moment = fill(2)
    move_to(liaison(0), slug="body1")
    held, over = threading.Event(), threading.Event()

    def plan_slowly() -> None:
        with transaction.atomic():
            list(Deadline.objects.filter(referral__ministry__slug="body1").select_for_update())
            held.set()
            over.wait(30)
        connection.close()

    other = threading.Thread(target=plan_slowly)
    other.start()
    assert held.wait(30)
    try:
        assert run(moment, size=25) == [(0, 0), (1, 0), (0, 0)]
    finally:
        over.set()
        other.join()
    assert run(moment, size=25) == [(0, 0), (1, 2), (0, 0)]


def test_turn_costs_as_many_queries_for_one_as_for_many():
    counts = set()
    for count in (1, 3):
        with transaction.atomic():
            moment = fill(count)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert run(moment, many=2, size=25) == [(0, 0), (count, count)]
            counts.add(len(queries))
            transaction.set_rollback(True)
    assert len(counts) == 1


@pytest.mark.parametrize("away", [(), ("liaison",), ("deputy",), ("liaison", "deputy")])
def test_people_looked_up_together_are_those_looked_up_one_by_one(away):
    moment = fill(1)
    body = cases.Organisation.objects.get(slug="body0")
    people = {
        "liaison": User.objects.get(email=liaison(0)),
        "deputy": cases.person("d@example", deputy_of=body),
    }
    cases.person("gone@example", deputy_of=body, is_active=False)
    cases.person("research@example", researches_for=body)
    with clock.at(moment):
        for name in away:
            Absence.objects.create(
                user=people[name], starts_on=moment.date(), ends_on=moment.date() + timedelta(days=1)
            )
        deadline = Deadline.objects.select_related("referral__ministry").get(referral__ministry=body)
        for audience in ("actors", "supervisor"):
            found = People([deadline]).of(deadline, audience)
            assert set(found) == set(people_in(deadline, audience))
            assert found
