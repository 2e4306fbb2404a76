"""Meetings as calendar files (RFC 5545, RFC 5546), in the reader's language.

A meeting keeps its UID for ever and counts its SEQUENCE up when its time or place changes: a calendar that
has taken the entry moves it, or takes it away, instead of showing two. Moments are in UTC, which every
calendar shows in its own zone.
"""

from collections.abc import Iterable
from datetime import UTC

from django.utils import translation
from django.utils.translation import gettext
from icalendar import Event

from members import clock
from members.actions.calendarfiles import calendar_file, guest, organizer, uid_of
from members.actions.letters import address_of
from members.models import User
from workinggroups.models import Meeting

CONTENT_TYPE = "text/calendar; charset=utf-8"


def invitation(meeting: Meeting, *, to: User) -> str:
    """The entry for one person: REQUEST, or CANCEL where the meeting was cancelled."""
    with translation.override(to.language):
        file = calendar_file("CANCEL" if meeting.is_cancelled else "REQUEST")
        event = _event(meeting, with_link=True)
        event.add("attendee", guest(to))
        file.add_component(event)
    return file.to_ical().decode()


def published(meetings: Iterable[Meeting], *, name: str) -> str:
    """Public meetings to subscribe to, in the language of the moment; without online links."""
    file = calendar_file("PUBLISH")
    file.add("x-wr-calname", name)
    file.add("x-wr-timezone", str(clock.TAIPEI))
    for meeting in meetings:
        file.add_component(_event(meeting, with_link=False))
    return file.to_ical().decode()


def _event(meeting: Meeting, *, with_link: bool) -> Event:
    event = Event()
    event.add("uid", uid_of("meeting", meeting.pk))
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", meeting.starts_at.astimezone(UTC))
    event.add("dtend", meeting.closes_at.astimezone(UTC))
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    url = address_of("workinggroups:meeting", meeting.pk)
    event.add("url", url)
    lines = [meeting.group.name] if meeting.group else []
    if meeting.is_cancelled:
        lines.append(gettext("Cancelled: %(reason)s") % {"reason": meeting.cancel_reason})
    elif with_link and meeting.online_url:
        lines.append(gettext("Online: %(link)s") % {"link": meeting.online_url})
    event.add("description", "\n".join([*lines, url]))
    if meeting.place:
        event.add("location", meeting.place)
    event.add("organizer", organizer())
    return event
