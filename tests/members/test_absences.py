"""Being away: letters go to those who are there, and never nowhere."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from members import clock
from members.actions.absences import end_absence, enter_absence
from members.models import Absence, Letter, User
from members.refusals import NotAllowed, Refused
from proposals import reminders
from proposals.actions.answering import first_opening
from proposals.actions.notices import answering_people, liaisons_of
from proposals.models import Reminder
from tests import cases
from tests.cases import signed_in

pytestmark = pytest.mark.django_db
TODAY = cases.at(2026, 11, 9)


@pytest.fixture(autouse=True)
def _now():
    with clock.at(TODAY), override("en"):
        yield


@pytest.fixture
def people() -> tuple[User, User]:
    body = cases.ministry()
    return cases.person(liaison_of=body), cases.person(deputy_of=body)


def away(user: User, first: int = 9, back: int = 13, note: str = "") -> Absence:
    return enter_absence(user=user, starts_on=date(2026, 11, first), ends_on=date(2026, 11, back), note=note)


def test_letters_go_to_the_deputy_while_the_liaison_is_away(people: tuple[User, User]) -> None:
    liaison, deputy = people
    away(liaison)
    assert list(liaisons_of(cases.ministry())) == [deputy]
    cases.referred()
    told = set(Letter.objects.filter(kind="referred").values_list("recipient", flat=True))
    assert told == {deputy.pk}
    with clock.at(cases.at(2026, 11, 13)):
        assert set(liaisons_of(cases.ministry())) == {liaison, deputy}


def test_reminders_go_to_the_deputy_while_the_liaison_is_away(people: tuple[User, User]) -> None:
    liaison, deputy = people
    with clock.at(cases.at(2026, 11, 9, 8)):
        referral = cases.lead_of(cases.referred())
        first_opening(user=deputy, referral=referral)
    with clock.at(cases.at(2026, 11, 16)):
        away(liaison, 16, 28)
    with clock.at(cases.at(2026, 11, 23)):
        reminders.sweep()
    told = Reminder.objects.filter(deadline__referral=referral, rule__audience="actors")
    assert set(told.values_list("recipient", flat=True)) == {deputy.pk}


def test_who_is_reached_is_looked_up_at_once_for_all_bodies(people: tuple[User, User]) -> None:
    other = cases.person(liaison_of=cases.ministry("moj"))
    nobody = cases.ministry("cbc")
    away(people[0])
    with CaptureQueriesContext(connection) as queries:
        found = answering_people([cases.ministry().pk, cases.ministry("moj").pk, nobody.pk])
    assert list(found.values()) == [[people[1]], [other], []]
    assert len([q for q in queries if "members_affiliation" in q["sql"]]) == 1


def test_letters_go_to_all_where_nobody_is_left_and_the_secretariat_is_told_once(
    people: tuple[User, User],
) -> None:
    office = cases.person(secretariat=True)
    cases.referred()
    with clock.at(cases.at(2026, 11, 9, 8)):
        for user in people:
            away(user)
    assert set(liaisons_of(cases.ministry())) == set(people)
    for hour in (9, 10):
        with clock.at(cases.at(2026, 11, 10, hour)):
            reminders.sweep()
    letter = Letter.objects.get(kind="nobody_there")
    assert letter.recipient == office


def test_body_without_an_open_case_troubles_nobody(people: tuple[User, User]) -> None:
    cases.time_rules()
    cases.person(secretariat=True)
    for user in people:
        away(user)
    with clock.at(cases.at(2026, 11, 10)):
        reminders.sweep()
    assert not Letter.objects.filter(kind="nobody_there").exists()


@pytest.mark.parametrize(
    ("first", "back", "why"),
    [(6, 13, "in the past"), (10, 10, "after the first"), (12, 20, "already")],
)
def test_absence_that_will_not_do_is_refused(
    people: tuple[User, User], first: int, back: int, why: str
) -> None:
    away(people[0], 11, 13)
    with pytest.raises(Refused, match=why):
        away(people[0], first, back)
    assert Absence.objects.count() == 1


def test_absence_of_more_than_a_year_is_refused(people: tuple[User, User]) -> None:
    with pytest.raises(Refused, match="more than a year"):
        enter_absence(user=people[0], starts_on=date(2026, 11, 9), ends_on=date(2028, 1, 1))


def test_absence_that_has_not_begun_is_taken_back_and_one_that_runs_ends_today(
    people: tuple[User, User],
) -> None:
    later = away(people[0], 20, 25)
    end_absence(user=people[0], absence=later)
    assert not Absence.objects.exists()
    running = away(people[0])
    with pytest.raises(NotAllowed):
        end_absence(user=people[1], absence=running)
    with clock.at(cases.at(2026, 11, 11)):
        end_absence(user=people[0], absence=running)
        assert Absence.objects.get().ends_on == date(2026, 11, 11)
        with pytest.raises(Refused, match="over already"):
            end_absence(user=people[0], absence=running)


def test_raw_sql_enters_no_absence_without_a_day_of_return(people: tuple[User, User]) -> None:
    for ends_on in (None, "2026-11-09"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO members_absence (user_id, starts_on, ends_on, note) "
                "VALUES (%s, '2026-11-09', %s, '')",
                [people[0].pk, ends_on],
            )


# --- the pages -----------------------------------------------------------------------------------


def test_person_enters_and_ends_an_absence_on_a_page(people: tuple[User, User]) -> None:
    client = signed_in(people[0])
    dates = {"starts_on": "2026-11-09", "ends_on": "2026-11-13", "note": "代理人：乙"}
    assert client.post("/en/my/away/", dates | {"ends_on": ""}).status_code == 422
    assert client.post("/en/my/away/", dates).status_code == 302
    assert client.post("/en/my/away/", dates).status_code == 422
    assert "代理人：乙" in client.get("/en/my/away/").content.decode()
    row = Absence.objects.get()
    assert signed_in(people[1]).post("/en/my/away/", {"end": row.pk}).status_code == 404
    assert client.post("/en/my/away/", {"end": row.pk}).status_code == 302
    assert not Absence.objects.exists()


def test_dashboard_names_who_is_away_to_the_own_body_only(people: tuple[User, User]) -> None:
    away(people[0], note="代理人：乙")
    assert "代理人：乙" in signed_in(people[1]).get("/en/dashboard/").content.decode()
    other = cases.person(liaison_of=cases.ministry("moj"))
    assert "代理人：乙" not in signed_in(other).get("/en/dashboard/").content.decode()


def test_dashboard_says_whom_letters_reach_meanwhile(people: tuple[User, User]) -> None:
    def said() -> str:
        return signed_in(people[1]).get("/en/dashboard/").content.decode()

    assert "Letters and reminders reach" not in said()
    away(people[0])
    assert f"Letters and reminders reach {people[1].name} today." in said()
    away(people[1])
    assert f"Letters and reminders reach {people[0].name}, {people[1].name} today." in said()


def test_dashboard_asks_as_often_for_three_absences_as_for_one(people: tuple[User, User]) -> None:
    client = signed_in(people[1])

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/dashboard/")
        return len(queries)

    away(people[0])
    count()
    before = count()
    away(people[0], 20, 22)
    away(people[1], 20, 22)
    assert count() == before
