"""Who books a room, and who decides."""

from events.models import Booking
from members.models import Organisation
from members.permissions import AnyUser, is_known, is_secretariat, represented
from workinggroups.models import WorkingGroup
from workinggroups.permissions import triaged_groups, triages


def can_book_for(user: AnyUser, holder: Organisation | WorkingGroup) -> bool:
    """A representative for a member of today, an officer for the group."""
    if isinstance(holder, WorkingGroup):
        return triages(user, holder)
    return holder in members_of(user)


def members_of(user: AnyUser) -> list[Organisation]:
    """The organisations, members today, in whose name the user may book."""
    return [row for row in represented(user) if row.is_member]


def groups_of(user: AnyUser) -> list[WorkingGroup]:
    return list(WorkingGroup.objects.filter(pk__in=triaged_groups(user)))


def can_book(user: AnyUser) -> bool:
    return is_known(user) and bool(members_of(user) or triaged_groups(user))


def can_decide_bookings(user: AnyUser) -> bool:
    return is_secretariat(user)


def can_cancel(user: AnyUser, booking: Booking) -> bool:
    return can_book_for(user, booking.holder) or can_decide_bookings(user)
