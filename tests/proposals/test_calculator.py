"""期限試算: what people type, what they are told, and that nothing typed is lost."""

import json
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import clock
from proposals import facts
from proposals.areas import COUNTIES, canonical, county_of
from proposals.forms.calculator import EXAMPLES, read_day
from proposals.models import CalendarDay, CalendarVersion, DeadlinePolicy, WorkSuspension
from tests import cases

pytestmark = pytest.mark.django_db

NOW = cases.at(2026, 11, 2)
SIXTY = {"day": "2026-07-28", "amount": "60", "unit": "day"}


@pytest.fixture(autouse=True)
def _time_rules() -> None:
    cases.time_rules()


def ask(prefix: str = "/en", status: int = 200, **given: Any) -> str:
    with clock.at(NOW):
        response = Client().get(
            f"{prefix}/calculator/?{urlencode(given)}" if given else f"{prefix}/calculator/"
        )
    assert response.status_code == status
    return response.content.decode()


def count(**given: Any) -> dict[str, Any]:
    return json.loads(ask(**SIXTY | {"format": "json"} | given))


def errors(**given: Any) -> dict[str, list[str]]:
    found = json.loads(ask(status=422, **SIXTY | {"format": "json"} | given))["errors"]
    assert found
    return found


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-09-29", date(2026, 9, 29)),
        ("1150929", date(2026, 9, 29)),
        ("2026/9/29", date(2026, 9, 29)),
        ("2026年9月29日", date(2026, 9, 29)),
        ("115年9月29日", date(2026, 9, 29)),
        ("民國115年9月29日", date(2026, 9, 29)),
        ("民國 115 年 9 月 29 日", date(2026, 9, 29)),
        ("１１５／９／２９", date(2026, 9, 29)),
        ("115.9.29", date(2026, 9, 29)),
        ("115-09-29", date(2026, 9, 29)),
        ("2026-09-29 15:30", datetime(2026, 9, 29, 15, 30, tzinfo=clock.TAIPEI)),
        ("2026-09-29T15:30", datetime(2026, 9, 29, 15, 30, tzinfo=clock.TAIPEI)),
        ("115年9月29日 8:05", datetime(2026, 9, 29, 8, 5, tzinfo=clock.TAIPEI)),
        ("2026-09-29T07:30Z", datetime(2026, 9, 29, 15, 30, tzinfo=clock.TAIPEI)),
    ],
)
def test_day_is_read_as_people_write_it(text: str, read: date) -> None:
    assert read_day(text) == read


@pytest.mark.parametrize("text", ["", "soon", "115/2/29", "2026-13-01", "29/9/2026", "115年9月"])
def test_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month|day"):
        read_day(text)


def test_calculator_counts_each_unit() -> None:
    assert count()["last_day"] == "2026-09-29"
    assert count(day="115/2/13", amount="6", unit="workday")["last_day"] == "2026-03-03"
    assert count(day="115年2月6日", amount="2", unit="week")["last_day"] == "2026-02-23"
    assert count(day="2025-04-30", amount="1", unit="month")["last_day"] == "2025-06-02"
    hours = count(day="2026-11-20 15:30", amount="36", unit="hour")
    assert hours["last_moment"] == "2026-11-22T03:30:00+08:00"


def test_calculator_takes_a_moment_as_its_day_in_taipei() -> None:
    assert count(day="2026-07-28T23:30+08:00")["last_day"] == "2026-09-29"
    assert count(day="2026-07-28T16:30Z")["raw_last_day"] == "2026-09-27"


def test_calculator_counts_closures_of_an_area_only_when_asked() -> None:
    WorkSuspension.objects.create(on=date(2026, 7, 10), area="臺東縣", note="颱風")
    given = {"day": "2026-07-09", "amount": "1", "area": "臺東縣"}
    assert count(**given)["last_day"] == "2026-07-10"
    assert count(**given, closures="on")["last_day"] == "2026-07-13"
    assert count(**given | {"area": "台東縣"}, closures="on")["area"] == "臺東縣"
    assert count(**given | {"area": "Taitung County"}, closures="on")["last_day"] == "2026-07-13"
    assert count(**given | {"area": "臺北市"}, closures="on")["last_day"] == "2026-07-10"


def test_closure_of_a_county_closes_its_townships_but_not_the_other_way_round() -> None:
    WorkSuspension.objects.create(on=date(2026, 7, 10), area="臺東縣", note="颱風")
    WorkSuspension.objects.create(on=date(2026, 7, 13), area="臺東縣蘭嶼鄉", note="颱風")
    given = {"day": "2026-07-09", "amount": "1", "closures": "on"}
    assert count(**given, area="臺東縣蘭嶼鄉")["last_day"] == "2026-07-14"
    assert count(**given, area="臺東縣")["last_day"] == "2026-07-13"


def test_calculator_switches_leave_the_last_day_and_count_the_first() -> None:
    assert count(stays="on")["last_day"] == "2026-09-26"
    first = count(stays="on", first="on")
    assert (first["last_day"], first["steps"][1]["on"]) == ("2026-09-25", "2026-07-28")
    assert "which itself counts as the first day" in ask(**SIXTY, first="on")


def test_calculator_adds_pauses_and_an_extension() -> None:
    paused = count(pause_from="115/8/20", pause_until="115/9/2")
    assert (paused["raw_last_day"], paused["last_day"]) == ("2026-10-09", "2026-10-12")
    twice = count(
        pause_from="2026-08-20", pause_until="2026-09-02", pause2_from="2026-09-02", pause2_until="2026-09-03"
    )
    assert twice["raw_last_day"] == "2026-10-10"
    assert count(extension="60")["last_day"] == "2026-11-25"


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"day": "never"}, "day", "“never” is no day"),
        ({"day": ""}, "day", "required"),
        ({"day": "2024-12-31"}, "day", "The office calendar begins on 1 Jan 2025"),
        ({"unit": "hour"}, "day", "Hours run from a moment"),
        ({"day": "9999-12-31T23:00-12:00", "unit": "hour"}, "day", "is no day"),
        ({"unit": "fortnight"}, "unit", "“fortnight” is no unit"),
        ({"amount": "0"}, "amount", "at least one"),
        ({"amount": "-3"}, "amount", "at least one"),
        ({"amount": "1.5"}, "amount", "no whole number"),
        ({"amount": "9" * 30}, "amount", "at most a century"),
        ({"amount": "9" * 5000}, "amount", "no whole number"),
        ({"day": "9999-12-30", "amount": "9"}, "amount", "at most a century"),
        ({"area": "Narnia", "closures": "on"}, "area", "“Narnia” is not known"),
        ({"area": "", "closures": "on"}, "area", "Say whose closures count"),
        ({"extension": "61"}, "extension", "longer than the period"),
        ({"extension": "0"}, "extension", "at least one"),
        ({"pause_from": "2026-08-20"}, "pause_until", "both days"),
        ({"pause2_until": "2026-08-20"}, "pause2_from", "both days"),
        ({"pause_from": "2026-08-20", "pause_until": "2026-08-19"}, "pause_until", "before it stood still"),
        (
            {
                "pause_from": "2026-08-20",
                "pause_until": "2026-09-02",
                "pause2_from": "2026-09-01",
                "pause2_until": "2026-09-03",
            },
            "pause2_from",
            "overlap",
        ),
    ],
)
def test_calculator_says_each_mistake_beside_its_field(given: dict[str, str], field: str, words: str) -> None:
    found = errors(**given)
    assert list(found) == [field]
    assert words in found[field][0]


def test_calculator_keeps_what_was_typed() -> None:
    given = {"day": "some day", "amount": "7", "unit": "week", "area": "Narnia", "pause_from": "then"}
    page = ask(status=422, **given, closures="on")
    for typed in ('value="some day"', 'value="7"', 'value="Narnia"', 'value="then"'):
        assert typed in page
    assert '<option value="week" selected>' in page
    assert "<details" in page
    assert " open>" in page


def test_calculator_without_a_calendar_says_so() -> None:
    CalendarDay.objects.all().delete()
    CalendarVersion.objects.all().delete()
    assert "office calendar is empty" in errors()["__all__"][0]


def test_unit_that_is_none_stays_chosen_and_a_plural_is_one() -> None:
    assert '<option value="fortnight" selected>fortnight</option>' in ask(
        status=422, **SIXTY | {"unit": "fortnight"}
    )
    page = ask(**SIXTY | {"unit": "days"})
    assert '<option value="day" selected>' in page
    assert "2026-09-29" in page


def test_calculator_past_the_announced_calendar_is_provisional() -> None:
    assert count(day="2027-12-20", amount="30")["provisional"] is True
    assert "Provisional" in ask(day="2027-12-20", amount="30", unit="day")


def test_calculator_page_shows_the_valid_periods_with_their_basis() -> None:
    DeadlinePolicy.objects.create(
        kind="screening",
        amount=5,
        unit="workday",
        valid_from=date(2026, 10, 1),
        basis_zh="新",
        basis_en="New rule",
    )
    DeadlinePolicy.objects.create(kind="screening", amount=4, unit="workday", valid_from=date(2027, 1, 1))
    DeadlinePolicy.objects.create(
        kind="answer", group=cases.group(), amount=45, unit="day", valid_from=date(2026, 1, 1)
    )
    page = ask()
    assert "5 working days" in page
    assert "New rule" in page
    assert "4 working days" not in page
    assert "Group regulation" in page
    assert "day=2026-11-02&amp;amount=60&amp;unit=day" in page


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(example.title))
def test_worked_example_fills_the_form_and_is_counted(example: Any) -> None:
    version = CalendarVersion.objects.get()
    known = set(CalendarDay.objects.values_list("day", flat=True))
    CalendarDay.objects.bulk_create(
        CalendarDay(day=day, is_workday=is_workday, name=name, version=version)
        for day, is_workday, name in facts.office_days()
        if day not in known
    )
    with clock.at(NOW):
        response = Client().get(reverse("proposals:calculator") + example.query)
    assert response.status_code == 200
    assert 'id="result"' in response.content.decode()


def test_calculator_is_public_and_carries_no_token() -> None:
    with clock.at(NOW):
        response = Client().get("/calculator/")
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert "public" in response.headers["Cache-Control"]
    assert "/calculator/" in Client().get("/sitemap/").content.decode()


def test_calculator_takes_as_many_statements_with_three_periods_more(django_assert_num_queries: Any) -> None:
    ask(**SIXTY)
    with CaptureQueriesContext(connection) as before:
        ask(**SIXTY)
    for n, slug in enumerate(("regulation", "application", "academia")):
        DeadlinePolicy.objects.create(
            kind="answer", group=cases.group(slug), amount=30 + n, unit="day", valid_from=date(2026, 1, 1)
        )
    with django_assert_num_queries(len(before)):
        ask(**SIXTY)


def test_areas_are_the_twenty_two_counties_and_cities() -> None:
    assert len(COUNTIES) == 22
    assert all(len(area) == 3 for area in COUNTIES)
    assert [canonical(text) for text in (" 台北市 ", "taipei city", "臺東縣蘭嶼鄉")] == [
        "臺北市",
        "臺北市",
        "臺東縣蘭嶼鄉",
    ]
    assert [county_of(area) for area in ("臺東縣蘭嶼鄉", "臺北市", "全國", "Narnia")] == [
        "臺東縣",
        "臺北市",
        "",
        "",
    ]
