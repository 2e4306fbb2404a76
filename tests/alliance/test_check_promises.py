"""What the portal promises of itself: each promise is seen to be kept, and seen to be broken."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from alliance.promises import PROMISES, Severity, State, judged, troubles
from alliance.watch import audit, compare_ledgers, unplanned, unreminded
from members import clock
from members.actions.sending import send_letters
from members.models import Affiliation, Letter
from proposals.models import CalendarDay, Deadline, Heartbeat, Proposal, TimelineEntry
from proposals.models.deadlines import Kind
from proposals.reminders import sweep
from tests import cases

at = cases.at
NOW = at(2026, 3, 11)
ENGINES = ("sweep", "reminders", "letters", "beat", "loop")
WELL = State(
    now=NOW,
    beats=dict.fromkeys(ENGINES, NOW),
    is_surveyed=True,
    undelivered=0,
    last_workday=date(2026, 3, 10),
    unplanned=0,
    unreminded=0,
    calendar_until=date(2026, 12, 31),
    skew_seconds=0.01,
    recounted=7,
    ledgers=3,
)


def silent(name: str, **ago: float) -> State:
    return replace(WELL, beats={**WELL.beats, name: NOW - timedelta(**ago)})


def promised(*, dates: int = 500) -> str:
    out = StringIO()
    call_command("check_promises", dates=dates, stdout=out)
    return out.getvalue()


def codes(state: State) -> list[tuple[str, str]]:
    return [(finding.code, str(finding.severity)) for finding in troubles(state)]


# ── The judgement, without a database ───────────────────────────────────────────────────────────


def test_nothing_is_wrong_when_all_is_well():
    assert codes(WELL) == []
    assert {finding.severity for finding in judged(WELL)} == {Severity.OK}


def test_what_nobody_has_looked_at_is_not_judged():
    assert codes(State(now=NOW)) == []


@pytest.mark.parametrize(("state", "expected"), [
    (silent("sweep", minutes=6), ("sweep", "broken")),
    (silent("beat", minutes=6), ("queue", "warning")),
    (silent("loop", minutes=6), ("loop", "warning")),
    (replace(WELL, oldest_letter=NOW - timedelta(minutes=16)), ("letters", "broken")),
    (replace(WELL, undelivered=1), ("undelivered", "warning")),
    (silent("reminders", days=2), ("planned", "broken")),
    (replace(WELL, unplanned=2), ("planned", "broken")),
    (replace(WELL, unreminded=1), ("reminded", "broken")),
    (replace(WELL, calendar_until=date(2026, 6, 8)), ("calendar", "warning")),
    (replace(WELL, calendar_until=None), ("calendar", "warning")),
    (replace(WELL, skew_seconds=-2.5), ("clocks", "broken")),
    (replace(WELL, moved=1), ("dates", "broken")),
    (replace(WELL, unequal=1), ("ledgers", "broken")),
])  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_each_promise_that_is_broken_is_said_with_what_to_do(state, expected, language):
    with translation.override(language):
        (trouble,) = troubles(state)
    assert (trouble.code, str(trouble.severity)) == expected
    assert trouble.label
    assert len(trouble.sentence) > len(trouble.label) / 2


@pytest.mark.parametrize("state", [
    silent("sweep", minutes=5),
    replace(WELL, oldest_letter=NOW - timedelta(minutes=15)),
    replace(WELL, oldest_letter=NOW + timedelta(days=1)),
    silent("reminders", days=1),
    replace(WELL, calendar_until=date(2026, 6, 9)),
    replace(silent("sweep", days=3), started_at=NOW - timedelta(minutes=4)),
    replace(WELL, oldest_letter=NOW - timedelta(days=1), started_at=NOW - timedelta(minutes=4)),
])  # fmt: skip
def test_at_the_border_nothing_is_wrong(state):
    assert codes(state) == []


def test_every_promise_has_been_broken_above():
    marks = test_each_promise_that_is_broken_is_said_with_what_to_do.pytestmark
    broken = {row[1][0] for mark in marks if mark.args[0] != "language" for row in mark.args[1]}
    assert broken == {promise.code for promise in PROMISES}


def test_the_worst_stands_first():
    state = replace(silent("loop", hours=1), oldest_letter=NOW - timedelta(hours=1))
    assert [code for code, _ in codes(state)] == ["letters", "loop"]


# ── What is seen of the rows ────────────────────────────────────────────────────────────────────


def alive(moment: datetime) -> None:
    """A round of the engines at a moment."""
    with clock.at(moment):
        sweep()
        send_letters()
        for name in ("letters", "beat", "loop"):
            Heartbeat.beat(name)


@pytest.mark.django_db
def test_portal_at_work_keeps_all_its_promises(smtp):
    with clock.at(at(2026, 3, 2)):
        cases.referred()
    for day in range(3, 7):
        alive(at(2026, 3, day, 9))
    with clock.at(at(2026, 3, 6, 9, 1)):
        said = promised()
        troubled = [line for line in said.splitlines() if line.startswith(("broken", "warning"))]
        assert troubled == []
        assert "today's calendar gives: 0 of 3" in said
        assert "every open case add up: 0 of 1" in said


@pytest.mark.django_db
def test_command_leaves_with_one_when_the_scheduler_stands_still(smtp, capsys):
    with clock.at(at(2026, 3, 2)):
        cases.submitted()
    alive(at(2026, 3, 3, 9))
    out = StringIO()
    with clock.at(at(2026, 3, 3, 9, 6)), pytest.raises(SystemExit) as left:
        call_command("check_promises", stdout=out)
    assert left.value.code == 1
    assert "The scheduler stands still" in out.getvalue()


@pytest.mark.django_db
def test_beat_that_was_away_for_a_day_is_seen_and_made_up_for(smtp):
    """Friday's reminders were not planned; on Monday at nine the next sweep does it, and all is well."""
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
    alive(at(2026, 3, 5, 18))
    assert Deadline.objects.get(proposal=case).next_reminder_on == date(2026, 3, 11)
    with clock.at(at(2026, 3, 12, 10)):
        assert ("planned", "broken") in codes(audit(dates=10))
    alive(at(2026, 3, 12, 10))
    with clock.at(at(2026, 3, 12, 10)):
        assert codes(audit(dates=10)) == []
    assert Letter.objects.filter(kind="reminder", state=Letter.State.SENT).count() == 1


@pytest.mark.django_db
def test_date_that_cannot_be_planned_is_counted():
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
    Deadline.objects.filter(proposal=case).update(unit="era")
    with clock.at(at(2026, 3, 11)):
        sweep()
    assert unplanned(date(2026, 3, 11)).count() == 1
    with clock.at(at(2026, 3, 2)):
        cases.submitted()
    assert unplanned(date(2026, 3, 2)).count() == 0


@pytest.mark.django_db
def test_overdue_referral_without_anybody_to_remind_is_counted():
    with clock.at(at(2026, 3, 2)):
        case = cases.referred()
    body = cases.lead_of(case).ministry
    Affiliation.objects.filter(organisation=body).update(ends_on=date(2026, 3, 3))
    with clock.at(at(2026, 5, 6)):
        sweep()
        assert unreminded(clock.today()).filter(kind=Kind.ANSWER).count() == 1
        cases.person("new@fsc.gov.example", liaison_of=body)
        Deadline.objects.update(next_reminder_on=clock.today())
        sweep()
        assert unreminded(clock.today()).filter(kind=Kind.ANSWER).count() == 0


@pytest.mark.django_db
def test_date_counted_with_an_older_calendar_is_found_and_left_alone():
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
        assert audit(dates=10).moved == 0
        due_on = case.deadlines.get().due_on
        CalendarDay.objects.filter(day=due_on).update(is_workday=False)
        state = audit(dates=10)
    assert (state.recounted, state.moved) == (1, 1)
    assert case.deadlines.get().due_on == due_on
    assert audit(dates=0).recounted == 0


@pytest.mark.django_db
def test_case_whose_days_do_not_add_up_is_found():
    with clock.at(at(2026, 3, 2)):
        case = cases.submitted()
    with clock.at(at(2026, 3, 9)):
        assert compare_ledgers() == (1, 0)
        TimelineEntry.objects.create(
            proposal=case, kind="submitted", role="proposer", turn="alliance", happened_at=at(2026, 2, 2)
        )
        assert compare_ledgers() == (1, 1)


@pytest.mark.django_db
def test_ledgers_of_three_cases_cost_as_many_queries_as_of_one():
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            compare_ledgers()
        return len(queries)

    with clock.at(at(2026, 3, 2)):
        cases.submitted()
        one = count()
        cases.submitted()
        cases.submitted()
        assert count() == one
    assert Proposal.objects.count() == 3


@pytest.mark.django_db
@pytest.mark.parametrize("start", [(2026, 11, 22), (2026, 11, 23)], ids=["sunday", "monday"])
def test_demo_that_has_just_begun_raises_no_alarm(start, smtp):
    with clock.at(at(*start, 8)):
        call_command("seed", stdout=StringIO())
        call_command("demo", stdout=StringIO())
    for hour in (8, 10):
        alive(at(*start, hour))
        with clock.at(at(*start, hour, 1)):
            assert [code for code, severity in codes(audit(dates=500)) if severity == "broken"] == []


# ── The command and its errors ──────────────────────────────────────────────────────────────────


def test_database_that_is_away_is_one_line_and_two():
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "alliance.settings",
        "DATABASE_URL": "postgres://tba@127.0.0.1:1/tba",
    }
    left = subprocess.run(
        [sys.executable, "manage.py", "check_promises"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert left.returncode == 2
    assert len(left.stderr.strip().splitlines()) == 1
    assert "database could not be asked" in left.stderr


@pytest.mark.parametrize("arguments", [["--dates", "many"], ["--dates", "-1"], ["--every"]])
def test_wrong_usage_is_one_line_and_two(arguments):
    with pytest.raises(CommandError) as refused:
        call_command("check_promises", *arguments)
    assert refused.value.returncode == 2
