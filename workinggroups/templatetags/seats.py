"""The seats of a person, for the page of the own account."""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from workinggroups.models import Seat

register = template.Library()

_DECIDES = _("You may decide on the group's cases, refer them, hold its meetings and approve its minutes.")
_COMMITTEE_DECIDES = _("You may hold the committee's meetings and approve its minutes.")
MAY: dict[str, Promise | str] = {
    Seat.Role.CHAIR: _("You may look after all groups, and hear of answers that are very overdue."),
    Seat.Role.CONVENER: _DECIDES,
    Seat.Role.DEPUTY: _DECIDES,
    Seat.Role.SECRETARY: _("You may work on the group's cases and keep its meetings and papers."),
    Seat.Role.MEMBER: _("You take part in the meetings of the group."),
    Seat.Role.OBSERVER: _("You may attend the meetings of the group."),
}
MAY_IN_COMMITTEE: dict[str, Promise | str] = {
    Seat.Role.CONVENER: _COMMITTEE_DECIDES,
    Seat.Role.DEPUTY: _COMMITTEE_DECIDES,
    Seat.Role.SECRETARY: _("You may keep the committee's meetings and papers."),
    Seat.Role.MEMBER: _("You take part in the meetings of the committee."),
    Seat.Role.OBSERVER: _("You may attend the meetings of the committee."),
}
"""A committee takes no proposals: there is nothing to decide or refer."""


@register.inclusion_tag("workinggroups/own_seats.html")
def own_seats(user: User) -> dict[str, Any]:
    """Every seat that somebody holds, held or will hold, with its dates; one query."""
    rows = user.seats.select_related("group").order_by("-starts_on", "-pk")
    return {"seats": [(row, _may(row)) for row in rows], "today": clock.today()}


def _may(seat: Seat) -> Promise | str:
    in_committee = seat.group is not None and seat.group.is_committee
    return MAY_IN_COMMITTEE[seat.role] if in_committee else MAY[seat.role]
