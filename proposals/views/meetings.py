"""The official documents of a meeting, and what it decides about a case on its agenda."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members.odt import CONTENT_TYPE, Block, odt
from members.pages import public_page
from members.refusals import NotAllowed, Refused
from proposals.actions.decisions import decide_at_meeting
from proposals.actions.meetingpapers import heading, minutes_of, notice_of
from proposals.forms.decisions import FORMS, details_of, form_of, open_decisions
from proposals.meetingpack import minutes_blocks, notice_blocks
from proposals.models import CaseOnAgenda, MeetingDecision
from proposals.permissions import can_triage
from workinggroups.models import Meeting, Minutes
from workinggroups.permissions import takes_part

from .limits import TEXT_LIMIT, limited
from .sheets import sheet_rows

Step = MeetingDecision.Step


def _meetings(request: HttpRequest) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(request.user).select_related("group")


@require_safe
@public_page
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """開會通知單, for the group and whoever is invited."""
    meeting, blocks = _notice(request, pk)
    return _sheet(request, meeting, blocks, title=_("Notice of meeting"), odt_of="proposals:notice_odt")


@require_safe
@public_page
def notice_odt(request: HttpRequest, pk: int) -> HttpResponse:
    meeting, blocks = _notice(request, pk)
    return _file(blocks, f"notice-{meeting.pk}.odt", f"{heading(meeting)}開會通知單")


def _notice(request: HttpRequest, pk: int) -> tuple[Meeting, list[Block]]:
    meeting = get_object_or_404(_meetings(request), pk=pk)
    if not takes_part(request.user, meeting):
        raise Http404
    return meeting, notice_blocks(notice_of(meeting, request.user))


@require_safe
@public_page
def minutes(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """會議紀錄 of one version; while it is a draft the officers alone find it."""
    row, blocks = _minutes(request, pk, version)
    later = Minutes.objects.published().filter(meeting=row.meeting, version__gt=version)
    context = {
        "minutes": row,
        "later": later.order_by("-version").first(),
        "version": version,
    }
    return _sheet(request, row.meeting, blocks, title=_("Minutes"), odt_of="proposals:minutes_odt", **context)


@require_safe
@public_page
def minutes_odt(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    row, blocks = _minutes(request, pk, version)
    return _file(blocks, f"minutes-{pk}-v{version}.odt", f"{heading(row.meeting)}會議紀錄")


def _minutes(request: HttpRequest, pk: int, version: int) -> tuple[Minutes, list[Block]]:
    rows = Minutes.objects.visible_to(request.user).select_related("meeting__group")
    row = get_object_or_404(rows, meeting=pk, version=version)
    return row, minutes_blocks(minutes_of(row, request.user))


def _sheet(request: HttpRequest, meeting: Meeting, blocks: list[Block], **context: Any) -> HttpResponse:
    context |= {"meeting": meeting, "rows": sheet_rows(blocks)}
    return render(request, "proposals/meetings/sheet.html", context)


def _file(blocks: list[Block], name: str, title: str) -> HttpResponse:
    return HttpResponse(
        odt(blocks, title=title),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@limited(TEXT_LIMIT)
@login_required
def decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """What the meeting decided about the case of an item: the case takes the step in the same moment."""
    meeting = get_object_or_404(_meetings(request), pk=pk)
    on_agenda = CaseOnAgenda.objects.readable_by(request.user).filter(item__meeting=meeting)
    row = get_object_or_404(on_agenda.select_related("proposal__group", "item"), item=item)
    case = row.proposal
    if not can_triage(request.user, case):
        raise Http404
    sent, refused, status = None, None, 200
    step = request.POST.get("step", "")
    if request.method == "POST":
        if step not in FORMS:
            raise Http404
        sent = form_of(step, case, request.POST)
        status = 422
        if sent.is_valid():
            try:
                decide_at_meeting(
                    user=request.user,
                    on_agenda=row,
                    step=step,
                    details=details_of(step, sent.cleaned_data),
                    expected_version=_version(request),
                )
            except NotAllowed as refusal:
                raise Http404 from refusal
            except Refused as refusal:
                refused, status = refusal, 409
            else:
                messages.success(
                    request, _("Recorded. The case has taken the step, and its parties are told.")
                )
                return redirect(meeting)
    context = {
        "meeting": meeting,
        "row": row,
        "case": case,
        "decision": MeetingDecision.objects.filter(on_agenda=row).first(),
        "refused": refused,
        "choices": [
            (name, Step(name).label, sent if sent and name == step else form_of(name, case), name == step)
            for name in (open_decisions(request.user, case) if meeting.has_begun else ())
        ],
    }
    return render(request, "proposals/meetings/decide.html", context, status=status)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
