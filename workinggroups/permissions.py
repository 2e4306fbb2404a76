"""Who a user is in the working groups."""

from members.permissions import AnyUser, is_known, reads_all

from .models import Seat, WorkingGroup


def seats_of(user: AnyUser) -> list[Seat]:
    """Today's seats with their groups; read once per request and user object."""
    if not is_known(user):
        return []
    if "current_seats" not in user.__dict__:
        rows = Seat.objects.current().filter(user=user).select_related("group")
        user.__dict__["current_seats"] = list(rows)
    return user.__dict__["current_seats"]


def triages(user: AnyUser, group: WorkingGroup | None) -> bool:
    """Convener, deputy or secretary of this very group."""
    return group is not None and any(
        seat.group_id == group.pk and seat.role in Seat.TRIAGING for seat in seats_of(user)
    )


def triaged_groups(user: AnyUser) -> list[int]:
    """Primary keys of the groups whose cases the user triages today."""
    return [seat.group_id for seat in seats_of(user) if seat.group_id and seat.role in Seat.TRIAGING]


def is_chair(user: AnyUser) -> bool:
    return any(seat.role == Seat.Role.CHAIR for seat in seats_of(user))


def may_enter_admin(user: AnyUser) -> bool:
    """The admin is for those who run the alliance today: secretariat, auditors, triage officers, convener."""
    return reads_all(user) or bool(triaged_groups(user)) or is_chair(user)
