"""One step of a ministry: its form on a page of its own, and the action behind it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from members.models import User
from members.refusals import Attempt, Refused
from members.said import day
from proposals.actions import answering
from proposals.actions.delays import explain_delay
from proposals.actions.timing import limit_of
from proposals.forms.answering import STEP_FORMS, StepForm
from proposals.models import Deadline, Referral
from proposals.permissions import can_answer, can_take_referral_step, speaks_for
from proposals.states import REFERRAL_STEPS

from .access import for_bodies_only, own_referral, published_part
from .corrections import correct
from .drafts import draft, publish
from .secrecy import check_secrecy
from .words import STEP_WORDS, refusal_status

Act = Callable[[User, Referral, dict[str, Any]], str]


def _accept(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.accept_referral(user=user, referral=referral)
    return _("Accepted. The period runs on.")


def _return(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.return_referral(user=user, referral=referral, **values)
    return _("Returned. The working group refers the case to another body.")


def _ask(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.ask_proposer(user=user, referral=referral, **values)
    return _("Your question is with the proposer; your clock stands still.")


def _extend(user: User, referral: Referral, values: dict[str, Any]) -> str:
    unit = answer_deadline(referral).unit  # type: ignore[union-attr]
    extension = answering.extend_referral(user=user, referral=referral, unit=unit, **values)
    return _("Extended and published. The last day is now %(day)s.") % {
        "day": day(extension.new_due_on, "year")
    }


def _record(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.record_letters(user=user, referral=referral, **values)
    return _("Recorded. The due date has been counted anew where it depends on it.")


def _sign_off(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.note_sign_off(user=user, referral=referral, **values)
    return _("Noted.")


def _share(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.share_drafts(user=user, referral=referral)
    return _("The other bodies of this case can read your drafts now.")


def _unshare(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.unshare_drafts(user=user, referral=referral)
    return _("Only your own body reads your drafts again.")


def _interim(user: User, referral: Referral, values: dict[str, Any]) -> str:
    answering.publish_interim_reply(user=user, referral=referral, **values)
    return _("The interim reply is published. The clock runs on.")


def _delay(user: User, referral: Referral, values: dict[str, Any]) -> str:
    explain_delay(user=user, referral=referral, **values)
    return _("Published beside the mark of lateness. The mark stays until every ask is answered.")


ACTS: dict[str, Act] = {
    "accept": _accept,
    "return": _return,
    "ask": _ask,
    "extend": _extend,
    "record": _record,
    "sign_off": _sign_off,
    "share_draft": _share,
    "unshare_draft": _unshare,
    "interim": _interim,
    "delay": _delay,
}
PAGES = {"draft": draft, "publish": publish, "correct": correct, "check_secrecy": check_secrecy}


@for_bodies_only
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """GET shows the form of the step, POST takes it. A refusal comes back with everything that was typed.

    404 for an unknown step or another body's referral, 403 for those who only look on.
    """
    if step not in ACTS and step not in PAGES:
        raise Http404
    referral = published_part(request, pk) if step == "correct" else own_referral(request, pk)
    if not (can_answer(request.user, referral) or (step == "correct" and speaks_for(request.user, referral))):
        raise PermissionDenied
    if request.method == "GET":
        answering.first_opening(user=request.user, referral=referral)
        if not can_take_referral_step(request.user, referral, step):
            return not_possible(request, referral, step)
    if step in PAGES:
        return PAGES[step](request, referral)
    return take(request, referral, step)


def take(request: HttpRequest, referral: Referral, step: str) -> HttpResponse:
    """The form, or instead of it the reason why the step is shut."""
    if request.method == "GET" and (why := refusal_of(referral, step)):
        return page(request, referral, step, shut=why)
    form = step_form(step, referral, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with Attempt() as attempt:
                said = ACTS[step](request.user, referral, form.cleaned_data)
                messages.success(request, said)
                return redirect("proposals:referral", pk=referral.pk)
            form.add_error(None, str(attempt.refusal))
            referral = own_referral(request, referral.pk)
            status = refusal_status(request.user, referral, step, attempt.refusal)
    return page(request, referral, step, form=form, status=status)


def refusal_of(referral: Referral, step: str) -> str:
    """Why a step that the state allows is shut, or nothing."""
    try:
        answering.check_open(referral, step)
    except Refused as refusal:
        return str(refusal)
    return ""


def page(
    request: HttpRequest, referral: Referral, step: str, *, status: int = 200, **context: object
) -> HttpResponse:
    context |= {
        "referral": referral,
        "proposal": referral.proposal,
        "step": step,
        "words": STEP_WORDS[step],
    }
    return render(request, "proposals/dashboard/step.html", context, status=status)


def step_form(step: str, referral: Referral, data: Any = None) -> StepForm:
    """The form of a step, bound where there is data, else with what is already known."""
    options: dict[str, Any] = {}
    if step == "extend":
        options["deadline"] = answer_deadline(referral)
        if options["deadline"] is None:
            raise Http404
        options["most"] = limit_of(options["deadline"])
    if step == "sign_off":
        options["initial"] = {
            "since": referral.sign_off_since,
            "approved_on": referral.approved_on,
            "document_number": referral.document_number,
        }
    if step == "record":
        options["initial"] = {
            "received_on": referral.received_on if referral.receipt == Referral.Receipt.LETTER else None,
            "reply_number": referral.reply_number,
            "reply_on": referral.reply_on,
        }
    return STEP_FORMS[step](data, referral=referral, **options)


def answer_deadline(referral: Referral) -> Deadline | None:
    return referral.deadlines.filter(kind__in=answering.ANSWERS).select_related("policy").first()


def not_possible(request: HttpRequest, referral: Referral, step: str) -> HttpResponseRedirect:
    messages.warning(
        request,
        _("“%(step)s” is not possible: this referral is now “%(state)s”. Nothing was changed.")
        % {
            "step": REFERRAL_STEPS[step].label,
            "state": referral.get_state_display(),
        },
    )
    return redirect("proposals:referral", pk=referral.pk)
