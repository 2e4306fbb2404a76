"""Booking a room: hours, overlaps, decisions, and what each reader sees."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from icalendar import Calendar

from events.actions.rooms import Taken, approve_booking, book_room, cancel_booking, refuse_booking
from events.models import Booking, Room, RoomDay, RoomHours
from members import clock
from members.models import Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from tests import cases
from tests.cases import signed_in
from workinggroups.models import WorkingGroup

pytestmark = pytest.mark.django_db
NOW = cases.at(2026, 11, 2, 8)  # a Monday


@pytest.fixture(autouse=True)
def _now():
    with clock.at(NOW), override("en"):
        yield


def room(slug: str = "songjiang", **fields: Any) -> Room:
    cases.calendar()
    made = Room.objects.create(slug=slug, **{"name_zh": "會議室", "name_en": "Room", "seats": 20} | fields)
    RoomHours.objects.bulk_create(
        RoomHours(room=made, weekday=day, opens=time(9), closes=time(18)) for day in range(5)
    )
    return made


def booker() -> User:
    return cases.person("booker@example.org", represents=cases.member_org())


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return cases.at(2026, 11, day, hour, minute)


def book(
    user: User, place: Room, start: datetime, end: datetime, holder: Organisation | WorkingGroup, **more: Any
) -> Booking:
    given = {"purpose": "Talk", "people": 5} | more
    return book_room(user=user, room=place, holder=holder, starts_at=start, ends_at=end, **given)


def booked(place: Room, start: datetime | None = None, hours: int = 2) -> Booking:
    begins = start or on(4, 10)
    return book(booker(), place, begins, begins + timedelta(hours=hours), cases.member_org())


def test_member_asks_and_the_secretariat_approves_with_a_calendar_entry() -> None:
    office = cases.person(secretariat=True)
    booking = booked(room())
    assert booking.state == Booking.State.REQUESTED
    assert Letter.objects.get(kind="booking_requested").recipient == office
    approve_booking(user=office, booking=booking)
    letter = Letter.objects.get(kind="booking_approved")
    event = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    assert (letter.recipient, str(event["uid"])[:8]) == (booker(), "booking-")
    assert event.decoded("dtstart") == on(4, 10)
    assert event.decoded("dtend") == on(4, 12)


def test_room_that_needs_no_approval_is_booked_at_once() -> None:
    assert booked(room(needs_approval=False)).state == Booking.State.APPROVED


def test_refusal_needs_a_reason_and_frees_the_room() -> None:
    office, place = cases.person(secretariat=True), room()
    booking = booked(place)
    with pytest.raises(Refused, match="reason"):
        refuse_booking(user=office, booking=booking, reason=" ")
    refuse_booking(user=office, booking=booking, reason="Repairs.")
    assert "Repairs." in Letter.objects.get(kind="booking_refused").body
    assert booked(place).state == Booking.State.REQUESTED


def test_cancelling_takes_the_entry_out_of_the_calendar() -> None:
    office, place = cases.person(secretariat=True), room()
    booking = approve_booking(user=office, booking=booked(place))
    cancel_booking(user=booker(), booking=booking)
    file = Letter.objects.get(kind="booking_cancelled", recipient=booker()).calendar
    assert Calendar.from_ical(file)["method"] == "CANCEL"
    with pytest.raises(Refused, match="already"):
        cancel_booking(user=booker(), booking=booking)


def test_cancelling_is_over_once_it_has_begun() -> None:
    booking = booked(room())
    with clock.at(on(4, 10)), pytest.raises(Refused, match="begun"):
        cancel_booking(user=booker(), booking=booking)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (on(4, 12), on(4, 10), "before the beginning"),
        (on(4, 8), on(4, 10), "open from 09:00 to 18:00"),
        (on(4, 17), on(4, 19), "open from 09:00 to 18:00"),
        (on(7, 10), on(7, 11), "closed"),  # a Saturday
        (cases.at(2026, 12, 25), cases.at(2026, 12, 25, 11), "closed"),  # offices do not work
        (on(2, 7), on(2, 9), "over already"),
        (on(4, 10, 10), on(4, 11, 10), "steps of 30"),
        (cases.at(2027, 8, 2), cases.at(2027, 8, 2, 11), "half a year"),
    ],
)
def test_time_that_the_room_does_not_allow_is_refused_in_words(
    start: datetime, end: datetime, said: str
) -> None:
    place = room()
    with pytest.raises(Refused, match=said):
        book(booker(), place, start, end, cases.member_org())


def test_day_with_hours_of_its_own_opens_and_closes() -> None:
    place = room()
    RoomDay.objects.create(room=place, day=date(2026, 11, 7), opens=time(10), closes=time(12))
    RoomDay.objects.create(room=place, day=date(2026, 11, 4))
    assert booked(place, on(7, 10))
    with pytest.raises(Refused, match="closed"):
        booked(place, on(4, 10))


def test_overlap_is_refused_with_the_next_free_times() -> None:
    place = room()
    booked(place, on(4, 14), hours=3)
    with pytest.raises(Taken) as refusal:
        booked(place, on(4, 15))
    assert refusal.value.free == [(on(5, 9), on(5, 11)), (on(5, 11), on(5, 13)), (on(5, 13), on(5, 15))]
    assert "09:00–11:00" in str(refusal.value)
    assert booked(place, on(4, 17), hours=1), "one that begins where another ends does not overlap"


def test_raw_sql_makes_no_overlap_moves_and_deletes_no_booking() -> None:
    booking = booked(room())
    same = (
        "INSERT INTO events_booking (room_id, organisation_id, period, purpose, people, state, booked_by_id,"
        " booked_at, reason) SELECT room_id, organisation_id, period, 'x', 1, 'approved', booked_by_id,"
        " booked_at, '' FROM events_booking WHERE id = %s"
    )
    for statement in (
        same,
        "DELETE FROM events_booking WHERE id = %s",
        "UPDATE events_booking SET period = tstzrange(now(), now() + '1 hour') WHERE id = %s",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute(statement, [booking.pk])


@pytest.mark.django_db(transaction=True)
def test_of_two_bookings_at_once_one_wins_and_the_other_is_told() -> None:
    place, users = room(), [booker(), cases.person("other@example.org", represents=cases.member_org("other"))]
    holders, gate = [cases.member_org(), cases.member_org("other")], Barrier(2)

    def try_it(n: int) -> str:
        try:
            with clock.at(NOW), override("en"):
                gate.wait()
                book(users[n], place, on(4, 10), on(4, 12), holders[n])
                return "booked"
        except Taken as refusal:
            return "told" if refusal.free else "told nothing"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(try_it, range(2))) == ["booked", "told"]
    assert Booking.objects.count() == 1


def test_nobody_books_for_others() -> None:
    place, group = room(), cases.group()
    for holder in (cases.member_org("other"), group):
        with pytest.raises(NotAllowed):
            book(booker(), place, on(4, 10), on(4, 12), holder)
    officer = cases.person(convenes=group)
    assert book(officer, place, on(4, 10), on(4, 12), group).group == group
    with pytest.raises(NotAllowed):
        approve_booking(user=officer, booking=Booking.objects.get())


# --- the pages -----------------------------------------------------------------------------------


def test_public_sees_that_a_room_is_taken_and_members_by_whom() -> None:
    place = room()
    booked(place)
    page = "/en/rooms/songjiang/?week=2026-11-02"
    public = Client().get(page).content.decode()
    member = signed_in(booker()).get(page).content.decode()
    assert "taken" in public
    assert cases.member_org().name not in public
    assert cases.member_org().name in member
    assert 'aria-label="Book Wed 4 Nov from 09:00">free: book</a>' in member


def test_refused_form_keeps_what_was_typed() -> None:
    place = room()
    booked(place)
    form = {
        "holder": f"member-{cases.member_org().pk}",
        "day": "2026-11-04",
        "starts": "10:00",
        "ends": "11:00",
        "people": "7",
        "purpose": "A talk with many words",
    }
    client = signed_in(booker())
    page = client.post("/en/rooms/songjiang/book/", form)
    assert page.status_code == 409
    assert b"A talk with many words" in page.content
    assert b"next free times" in page.content
    assert client.post("/en/rooms/songjiang/book/", form | {"day": "2026-11-05"}).status_code == 302
    assert Booking.objects.count() == 2


def test_booking_is_called_off_on_its_page() -> None:
    booking = booked(room())
    client = signed_in(booker())
    page = f"/en/my/bookings/{booking.pk}/cancel/"
    assert client.get(page).status_code == 200
    assert client.post(page).status_code == 302
    booking.refresh_from_db()
    assert booking.state == Booking.State.CANCELLED
    assert b"already" in client.post(page).content


def test_secretariat_decides_in_the_admin_and_a_refused_step_keeps_the_reason() -> None:
    office = signed_in(cases.person(secretariat=True))
    booking = booked(room())
    page = f"/en/admin/events/booking/{booking.pk}/"
    assert b"Approve" in office.get(f"{page}change/").content
    assert office.post(f"{page}step/refuse/", {"reason": "Repairs."}).status_code == 302
    assert office.post(f"{page}step/refuse/", {"reason": "Twice typed."}).status_code == 302
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == (Booking.State.REFUSED, "Repairs.")


@pytest.mark.parametrize("path", ["/en/rooms/songjiang/?week=2026-11-02", "/en/my/bookings/"])
def test_queries_do_not_grow_with_bookings(path: str) -> None:
    place, client = room(), signed_in(booker())
    booked(place)
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(path)
    for day in (5, 6):
        booked(place, on(day, 10))
    with CaptureQueriesContext(connection) as three:
        client.get(path)
    assert len(one) == len(three)
