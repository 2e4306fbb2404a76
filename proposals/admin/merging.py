"""The page on which an officer merges a case: choose the other one, read what would happen, confirm."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from members.models import User
from members.refusals import NotAllowed, Refused
from proposals.actions.merging import merge_proposal, preview_merger
from proposals.forms.merging import MergeForm
from proposals.models import Proposal
from proposals.permissions import can_triage
from proposals.precedents import similar_cases
from proposals.states import MERGED_INTO
from workinggroups.permissions import triaged_groups

from .steps import STEPS
from .words import said_of, version_in

FOUND = 10


def merge_page(model_admin: Any, request: HttpRequest, case: Proposal) -> HttpResponse:
    """Nothing typed is lost: searching, choosing and a refusal show the same form again."""
    user, sent = request.user, request.POST.get("do", "")
    if not can_triage(user, case):
        raise PermissionDenied
    if request.method != "POST":
        form = MergeForm(initial={"into": request.GET.get("into", "")}, user=user)
        return _page(model_admin, request, case, form)
    version = version_in(request, "version")
    searches = sent == "look" and request.POST.get("q") and not request.POST.get("into")
    if "chosen" in request.POST or sent == "search" or searches:
        chosen = request.POST.get("chosen") or request.POST.get("into", "")
        typed = {"into": chosen, "reason": request.POST.get("reason", "")}
        form = MergeForm(initial=typed, user=user)
        return _page(model_admin, request, case, form, version=version)
    form = MergeForm(request.POST, user=user)
    if not form.is_valid():
        return _page(model_admin, request, case, form, version=version, status=422)
    try:
        if sent == "merge":
            merge_proposal(user=user, proposal=case, expected_version=version, **form.cleaned_data)
        else:
            preview = preview_merger(user=user, proposal=case, into=form.cleaned_data["into"])
            return _page(model_admin, request, case, form, version=version, preview=preview)
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 409
        fresh = model_admin.get_object(request, str(case.pk))
        return _page(model_admin, request, fresh, form, refusal=refusal, status=status)
    messages.success(request, said_of(case, STEPS["merge"].done))
    return redirect("admin:proposals_proposal_change", case.pk)


def _page(
    model_admin: Any,
    request: HttpRequest,
    case: Proposal,
    form: MergeForm,
    *,
    version: int | None = None,
    status: int = 200,
    **shown: object,
) -> HttpResponse:
    words = request.POST.get("q", "").strip()
    possible = possible_targets(request.user, case)
    asks = list(case.asks.all())
    context = {
        **model_admin.admin_site.each_context(request),
        "title": STEPS["merge"].label,
        "opts": model_admin.opts,
        "case": case,
        "form": form,
        "version": version or case.version,
        "into": form.cleaned_data.get("into") if form.is_bound else None,
        "words": words,
        "found": list((possible.matching(words) | possible.numbered(words))[:FOUND]) if words else [],
        "similar": [hit.case for hit in similar_cases(request.user, case, asks, possible)],
        **shown,
    }
    return TemplateResponse(request, "admin/proposals/proposal/merge.html", context, status=status)


def possible_targets(user: User, case: Proposal) -> QuerySet[Proposal]:
    """Open cases of the officer's own groups that are not yet referred; for a public case public ones."""
    groups = triaged_groups(user) or [case.group_id]
    rows = Proposal.objects.visible_to(user).filter(state__in=MERGED_INTO, group__in=groups)
    if case.accepted_at:
        rows = rows.filter(accepted_at__isnull=False)
    return rows.exclude(pk=case.pk).select_related("organisation")
