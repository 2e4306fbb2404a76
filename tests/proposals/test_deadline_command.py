"""`manage.py deadline`, as somebody at a terminal meets it."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from proposals.management.commands.deadline import Command
from proposals.models import CalendarDay, WorkSuspension
from tests import cases

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("deadline", *arguments, stdout=out)
    return out.getvalue()


def as_json(*arguments: str) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json"))


@pytest.fixture(autouse=True)
def _calendar() -> None:
    cases.calendar()


@pytest.mark.parametrize(
    ("day", "amount", "unit", "raw", "last"),
    [
        ("2026-07-28", "60", "days", "2026-09-26", "2026-09-29"),
        ("2026-02-13", "6", "workday", "2026-03-03", "2026-03-03"),
        ("2026-02-06", "2", "weeks", "2026-02-20", "2026-02-23"),
        ("2025-04-30", "1", "month", "2025-05-31", "2025-06-02"),
        ("2025-11-20", "1", "YEAR", "2026-11-20", "2026-11-20"),
        ("2026-01-17", "30", "day", "2026-02-16", "2026-02-23"),
    ],
)
def test_deadline_counts_each_unit(day: str, amount: str, unit: str, raw: str, last: str) -> None:
    result = as_json(day, amount, unit)
    assert (result["raw_last_day"], result["last_day"]) == (raw, last)
    assert result["calendar_version"]
    assert result["provisional"] is False
    assert result["steps"][0]["code"] == "event"


def test_deadline_in_hours_runs_from_the_moment() -> None:
    assert as_json("2026-11-20T15:30+08:00", "36", "hours")["last_moment"] == "2026-11-22T03:30:00+08:00"


def test_deadline_in_hours_names_the_moment() -> None:
    text = run("2026-11-20T15:30+08:00", "36", "hours")
    assert text.startswith("2026-11-22T03:30+08:00 (Sun), 民國115年11月22日\n")
    assert "not counted" not in text


def test_deadline_of_a_moment_counts_its_day_in_taipei() -> None:
    assert as_json("2026-11-19T23:30Z", "1", "day")["raw_last_day"] == "2026-11-21"


def test_deadline_beyond_the_calendar_is_provisional() -> None:
    assert as_json("2027-12-20", "30", "days")["provisional"] is True
    assert "Provisional" in run("2027-12-20", "30", "days")


def test_deadline_counts_closures_only_when_asked() -> None:
    WorkSuspension.objects.create(on=date(2026, 7, 10), area="臺北市", note="颱風")
    assert as_json("2026-07-09", "1", "day")["last_day"] == "2026-07-10"
    assert as_json("2026-07-09", "1", "day", "--closures")["last_day"] == "2026-07-13"
    assert as_json("2026-07-09", "1", "day", "--closures", "--area", "台北市")["last_day"] == "2026-07-13"
    assert as_json("2026-07-09", "1", "day", "--closures", "--area", "臺中市")["last_day"] == "2026-07-10"


def test_deadline_closure_of_the_country_matches_every_area_but_a_township_none() -> None:
    WorkSuspension.objects.create(on=date(2026, 7, 10), area="全國", note="颱風")
    WorkSuspension.objects.create(on=date(2026, 7, 13), area="臺東縣成功鎮", note="颱風")
    assert as_json("2026-07-09", "1", "day", "--closures", "--area", "臺東縣")["last_day"] == "2026-07-13"


def test_deadline_reads_well() -> None:
    text = run("2026-07-28", "60", "days")
    assert text.startswith("2026-09-29 (Tue), 民國115年9月29日\n")
    assert "Mon 28 Sep: offices are closed (" in text
    assert "60 days from the day after Tue 28 Jul" in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("2026-13-01", "5", "days"),
        ("tomorrow", "5", "days"),
        ("2026-11-20", "0", "days"),
        ("2026-11-20", "-3", "days"),
        ("2026-11-20", "5", "moons"),
        ("2026-11-20", "1.5", "days"),
        ("2026-11-20", "5", "hours"),
        ("2026-11-20T10:00", "5", "hours"),
        ("2026-11-20", "99999999999999999999", "days"),
        ("2026-11-20",),
        ("2026-11-20", "5", "days", "--colour"),
        ("2026-11-20", "5", "days", "--area", "Narnia"),
        ("2026-11-20", "5", "days", "--area", "", "--closures"),
        ("2012-12-31", "5", "days"),
        ("9999-12-30", "5", "days"),
        ("9999-12-31T23:00-12:00", "5", "hours"),
        ("0001-01-01T00:00+14:00", "5", "hours"),
    ],
)
def test_deadline_of_nonsense_is_one_line_and_exit_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        Command().run_from_argv(["manage.py", "deadline", *arguments])
    said = capsys.readouterr()
    assert left.value.code == 2
    assert said.out == ""
    assert len(said.err.strip().splitlines()) == 1


def test_deadline_takes_the_area_of_any_closure_and_an_english_county() -> None:
    WorkSuspension.objects.create(on=date(2026, 7, 10), area="臺東縣成功鎮", note="颱風")
    for area, last in (
        ("臺東縣成功鎮", "2026-07-13"),
        ("taitung county", "2026-07-10"),
        ("全國", "2026-07-10"),
    ):
        assert as_json("2026-07-09", "1", "day", "--closures", "--area", area)["last_day"] == last


def test_deadline_says_what_is_wrong_and_where() -> None:
    for arguments, words in (
        (("2026-11-20", "5", "days", "--area", "Narnia"), "unknown area: 'Narnia'"),
        (("2012-12-31", "5", "days"), "2012-12-31 lies before 2025-01-01"),
        (("2026-11-20", "5", "moons"), "unknown unit: 'moons'"),
        (("2026-11-20", "-5", "days"), "not -5"),
    ):
        with pytest.raises(CommandError, match=words):
            run(*arguments)


def test_deadline_json_says_what_it_rests_on() -> None:
    result = as_json("2026-07-28", "60", "days", "--closures")
    assert result["receipt"] == {"day": "2026-07-28", "moment": None, "known_by": "event"}
    assert result["period"] == {"amount": 60, "unit": "day"}
    assert (result["area"], result["basis"], result["pauses"], result["extension"]) == (
        "臺北市",
        None,
        [],
        None,
    )
    assert result["late_from"] == "2026-09-30"


def test_deadline_without_a_calendar_says_so() -> None:
    CalendarDay.objects.all().delete()
    with pytest.raises(CommandError, match="run the seed"):
        run("2026-11-20", "5", "days")
