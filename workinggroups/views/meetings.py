"""Meetings as everybody reads them, and what whoever is invited does on their page."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.pages import public_page
from members.refusals import Refused
from workinggroups.actions.attendance import finish_action_item, reply_to_invitation
from workinggroups.actions.calendars import CONTENT_TYPE, published
from workinggroups.filters import MeetingFilter
from workinggroups.models import ActionItem, Document, Meeting, Minutes, Participant, WorkingGroup
from workinggroups.permissions import may_finish, runs_group, takes_part

A_PAGE = 20


@public_page
def meeting_list(request: HttpRequest) -> HttpResponse:
    """Meetings to come, or those of the past, with their minutes."""
    minutes = Prefetch("minutes", Minutes.objects.published().order_by("-version"), to_attr="published")
    rows = Meeting.objects.visible_to(request.user).select_related("group").prefetch_related(minutes)
    chosen = MeetingFilter(request.GET, rows)
    found = chosen.in_time() if chosen.form.is_valid() else rows.none()
    context = {"filter": chosen, "page_obj": Paginator(found, A_PAGE).get_page(request.GET.get("page"))}
    return render(request, "workinggroups/meetings.html", context)


@public_page
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    """When and where, agenda, papers, minutes; link, replies and action items for those who take part."""
    rows = Meeting.objects.visible_to(request.user).select_related("group", "series")
    return meeting_page(request, get_object_or_404(rows, pk=pk))


def meeting_page(request: HttpRequest, row: Meeting, status: int = 200) -> HttpResponse:
    is_inside = takes_part(request.user, row)
    papers = list(Document.objects.visible_to(request.user).filter(meeting=row))
    context = {
        "meeting": row,
        "items": list(row.agenda.order_by("position")),
        "papers": papers,
        "minutes": list(Minutes.objects.published().filter(meeting=row).order_by("-version")),
        "is_inside": is_inside,
        "chair": row.in_the_chair(row.chaired_by, is_inside=is_inside),
        "runs": runs_group(request.user, row.group),
        "invitations": _invitations(request, row),
    }
    if is_inside:
        context |= _tasks(request, row)
    return render(request, "workinggroups/meeting.html", context, status=status)


def _invitations(request: HttpRequest, row: Meeting) -> QuerySet[Participant]:
    return Participant.objects.of(request.user).filter(meeting=row).select_related("organisation", "user")


def _tasks(request: HttpRequest, row: Meeting) -> dict[str, Any]:
    """What earlier meetings left to do, and what this one did; each with whether the reader may finish it."""
    carried = list(ActionItem.objects.carried_to(row).told())
    own = list(row.action_items.told())
    return {
        "carried": [(item, not item.is_done and may_finish(request.user, item)) for item in carried],
        "tasks": [(item, not item.is_done and may_finish(request.user, item)) for item in own],
    }


@login_required
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes or no, for oneself or for the organisation one acts for."""
    rows = Meeting.objects.visible_to(request.user).select_related("group", "series")
    row = get_object_or_404(rows, pk=pk)
    invited = get_object_or_404(_invitations(request, row), pk=_number(request.POST.get("participant", "")))
    comes = request.POST.get("reply") == Participant.Reply.YES
    try:
        reply_to_invitation(user=request.user, participant=invited, comes=comes)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return meeting_page(request, row, status=409)
    messages.success(request, _("Your reply is noted. You may change it until the meeting begins."))
    return redirect(row)


@login_required
@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks an action item as done."""
    meetings = Meeting.objects.visible_to(request.user)
    item = get_object_or_404(ActionItem.objects.told().filter(meeting__in=meetings), pk=pk)
    if not may_finish(request.user, item):
        raise Http404
    finish_action_item(user=request.user, item=item)
    messages.success(request, _("Done. It stands on no further agenda."))
    shown_on = meetings.filter(pk=_number(request.POST.get("meeting", ""))).first()
    return redirect(shown_on or item.meeting)


@require_safe
@public_page
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A paper as a download that no browser runs or guesses at; 404 for whoever may not read it."""
    row = get_object_or_404(Document.objects.visible_to(request.user).filter(withdrawn_on=None), pk=pk)
    try:
        opened = row.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=row.name, content_type=row.content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@public_page
def calendar(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Public meetings to subscribe to: of one group, or of all. The same for every reader."""
    group = get_object_or_404(WorkingGroup, slug=slug) if slug else None
    rows = Meeting.objects.visible_to(AnonymousUser()).select_related("group").order_by("starts_at", "pk")
    name = group.name if group else _("Meetings of the alliance")
    file = published(rows.filter(group=group) if group else rows, name=name)
    return HttpResponse(file, content_type=CONTENT_TYPE)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
