"""後續辦理事項: what ministries promised, read by everybody, reported by whoever promised it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from members import clock
from members.models import User
from members.pages import public_page
from members.permissions import answers_for, bodies_of
from members.refusals import Attempt
from proposals.actions.follow_ups import (
    drop_follow_up,
    finish_follow_up,
    report_progress,
    revise_follow_up,
)
from proposals.forms.follow_ups import FOLLOW_UP_FORMS, FollowUpForm
from proposals.forms.lists import FollowUpFilter
from proposals.models import FollowUp, FollowUpStep
from proposals.permissions import can_take_follow_up_step
from proposals.states import FOLLOW_UP_STEPS

from .dashboard.access import chosen_bodies, for_bodies_only
from .limits import TEXT_LIMIT, limited

PER_PAGE = 20
SOON = timedelta(days=30)


def with_steps(items: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    """With all that a row shows: its case, its body, and every step that was reported; two statements."""
    steps = Prefetch("steps", FollowUpStep.objects.order_by("reported_at", "pk"))
    return items.select_related("proposal", "ministry", "referral", "ask__law").prefetch_related(steps)


def figures_of(items: QuerySet[FollowUp]) -> dict[str, int]:
    """How many are open, overdue, done and dropped; one query."""
    today = clock.today()
    overdue = FollowUp.objects.overdue(today).values("pk")
    return items.aggregate(
        open=Count("pk", filter=Q(state=FollowUp.State.OPEN)),
        overdue=Count("pk", filter=Q(pk__in=overdue)),
        soon=Count("pk", filter=Q(state=FollowUp.State.OPEN, planned_on__range=(today, today + SOON))),
        done=Count("pk", filter=Q(state=FollowUp.State.DONE)),
        dropped=Count("pk", filter=Q(state=FollowUp.State.DROPPED)),
    )


@public_page
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """Every promise of an answer: the open ones first, by their planned day."""
    public = FollowUp.objects.public()
    found = FollowUpFilter(request.GET, queryset=public)
    rows = with_steps(found.qs).order_by(*FollowUp.OPEN_FIRST)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page, "items": list(page), "figures": figures_of(public)}
    return render(request, "proposals/follow_ups/list.html", context)


# --- on the dashboard of a body -------------------------------------------------------------------


def _own(request: HttpRequest) -> QuerySet[FollowUp]:
    bodies, _body = chosen_bodies(request)
    return FollowUp.objects.visible_to(request.user).filter(ministry__in=bodies)


@for_bodies_only
def own_follow_ups(request: HttpRequest) -> HttpResponse:
    """What one's body has promised, late ones first, each with its day and its forms."""
    own = _own(request)
    page = Paginator(with_steps(own).order_by(*FollowUp.OPEN_FIRST), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "page_obj": page,
        "items": list(page),
        "figures": figures_of(own),
        "bodies": bodies_of(request.user),
        "is_own": True,
    }
    return render(request, "proposals/follow_ups/own.html", context)


def _own_item(request: HttpRequest, pk: int) -> FollowUp:
    rows = FollowUp.objects.visible_to(request.user).filter(ministry__in=bodies_of(request.user))
    found = with_steps(rows).filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


@for_bodies_only
def own_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise of one's body: what was reported of it, and the forms of what can be reported now."""
    return _item_page(request, _own_item(request, pk))


Act = Callable[[User, FollowUp, dict[str, Any]], object]
ACTS: dict[str, Act] = {
    "report": lambda user, item, data: report_progress(user=user, follow_up=item, **data),
    "revise": lambda user, item, data: revise_follow_up(user=user, follow_up=item, **data),
    "done": lambda user, item, data: finish_follow_up(user=user, follow_up=item, **data),
    "drop": lambda user, item, data: drop_follow_up(user=user, follow_up=item, **data),
}


@limited(TEXT_LIMIT)
@for_bodies_only
def follow_up_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Takes one step; a refusal comes back with everything that was typed. GET leads to the item."""
    if step not in ACTS:
        raise Http404
    item = _own_item(request, pk)
    if not answers_for(request.user, item.ministry):
        raise PermissionDenied
    if request.method != "POST":
        return redirect("proposals:own_follow_up", pk=item.pk)
    form = FOLLOW_UP_FORMS[step](request.POST, item=item)
    status = 422
    if form.is_valid():
        with Attempt() as attempt:
            ACTS[step](request.user, item, form.cleaned_data)
            messages.success(request, _("Reported. It is public, and the proposer has been told."))
            return redirect("proposals:own_follow_up", pk=item.pk)
        form.add_error(None, str(attempt.refusal))
        item = _own_item(request, pk)
        status = 422 if can_take_follow_up_step(request.user, item, step) else 409
    return _item_page(request, item, form, status=status)


def _item_page(
    request: HttpRequest, item: FollowUp, kept: FollowUpForm | None = None, status: int = 200
) -> HttpResponse:
    """The item with its forms; `kept` is the one that failed, as it was sent."""
    forms = [
        (step, rule.label, kept if kept and kept.step == step else FOLLOW_UP_FORMS[step](item=item))
        for step, rule in FOLLOW_UP_STEPS.items()
        if can_take_follow_up_step(request.user, item, step) and not _is_shut(item, step)
    ]
    is_open = kept is not None and kept.step in {step for step, _label, _form in forms}
    context = {
        "item": item,
        "proposal": item.proposal,
        "forms": forms,
        "kept": kept,
        "lost": kept if kept and not is_open else None,
    }
    return render(request, "proposals/follow_ups/item.html", context, status=status)


def _is_shut(item: FollowUp, step: str) -> bool:
    """A day that has passed, or a matter in other hands, is not revised any more."""
    return step == "revise" and (item.is_overdue or item.is_out_of_hand or item.planned_on < clock.today())
