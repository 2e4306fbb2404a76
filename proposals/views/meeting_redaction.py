"""遮蔽 in the record of a meeting: first what would be blacked out, then for good. Nothing typed is lost."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from members.refusals import Refused
from proposals.actions.redaction import MeetingPreview, preview_meeting, redact_meeting
from proposals.forms.redaction import MeetingForm, MeetingOrderForm
from proposals.redactable import snippets
from workinggroups.models import Meeting
from workinggroups.permissions import runs_group

from .limits import TEXT_LIMIT, limited


@limited(TEXT_LIMIT)
@login_required
def redact(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Meeting.objects.visible_to(request.user).select_related("group")
    meeting = get_object_or_404(rows, pk=pk)
    if not runs_group(request.user, meeting.group):
        raise Http404
    is_sent = request.method == "POST"
    form = MeetingForm(request.POST if is_sent else None, meeting=meeting)
    order = MeetingOrderForm(request.POST if "confirm" in request.POST else None)
    preview, refused, status = None, None, 422 if is_sent else 200
    if is_sent and form.is_valid():
        try:
            if (
                request.POST.get("previewed") == form.previewed
                and "confirm" in request.POST
                and order.is_valid()
            ):
                redact_meeting(user=request.user, meeting=meeting, **form.cleaned_data, **order.cleaned_data)
                messages.success(request, _("Blacked out. The page of the meeting says so."))
                return redirect(meeting)
            preview = _preview(request, meeting, form)
            status = 422 if order.errors else 200
        except Refused as refusal:
            refused, status = refusal, 409
    context = {
        "meeting": meeting,
        "form": form,
        "order": order,
        "preview": preview,
        "found": [(change.label, list(snippets(change.becomes))) for change in preview.changes]
        if preview
        else [],
        "refused": refused,
    }
    return render(request, "proposals/meetings/redact.html", context, status=status)


def _preview(request: HttpRequest, meeting: Meeting, form: Any) -> MeetingPreview:
    words = form.cleaned_data["words"]
    return (
        preview_meeting(user=request.user, meeting=meeting, words=words) if words else MeetingPreview([], 0)
    )
