"""What the secretariat does to the clock of a ministry's part: it stops it for a cause, lets it run on, and
records a letter that takes a wrong mark of lateness away. It answers nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import User
from members.refusals import Attempt, Refused
from proposals.actions.delays import prove_reply
from proposals.actions.pauses import end_pause_for_cause, pause_for_cause
from proposals.forms.pauses import PauseForm, ProofForm, RunOnForm
from proposals.models import Pause, Referral
from proposals.permissions import can_take_referral_step
from proposals.states import REFERRAL_STEPS

Data = dict[str, Any]


@dataclass(frozen=True)
class ReferralStep:
    name: str
    hint: str | Promise
    done: str | Promise
    form: type[forms.Form]
    run: Callable[[User, Referral, Data], object]

    @property
    def label(self) -> str | Promise:
        return REFERRAL_STEPS[self.name].label


def open_pause(referral: Referral) -> Pause | None:
    return Pause.objects.for_cause().open().filter(referral=referral).first()


def _run_on(user: User, referral: Referral, data: Data) -> object:
    pause = open_pause(referral)
    if pause is None:
        raise Refused(_("This pause has ended already. Nothing was changed."))
    return end_pause_for_cause(user=user, pause=pause, **data)


STEPS = {
    step.name: step
    for step in (
        ReferralStep(
            "pause",
            _(
                "For a disaster or another cause that nobody answers for (Article 51 V of the Administrative "
                "Procedure Act). Reason and evidence are public; everybody concerned is told."
            ),
            _("The clock stands."),
            PauseForm,
            lambda user, referral, data: pause_for_cause(user=user, referral=referral, **data),
        ),
        ReferralStep(
            "run_on",
            _("Each open date moves by the days that the pause took; everybody concerned is told."),
            _("The clock runs on."),
            RunOnForm,
            _run_on,
        ),
        ReferralStep(
            "prove",
            _(
                "A letter of the ministry dated on the due day or before takes a wrong mark of lateness "
                "away. Number and date are public, and so is every later correction."
            ),
            _("Recorded, with a public trace."),
            ProofForm,
            lambda user, referral, data: prove_reply(user=user, referral=referral, **data),
        ),
    )
}


def steps_open_to(user: User, referral: Referral) -> list[ReferralStep]:
    shut = "pause" if open_pause(referral) else "run_on"
    return [
        step for name, step in STEPS.items() if name != shut and can_take_referral_step(user, referral, name)
    ]


def step_page(model_admin: Any, request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """One step on a page of its own; what is refused comes back with everything that was typed."""
    referral = model_admin.get_object(request, str(pk))
    if step not in STEPS:
        raise Http404
    chosen = STEPS[step]
    if not can_take_referral_step(request.user, referral, step):
        raise PermissionDenied
    initial = {"initial": ProofForm.known(referral)} if chosen.form is ProofForm else {}
    form = chosen.form(request.POST) if request.method == "POST" else chosen.form(**initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with Attempt() as attempt:
                chosen.run(request.user, referral, form.cleaned_data)
                messages.success(request, chosen.done)
                return redirect("admin:proposals_referral_change", pk)
            status = attempt.told_in(form)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": chosen.label,
        "opts": model_admin.opts,
        "step": chosen,
        "referral": referral,
        "form": form,
    }
    return TemplateResponse(request, "admin/proposals/referral/step.html", context, status=status)
