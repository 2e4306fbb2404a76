"""A booking as a calendar file (RFC 5545, RFC 5546). It keeps its UID; calling it off takes it away."""

from datetime import UTC

from icalendar import Event

from events.models import Booking
from members import clock
from members.actions.calendarfiles import calendar_file, guest, organizer, uid_of
from members.models import User


def invitation(booking: Booking, *, to: User) -> str:
    """The entry for whoever booked, in the language of the moment: REQUEST, or CANCEL once called off."""
    is_off = booking.state == Booking.State.CANCELLED
    file = calendar_file("CANCEL" if is_off else "REQUEST")
    event = Event()
    event.add("uid", uid_of("booking", booking.pk))
    event.add("sequence", int(is_off))
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", booking.starts_at.astimezone(UTC))
    event.add("dtend", booking.ends_at.astimezone(UTC))
    event.add("summary", f"{booking.room.name}: {booking.purpose}")
    event.add("location", booking.room.place or booking.room.name)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    event.add("organizer", organizer())
    event.add("attendee", guest(to))
    file.add_component(event)
    return file.to_ical().decode()
