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
MAY: dict[str, Promise | str] = {
    Seat.Role.CHAIR: _("You may look after all groups, and hear of answers that are very overdue."),
    Seat.Role.CONVENER: _DECIDES,
    Seat.Role.DEPUTY: _DECIDES,
    Seat.Role.SECRETARY: _("You may work on the group's cases and keep its meetings and papers."),
    Seat.Role.MEMBER: _("You take part in the meetings of the group."),
    Seat.Role.OBSERVER: _("You may attend the meetings of the group."),
}


@register.inclusion_tag("workinggroups/own_seats.html")
def own_seats(user: User) -> dict[str, Any]:
    """Every seat that somebody holds, held or will hold, with its dates; one query."""
    rows = user.seats.select_related("group").order_by("-starts_on", "-pk")
    return {"seats": [(row, MAY[row.role]) for row in rows], "today": clock.today()}
