"""Booking a room: asked for by members and groups, decided by the secretariat, called off by either."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from events.models import Booking, Room
from events.models.rooms import Span
from events.permissions import can_book_for, can_cancel, can_decide_bookings
from events.slots import free_slots
from members import clock
from members.actions.letters import write_letter
from members.models import Organisation, User
from members.models.people import secretariat
from members.refusals import NotAllowed, Refused
from members.said import day
from workinggroups.models import Meeting, WorkingGroup

from .calendars import invitation

FURTHEST = timedelta(days=180)
LOOKED_AHEAD = timedelta(days=21)
NO_OVERLAP = "events_booking_never_overlaps"


class Taken(Refused):
    """Somebody else holds the room then; `free` are the next spans of the same length."""

    def __init__(self, free: list[Span]) -> None:
        said = ", ".join(f"{day(start)} {start:%H:%M}–{end:%H:%M}" for start, end in free)
        super().__init__(
            _("The room is taken then. What you entered is kept. The next free times: %(free)s.")
            % {"free": said}
            if free
            else _("The room is taken then, and in the three weeks after it as well. Choose another time.")
        )
        self.free = free


@transaction.atomic
def book_room(
    *,
    user: User,
    room: Room,
    holder: Organisation | WorkingGroup,
    starts_at: datetime,
    ends_at: datetime,
    purpose: str,
    people: int,
    meeting: Meeting | None = None,
) -> Booking:
    """Asks for a room, or takes it at once where it needs no approval. Of two at the same time one wins.

    The other gets `Taken` with the next free times; that is decided by a constraint, never by a look before.
    """
    if not can_book_for(user, holder):
        raise NotAllowed
    row = Room.objects.select_for_update().get(pk=room.pk)
    check_time(row, starts_at, ends_at)
    if not purpose.strip():
        raise Refused(_("Write what you need the room for."))
    if not 1 <= people <= row.seats:
        raise Refused(_("The room has %(seats)d seats: enter from 1 to as many.") % {"seats": row.seats})
    group = holder if isinstance(holder, WorkingGroup) else None
    if meeting and (group is None or meeting.group_id != group.pk):
        raise NotAllowed
    is_decided = not row.needs_approval or can_decide_bookings(user)
    booking = Booking(
        room=row,
        organisation=holder if isinstance(holder, Organisation) else None,
        group=group,
        meeting=meeting,
        period=(starts_at, ends_at),
        purpose=purpose.strip(),
        people=people,
        state=Booking.State.APPROVED if is_decided else Booking.State.REQUESTED,
        booked_by=user,
        decided_by=user if is_decided else None,
        decided_at=clock.now() if is_decided else None,
    )
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        if NO_OVERLAP not in str(error):
            raise
        raise Taken(free_times(row, starts_at, ends_at - starts_at)) from error
    booking.refresh_from_db()
    if is_decided:
        _tell(booking, "approved", [user])
    else:
        _tell(booking, "requested", secretariat())
    return booking


@transaction.atomic
def approve_booking(*, user: User, booking: Booking) -> Booking:
    """The secretariat's yes: the booker gets it as a calendar entry."""
    row = _decide(booking, user, Booking.State.APPROVED)
    _tell(row, "approved", [row.booked_by])
    return row


@transaction.atomic
def refuse_booking(*, user: User, booking: Booking, reason: str) -> Booking:
    """The secretariat's no, never without a reason; the room is free again."""
    if not reason.strip():
        raise Refused(_("Write the reason: whoever booked reads it."))
    row = _decide(booking, user, Booking.State.REFUSED, reason.strip())
    _tell(row, "refused", [row.booked_by])
    return row


@transaction.atomic
def cancel_booking(*, user: User, booking: Booking, reason: str = "") -> Booking:
    """Calls a booking off before it begins; the secretariat says why, and the other side is told."""
    row = _lock(booking)
    if not can_cancel(user, row):
        raise NotAllowed
    is_office = not can_book_for(user, row.holder)
    if not row.is_holding:
        raise Refused(_("This booking is “%(state)s” already.") % {"state": row.get_state_display()})
    if row.has_begun:
        raise Refused(_("This booking has begun: it can no longer be called off."))
    if is_office and not reason.strip():
        raise Refused(_("Write the reason: whoever booked reads it."))
    row.state, row.reason = Booking.State.CANCELLED, reason.strip()
    row.save(update_fields=["state", "reason"])
    _tell(row, "cancelled", {row.booked_by, *([] if is_office else secretariat())})
    return row


def check_time(room: Room, starts_at: datetime, ends_at: datetime) -> None:
    """Raises Refused for a time that the room's hours, its steps or the calendar do not allow."""
    if not room.is_active:
        raise Refused(_("This room cannot be booked at present."))
    start, end = starts_at.astimezone(clock.TAIPEI), ends_at.astimezone(clock.TAIPEI)
    if end <= start:
        raise Refused(_("The end lies before the beginning. Correct it."))
    if start <= clock.now():
        raise Refused(_("This time is over already. Choose a later one."))
    if start > clock.now() + FURTHEST:
        raise Refused(_("A room is booked half a year ahead at most."))
    opening = room.openings([start.date()])[start.date()]
    if opening is None:
        raise Refused(_("The room is closed on %(day)s.") % {"day": day(start)})
    if start < opening[0] or end > opening[1]:
        raise Refused(
            _("On %(day)s the room is open from %(opens)s to %(closes)s.")
            % {"day": day(start), "opens": f"{opening[0]:%H:%M}", "closes": f"{opening[1]:%H:%M}"}
        )
    step = timedelta(minutes=room.step)
    if (start - opening[0]) % step or (end - start) % step:
        raise Refused(_("The room is booked in steps of %(step)d minutes.") % {"step": room.step})


def free_times(room: Room, since: datetime, length: timedelta) -> list[Span]:
    """The next three spans of a length in which nobody holds the room, within three weeks."""
    until = since + LOOKED_AHEAD
    first = since.astimezone(clock.TAIPEI).date()
    days = [first + timedelta(days=n) for n in range(LOOKED_AHEAD.days + 1)]
    held = Booking.objects.holding().filter(room=room).touching(since - timedelta(days=1), until)
    return free_slots(
        [span for span in room.openings(days).values() if span],
        [(row.starts_at, row.ends_at) for row in held],
        length=length,
        step=timedelta(minutes=room.step),
        since=max(since, clock.now()),
    )


def _lock(booking: Booking) -> Booking:
    return (
        Booking.objects.select_for_update(of=("self",))
        .select_related("room", "organisation", "group", "booked_by")
        .get(pk=booking.pk)
    )


def _decide(booking: Booking, user: User, state: Booking.State, reason: str = "") -> Booking:
    if not can_decide_bookings(user):
        raise NotAllowed
    row = _lock(booking)
    if row.state != Booking.State.REQUESTED:
        raise Refused(_("This booking is “%(state)s” already.") % {"state": row.get_state_display()})
    if row.ends_at <= clock.now():
        raise Refused(_("The time of this booking is over."))
    row.state, row.reason, row.decided_by, row.decided_at = state, reason, user, clock.now()
    row.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return row


def _tell(booking: Booking, what: str, people: Iterable[User]) -> None:
    for person in people:
        with translation.override(person.language):
            entry = invitation(booking, to=person) if what in ("approved", "cancelled") else ""
        write_letter(
            key=f"booking-{booking.pk}-{what}-{person.pk}",
            kind=f"booking_{what}",
            recipient=person,
            template=f"events/letters/booking_{what}.txt",
            context={"booking": booking},
            calendar=entry if person == booking.booked_by else "",
        )
