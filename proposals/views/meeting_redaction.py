"""遮蔽 in the record of a meeting and in a group's papers: first what would be blacked out, then for good.

Nothing typed is lost.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from members.refusals import Refused
from proposals.actions.redaction import (
    MeetingPreview,
    preview_meeting,
    preview_papers,
    redact_meeting,
    redact_papers,
)
from proposals.forms.redaction import PapersOrderForm, RecordForm, RecordOrderForm
from proposals.redactable import snippets
from workinggroups.models import Meeting, WorkingGroup
from workinggroups.permissions import runs_group

from .limits import TEXT_LIMIT, limited


@limited(TEXT_LIMIT)
@login_required
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Meeting.objects.visible_to(request.user).select_related("group")
    meeting = get_object_or_404(rows, pk=pk)
    if not runs_group(request.user, meeting.group):
        raise Http404
    form = RecordForm(_sent(request), papers=meeting.papers.all())
    order = RecordOrderForm(_confirmed(request))

    def act(**said: Any) -> str:
        redact_meeting(user=request.user, meeting=meeting, **said)
        return _("Blacked out. The page of the meeting says so.")

    def look(words: list[str]) -> MeetingPreview:
        return preview_meeting(user=request.user, meeting=meeting, words=words)

    return _ask(request, form, order, look, act, {"meeting": meeting, "subject": meeting})


@limited(TEXT_LIMIT)
@login_required
def redact_of_group(request: HttpRequest, slug: str) -> HttpResponse:
    """Papers that belong to no meeting."""
    group = get_object_or_404(WorkingGroup, slug=slug)
    if not runs_group(request.user, group):
        raise Http404
    form = RecordForm(_sent(request), papers=group.documents.all())
    order = PapersOrderForm(_confirmed(request))

    def act(**said: Any) -> str:
        redact_papers(user=request.user, group=group, **said)
        return _("Done. The page of the group says so.")

    def look(words: list[str]) -> MeetingPreview:
        return MeetingPreview(preview_papers(user=request.user, group=group, words=words), 0)

    return _ask(request, form, order, look, act, {"group": group, "subject": group})


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _confirmed(request: HttpRequest) -> Any:
    return request.POST if "confirm" in request.POST else None


def _ask(
    request: HttpRequest,
    form: RecordForm,
    order: RecordOrderForm,
    look: Callable[[list[str]], MeetingPreview],
    act: Callable[..., str],
    context: dict[str, Any],
) -> HttpResponse:
    """Shows what would change; acts where just this was shown before and the order is whole."""
    preview, refused, status = None, None, 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            if request.POST.get("previewed") == form.previewed and order.is_bound and order.is_valid():
                messages.success(request, act(**form.cleaned_data, **order.cleaned_data))
                return redirect(context["subject"])
            words = form.cleaned_data["words"]
            preview = look(words) if words else MeetingPreview([], 0)
            status = 422 if order.errors else 200
        except Refused as refusal:
            refused, status = refusal, 409
    context |= {
        "form": form,
        "order": order,
        "preview": preview,
        "found": [(change.label, list(snippets(change.becomes))) for change in preview.changes]
        if preview
        else [],
        "refused": refused,
    }
    template = "redact" if "meeting" in context else "redact_of_group"
    return render(request, f"proposals/meetings/{template}.html", context, status=status)
