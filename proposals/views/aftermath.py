"""What the proposer does after the answer: rates it, asks once for reconsideration or for a second look."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members import clock
from members.refusals import Refused
from proposals.actions.aftermath import (
    ask_reconsideration,
    ask_second_look,
    rate_answer,
    second_look_until,
)
from proposals.forms.aftermath import RatingForm, ReconsiderForm, SecondLookForm
from proposals.models import AnswerRating, Deadline, Proposal, Reconsideration, SecondLook
from proposals.models.deadlines import Kind
from proposals.permissions import can_take_step
from proposals.states import ProposalState

from .limits import TEXT_LIMIT, limited
from .party import own_case

WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "rate": (gettext_lazy("Rate the answer"), gettext_lazy("Send the rating")),
    "reconsider": (gettext_lazy("Ask for reconsideration"), gettext_lazy("Ask for reconsideration")),
    "second_look": (gettext_lazy("Ask for a second look"), gettext_lazy("Ask for a second look")),
}


def _step(
    request: HttpRequest,
    name: str,
    case: Proposal,
    form: Form,
    act: Callable[[dict[str, Any]], object],
    done: str,
    **context: Any,
) -> HttpResponse:
    """GET shows the form, POST acts; a refusal keeps what was typed and says why nothing was done."""
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as reason:
            refused = reason
        else:
            messages.success(request, done)
            return redirect(case)
    step, button = WORDS[name]
    context |= {"case": case, "form": form, "refused": refused, "step": step, "button": button}
    status = 409 if refused else 422 if form.errors else 200
    return render(request, f"proposals/aftermath/{name}.html", context, status=status)


def _typed(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@limited(TEXT_LIMIT)
@login_required
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """1 to 5, whether the question is answered, and a remark that only ministries and secretariat read."""
    case = own_case(request, number)
    rating = AnswerRating.objects.filter(proposal=case, round=case.round).first()
    return _step(
        request,
        "rate",
        case,
        RatingForm(_typed(request)),
        lambda data: rate_answer(user=request.user, proposal=case, **data),
        _("Thank you. Your rating reaches those who answered."),
        rating=rating,
        possible=rating is None and can_take_step(request.user, case, "rate"),
    )


@limited(TEXT_LIMIT)
@login_required
def reconsider(request: HttpRequest, number: str) -> HttpResponse:
    """再議: which answers, and why; once."""
    case = own_case(request, number)
    before = Reconsideration.objects.filter(proposal=case).exists()
    deadline = Deadline.objects.unsettled().filter(proposal=case, kind=Kind.CLOSING).first()
    return _step(
        request,
        "reconsider",
        case,
        ReconsiderForm(_typed(request), asks=case.asks.all()),
        lambda data: ask_reconsideration(
            user=request.user,
            proposal=case,
            asks=[ask.pk for ask in data["asks"]],
            reason=data["reason"],
        ),
        _("Asked. The bodies that answered have been told, and answer anew."),
        before=before,
        deadline=deadline,
        possible=not before
        and deadline is not None
        and not deadline.is_overdue
        and can_take_step(request.user, case, "reconsider"),
    )


@limited(TEXT_LIMIT)
@login_required
def second_look(request: HttpRequest, number: str) -> HttpResponse:
    """Why a decline should be looked at again; once, within the period for objections."""
    case = own_case(request, number)
    return _step(
        request,
        "second_look",
        case,
        SecondLookForm(_typed(request)),
        lambda data: ask_second_look(user=request.user, proposal=case, **data),
        _("Asked. Somebody who did not decline your case decides about it."),
        **possible_second_look(request.user, case),
    )


def possible_second_look(user: Any, case: Proposal) -> dict[str, Any]:
    """Whether a second look can be asked now, until when, and whether there was one."""
    before = SecondLook.objects.filter(proposal=case).exists()
    open_now = can_take_step(user, case, "second_look")
    until = second_look_until(case) if open_now and not before else None
    return {"before": before, "until": until, "possible": until is not None and until >= clock.today()}


def open_after_answer(user: Any, case: Proposal) -> dict[str, bool]:
    """Which of these steps the proposer finds as a button on the page of the case."""
    if case.state == ProposalState.DECLINED:
        return {"second_look": possible_second_look(user, case)["possible"]}
    if not can_take_step(user, case, "rate"):
        return {}
    return {
        "rate": not AnswerRating.objects.filter(proposal=case, round=case.round).exists(),
        "reconsider": not Reconsideration.objects.filter(proposal=case).exists(),
    }
