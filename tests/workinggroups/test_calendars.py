"""Meetings as calendar files, read back by a parser."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from members import clock
from tests import cases
from tests.workinggroups.meetings import convener, meeting
from workinggroups.actions.calendars import invitation
from workinggroups.actions.meetings import cancel_meeting, keep_meeting, send_invitations
from workinggroups.models import Meeting

pytestmark = pytest.mark.django_db


def read(text: str) -> tuple[Calendar, list[Any]]:
    file = Calendar.from_ical(text)
    return file, list(file.walk("VEVENT"))


def test_invitation_is_a_request_with_all_that_a_calendar_needs():
    row = meeting(online_url="https://meet.example/a")
    to = cases.person("guest@example.org", name="來賓", language="en")
    file, [event] = read(invitation(row, to=to))
    assert file["METHOD"] == "REQUEST"
    assert event["UID"] == f"meeting-{row.pk}@localhost"
    assert event["SEQUENCE"] == 0
    assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)
    assert event["DTSTART"].dt == row.starts_at
    assert event["DTEND"].dt == row.ends_at
    assert event["ATTENDEE"] == "mailto:guest@example.org"
    assert event["SUMMARY"] == "Group meeting"
    assert event["LOCATION"] == "Room one"
    assert "https://meet.example/a" in event["DESCRIPTION"]
    assert event["ORGANIZER"].startswith("mailto:")


def test_moved_and_cancelled_meetings_keep_their_uid_and_count_up():
    row = meeting()
    send_invitations(user=convener(), meeting=row)
    row = Meeting.objects.get()
    first = read(invitation(row, to=convener()))[1][0]
    row.starts_at += timedelta(hours=1)
    row = keep_meeting(user=convener(), meeting=row, changed=["starts_at"])
    moved = read(invitation(row, to=convener()))[1][0]
    row = cancel_meeting(user=convener(), meeting=row, reason="颱風")
    file, [off] = read(invitation(row, to=convener()))
    assert first["UID"] == moved["UID"] == off["UID"]
    assert [event["SEQUENCE"] for event in (first, moved, off)] == [0, 1, 2]
    assert file["METHOD"] == "CANCEL"
    assert off["STATUS"] == "CANCELLED"


def test_meeting_without_an_end_lasts_two_hours():
    row = meeting(ends_at=None)
    event = read(invitation(row, to=convener()))[1][0]
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(hours=2)


def test_feed_holds_public_meetings_and_no_link():
    shown = meeting(online_url="https://meet.example/secret")
    meeting(is_public=False)
    other = meeting(group=cases.group("academia"))
    answer = Client().get("/en/groups/regulation/calendar.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    file, events = read(answer.content.decode())
    assert file["METHOD"] == "PUBLISH"
    assert [event["UID"] for event in events] == [f"meeting-{shown.pk}@localhost"]
    assert "meet.example" not in answer.content.decode()
    everything = read(Client().get("/meetings/calendar.ics").content.decode())[1]
    assert {event["UID"] for event in everything} == {f"meeting-{row.pk}@localhost" for row in (shown, other)}
    assert Client().get("/groups/nothing/calendar.ics").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_takes_two_statements(rows: int, django_assert_num_queries: Any):
    for days in range(1, rows + 1):
        meeting(days)
    with clock.at(clock.now()), django_assert_num_queries(2):
        assert Client().get("/groups/regulation/calendar.ics").status_code == 200
