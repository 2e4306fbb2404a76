"""Laying drafts before the proposer, who says what of them is secret."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from members.refusals import NotAllowed, Refused
from proposals.actions import answering
from proposals.forms.answering import CheckForm
from proposals.models import AnswerDraft, Referral, RestrictedPart, RestrictedText
from proposals.overlap import share_a_phrase

from .words import refusal_status


def check_secrecy(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The drafts, each to be ticked; those that repeat words of the restricted text are ticked already."""
    drafts = list(referral.answerdrafts.select_related("ask__law", "updated_by"))
    touching = touching_drafts(referral, drafts)
    is_post = request.method == "POST"
    form = CheckForm(
        request.POST if is_post else None,
        referral=referral,
        drafts=drafts,
        initial={"asks": [draft.ask_id for draft in touching]},
    )
    status, shut = 422 if is_post else 200, why_shut(referral)
    if is_post and form.is_valid():
        try:
            answering.ask_secrecy_check(user=request.user, referral=referral, asks=form.cleaned_data["asks"])
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            form.add_error(None, str(refusal))
            referral.refresh_from_db(fields=["state"])
            status = refusal_status(request.user, referral, "check_secrecy", refusal)
        else:
            messages.success(request, _("The proposer has been asked; your clock stands still."))
            return redirect("proposals:referral", pk=referral.pk)
    context = {
        "referral": referral,
        "proposal": referral.proposal,
        "form": form,
        "drafts": drafts,
        "touching": touching,
        "shut": shut,
    }
    return render(request, "proposals/dashboard/check_secrecy.html", context, status=status)


def why_shut(referral: Referral) -> str:
    """Why no check can be asked for, or nothing."""
    try:
        answering.check_secrecy_open(referral)
    except Refused as refusal:
        return str(refusal)
    return ""


def touching_drafts(referral: Referral, drafts: list[AnswerDraft]) -> list[AnswerDraft]:
    """The drafts that repeat a phrase of what is restricted, which the body may read."""
    case = referral.proposal
    secrets = [
        *RestrictedText.objects.filter(proposal=case).exclude(text="").values_list("text", flat=True),
        *RestrictedPart.objects.filter(proposal=case).values_list("text", flat=True),
    ]
    return [draft for draft in drafts if any(share_a_phrase(draft.reason, secret) for secret in secrets)]
