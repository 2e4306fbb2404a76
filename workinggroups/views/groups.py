"""The groups and the government's programmes, as everybody reads them."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from members.models import Affiliation, Organisation
from members.pages import public_page
from workinggroups.models import Document, Meeting, Minutes, Programme, Seat, WorkingGroup
from workinggroups.permissions import runs_group

MEETINGS_SHOWN = 5
OFFICERS = (Seat.Role.CONVENER, Seat.Role.DEPUTY, Seat.Role.SECRETARY)


@public_page
def group_list(request: HttpRequest) -> HttpResponse:
    """The groups, apart from them the committees, and folded those that have ended."""
    rows = WorkingGroup.objects.filter(parent=None).prefetch_related("subgroups")
    existing = [row for row in rows if not row.is_over]
    context = {
        "groups": [row for row in existing if not row.is_committee],
        "committees": [row for row in existing if row.is_committee],
        "over": [row for row in rows if row.is_over],
    }
    return render(request, "workinggroups/list.html", context)


@public_page
def group_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One group: charter, officers, member organisations, milestones, papers, meetings, cases."""
    rows = WorkingGroup.objects.select_related("parent").prefetch_related("subgroups", "periods")
    group = get_object_or_404(rows, slug=slug)
    meetings = Meeting.objects.upcoming().filter(group=group).select_related("group")
    minutes = Minutes.objects.published().filter(meeting__group=group, meeting__is_public=True)
    context = {
        "group": group,
        "meetings": list(meetings[:MEETINGS_SHOWN]),
        "minutes": _newest(minutes.select_related("meeting").order_by("-meeting__starts_at", "-version")),
        "milestones": group.milestones.in_order(),
        "documents": Document.objects.visible_to(request.user).filter(group=group),
        "runs": runs_group(request.user, group),
        **_people(group),
    }
    return render(request, "workinggroups/detail.html", context)


def _newest(rows: Any) -> list[Minutes]:
    """The last version of the minutes of each of the last meetings."""
    found: dict[int, Minutes] = {}
    for row in rows[: MEETINGS_SHOWN * 3]:
        found.setdefault(row.meeting_id, row)
    return list(found.values())[:MEETINGS_SHOWN]


def _people(group: WorkingGroup) -> dict[str, Any]:
    """Officers, by name where they agreed, with the end of their term; else the organisations only."""
    today = Prefetch(
        "user__affiliations",
        Affiliation.objects.current().select_related("organisation"),
        to_attr="affiliations_today",
    )
    held = Seat.objects.current().filter(group=group).select_related("user", "group", "organisation")
    seats = list(held.prefetch_related(today))
    for seat in seats:
        belongs = [row.organisation for row in seat.user.affiliations_today]
        seat.comes_from = [seat.organisation] if seat.organisation else belongs
    officers = [seat for seat in seats if seat.role in OFFICERS]
    return {
        "officers": sorted(officers, key=lambda seat: (OFFICERS.index(seat.role), seat.pk)),
        "members": _organisations(seats, Seat.Role.MEMBER),
        "observers": _organisations(seats, Seat.Role.OBSERVER),
    }


def _organisations(seats: list[Seat], role: str) -> list[Organisation]:
    rows = [organisation for seat in seats if seat.role == role for organisation in seat.comes_from]
    return sorted(dict.fromkeys(rows), key=lambda organisation: organisation.name_zh)


@public_page
def programme_list(request: HttpRequest) -> HttpResponse:
    programmes = Programme.objects.prefetch_related("bodies", "domains")
    return render(request, "workinggroups/programmes.html", {"programmes": programmes})
