"""A booking as a calendar file (RFC 5545, RFC 5546). It keeps its UID; calling it off takes it away."""

from datetime import UTC
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from events.models import Booking
from members import clock
from members.models import User
from members.office import secretariat_office


def invitation(booking: Booking, *, to: User) -> str:
    """The entry for whoever booked, in the language of the moment: REQUEST, or CANCEL once called off."""
    is_off = booking.state == Booking.State.CANCELLED
    host = urlsplit(settings.SITE_URL).hostname
    file = Calendar()
    file.add("prodid", f"-//{settings.PORTAL_NAME['en']}//{host}//EN")
    file.add("version", "2.0")
    file.add("method", "CANCEL" if is_off else "REQUEST")
    event = Event()
    event.add("uid", f"booking-{booking.pk}@{host}")
    event.add("sequence", int(is_off))
    event.add("dtstamp", clock.now().astimezone(UTC))
    event.add("dtstart", booking.starts_at.astimezone(UTC))
    event.add("dtend", booking.ends_at.astimezone(UTC))
    event.add("summary", f"{booking.room.name}: {booking.purpose}")
    event.add("location", booking.room.place or booking.room.name)
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    organizer = vCalAddress(f"mailto:{secretariat_office().email or settings.DEFAULT_FROM_EMAIL}")
    event.add("organizer", organizer)
    guest = vCalAddress(f"mailto:{to.email}")
    guest.params["CN"] = vText(to.name)
    guest.params["RSVP"] = vText("FALSE")
    event.add("attendee", guest)
    file.add_component(event)
    return file.to_ical().decode()
