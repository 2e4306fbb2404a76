"""Restricted text: opened by a logged button, its log for the proposer, and its opening to everybody."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.refusals import Refused
from members.said import day
from proposals.actions.restricted import (
    announce_opening,
    check_can_open,
    first_public_day,
    has_restricted_words,
    open_restricted,
    stop_opening,
)
from proposals.actions.scanning import scan_restricted
from proposals.forms.party import AnnounceForm
from proposals.models import (
    Attachment,
    Proposal,
    PublicOpening,
    RestrictedOpening,
    RestrictedPart,
    RestrictedText,
)
from proposals.permissions import can_read_restricted, can_take_step, is_sealed_from, leads

from .gone import sealed
from .limits import TEXT_LIMIT, limited
from .party import case_of, own_case, page

LATEST = 5
PER_PAGE = 50
LOGGED = ("user", "attachment", "part__question__referral__ministry")


@limited(TEXT_LIMIT)
@login_required
def restricted(request: HttpRequest, number: str) -> HttpResponse:
    """The restricted text and files: for the proposer at once, for others by a logged button."""
    case = case_of(request, number)
    is_shut = is_sealed_from(request.user, case)
    if is_shut and not can_read_restricted(request.user, case):
        return sealed(request, case)
    if not can_read_restricted(request.user, case):
        raise Http404
    is_own = leads(request.user, case)
    words = None
    if request.method == "POST" or is_own:
        words = open_restricted(user=request.user, proposal=case)
    files = Attachment.objects.visible_to(request.user).filter(proposal=case, is_restricted=True)
    context = {
        "case": case,
        "is_own": is_own,
        "is_shut": is_shut,
        "words": words,
        "parts": [(part, None) for part in words.parts] if words else [],
        "files": [(file, None) for file in files],
        "is_empty": not has_restricted_words(case),
    }
    if is_own and words:
        context |= _for_the_proposer(request, case, list(files), words.parts)
    return render(request, "proposals/party/restricted.html", context)


def _for_the_proposer(
    request: HttpRequest, case: Proposal, files: list[Attachment], parts: list[RestrictedPart]
) -> dict[str, Any]:
    """Who opened it lately, and of each text and file whether it opens to everybody, and when."""
    rows = PublicOpening.objects.in_force().filter(proposal=case)
    openings = {(row.attachment_id, row.part_id): row for row in rows}
    return {
        "latest": log_of(case).select_related(*LOGGED)[:LATEST],
        "count": log_of(case).count(),
        "opening": openings.get((None, None)),
        "parts": [(part, openings.get((None, part.pk))) for part in parts],
        "files": [(file, openings.get((file.pk, None))) for file in files],
        "may_announce": can_take_step(request.user, case, "announce_opening"),
        "may_stop": can_take_step(request.user, case, "stop_opening"),
    }


@require_safe
@never_cache
@login_required
def openings(request: HttpRequest, number: str) -> HttpResponse:
    """Who opened what is restricted, when, and for whom: all of it, for the proposer alone."""
    case = own_case(request, number)
    rows = log_of(case).select_related(*LOGGED)
    log = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "proposals/party/restricted_log.html", {"case": case, "page_obj": log})


def log_of(case: Proposal) -> QuerySet[RestrictedOpening]:
    """What the lead reads of the log: who took the case over, what was opened since."""
    taken = case.takeovers.last() if case.taken_over_by_id else None
    rows = case.restricted_openings.all()
    return rows.filter(opened_at__gte=taken.taken_at) if taken else rows


@limited(TEXT_LIMIT)
@login_required
def announce(request: HttpRequest, number: str) -> HttpResponse:
    """The proposer's renewed word on the restricted text."""
    return _announce(request, own_case(request, number))


@limited(TEXT_LIMIT)
@login_required
def announce_file(request: HttpRequest, number: str, file_id: UUID) -> HttpResponse:
    """The same on one restricted file."""
    case = own_case(request, number)
    files = Attachment.objects.visible_to(request.user).filter(proposal=case, is_restricted=True)
    files = files.filter(withdrawn_on=None)
    return _announce(request, case, file=get_object_or_404(files, pk=file_id))


@limited(TEXT_LIMIT)
@login_required
def announce_part(request: HttpRequest, number: str, part_id: int) -> HttpResponse:
    """The same on one restricted part of a question or reply."""
    case = own_case(request, number)
    parts = RestrictedPart.objects.visible_to(request.user).filter(proposal=case)
    parts = parts.select_related("question__referral__ministry")
    return _announce(request, case, part=get_object_or_404(parts, pk=part_id))


def _announce(
    request: HttpRequest,
    case: Proposal,
    *,
    file: Attachment | None = None,
    part: RestrictedPart | None = None,
) -> HttpResponse:
    """Shows what everybody will read and from which day on; nothing is announced before it is confirmed."""
    form = AnnounceForm(request.POST if request.method == "POST" else None)
    refused, possible = None, can_take_step(request.user, case, "announce_opening")
    try:
        if request.method == "POST" and form.is_valid():
            opening = announce_opening(user=request.user, proposal=case, attachment=file, part=part)
            said = _("Announced. It is public from %s on; until the day before you can stop it.")
            messages.success(request, said % day(opening.opens_on, "year"))
            return redirect("proposals:restricted", number=case.number)
        check_can_open(case, file, part)
    except Refused as reason:
        if request.method != "POST":
            messages.info(request, str(reason))
            return redirect("proposals:restricted", number=case.number)
        refused, possible = reason, False
    texts = RestrictedText.objects.visible_to(request.user).filter(proposal=case)
    text = texts.values_list("text", flat=True).first()
    context = {
        "file": file,
        "part": part,
        "text": part.text if part else "" if file else text,
        "opens_on": first_public_day(),
        "scan": scan_restricted(case, file, part) if possible else None,
        "bodies": [r.ministry for r in case.referrals.active().select_related("ministry")],
        "possible": possible,
    }
    return page(request, "announce", case, form, refused, **context)


@limited(TEXT_LIMIT)
@login_required
def stop(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Takes an announced opening back, until the day before."""
    case = own_case(request, number)
    rows = PublicOpening.objects.visible_to(request.user)
    rows = rows.select_related("proposal", "attachment", "part__question__referral__ministry")
    opening = get_object_or_404(rows, pk=pk, proposal=case)
    form, refused = Form(request.POST if request.method == "POST" else None), None
    if request.method == "POST":
        try:
            stop_opening(user=request.user, opening=opening)
        except Refused as reason:
            refused = reason
        else:
            messages.success(request, _("Stopped. What is restricted stays restricted."))
            return redirect("proposals:restricted", number=case.number)
    possible = opening.is_ahead and can_take_step(request.user, case, "stop_opening")
    return page(request, "stop", case, form, refused, opening=opening, possible=possible)
