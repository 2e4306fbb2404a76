"""Where the secretariat enters what a ministry answers by letter, ask by ask, with the scan."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from members.refusals import Attempt
from proposals.actions.paper import enter_paper_answer
from proposals.forms.paper import PaperForm, said_forms
from proposals.permissions import can_take_referral_step
from proposals.states import REFERRAL_STEPS


def paper_page(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """What is refused comes back with everything that was typed; the file is chosen again."""
    referral = model_admin.get_object(request, str(pk))
    if not can_take_referral_step(request.user, referral, "enter_paper"):
        raise PermissionDenied
    sent = request.POST if request.method == "POST" else None
    form = PaperForm(sent, request.FILES if sent is not None else None)
    said = said_forms(referral, sent)
    status = 200
    if sent is not None:
        status = 422
        if all([form.is_valid(), *(one.is_valid() for one in said)]):
            answers = {one.ask.pk: one.cleaned_data for one in said if one.cleaned_data["outcome"]}
            with Attempt() as attempt:
                enter_paper_answer(user=request.user, referral=referral, answers=answers, **form.cleaned_data)
                messages.success(request, _("Published as the ministry's answer; the ministry is told."))
                return redirect("admin:proposals_referral_change", pk)
            status = attempt.told_in(form)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": REFERRAL_STEPS["enter_paper"].label,
        "opts": model_admin.opts,
        "referral": referral,
        "form": form,
        "said": said,
    }
    return TemplateResponse(request, "admin/proposals/referral/paper.html", context, status=status)
