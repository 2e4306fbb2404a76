"""Rooms: everybody sees when they are free, members and groups book, the secretariat decides."""

from .admin import OFFICE, READERS, inside
from .families import Family
from .table import ANY, NOBODY, Row

MAY_BOOK = "denied | in anonymous | ok representative other_representative conveners"
OWN_BOOKING = "no | in anonymous | denied auditor | ok representative office"
ASKED = {
    "holder": "{holder}",
    "day": "2026-11-18",
    "starts": "10:00",
    "ends": "12:00",
    "people": "4",
    "purpose": "會議",
}
ROOMS = [
    Row("events:rooms", roles=ANY),
    Row("events:room", "room"),
    Row("events:room", "room", args={"query": "week=never"}, roles=ANY),
    Row("events:room", "unknown", NOBODY),
    Row(
        "events:book",
        "room",
        MAY_BOOK,
        post="denied | in anonymous | refused other_representative conveners | go representative",
        data=ASKED,
    ),
    Row("events:book", "unknown", "no | in anonymous", post="no | in anonymous"),
    Row("events:bookings", get="ok | in anonymous"),
    Row(
        "events:cancel_booking",
        "booking",
        OWN_BOOKING,
        post="no | in anonymous | denied auditor | go representative | refused office",
    ),
    Row("events:cancel_booking", "unknown", "no | in anonymous", post="no | in anonymous"),
    Row(
        "admin:events_booking_step",
        "booking",
        inside("method staff"),
        post=inside("denied staff | go office"),
        args={"step": "approve"},
    ),
    Row(
        "admin:events_booking_step",
        "unknown",
        inside("method staff"),
        post=inside("no staff"),
        args={"step": "approve"},
    ),
]
ROOM_FAMILIES = [
    Family({"events.room": "room"}, adds=OFFICE, changes=OFFICE),
    Family({"events.booking": "booking"}, lists=READERS, actions={"events.booking": "approve_chosen"}),
]
