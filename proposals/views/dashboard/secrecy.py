"""Laying drafts before the proposer, who says what of them is secret."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from members.permissions import AnyUser
from members.refusals import Attempt, Refused
from proposals.actions import answering
from proposals.forms.answering import CheckForm
from proposals.models import AnswerDraft, Proposal, Referral, RestrictedPart, RestrictedText
from proposals.overlap import share_a_phrase

from .words import refusal_status

SECRET = (RestrictedText, RestrictedPart)


def check_secrecy(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The drafts, each to be ticked; those that repeat words of the restricted text are ticked already."""
    drafts = list(referral.answerdrafts.select_related("ask__law", "updated_by"))
    touching = touching_drafts(request.user, referral, drafts)
    is_post = request.method == "POST"
    form = CheckForm(
        request.POST if is_post else None,
        referral=referral,
        drafts=drafts,
        initial={"asks": [draft.ask_id for draft in touching]},
    )
    status, shut = 422 if is_post else 200, why_shut(referral)
    if is_post and form.is_valid():
        with Attempt() as attempt:
            answering.ask_secrecy_check(user=request.user, referral=referral, asks=form.cleaned_data["asks"])
            messages.success(request, _("The proposer has been asked; your clock stands still."))
            return redirect("proposals:referral", pk=referral.pk)
        form.add_error(None, str(attempt.refusal))
        referral.refresh_from_db(fields=["state"])
        status = refusal_status(request.user, referral, "check_secrecy", attempt.refusal)
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


def touching_drafts(user: AnyUser, referral: Referral, drafts: list[AnswerDraft]) -> list[AnswerDraft]:
    """The drafts that repeat a phrase of what is restricted, as far as the user may read it."""
    return _repeating(drafts, *(rows.objects.confided_to(user) for rows in SECRET), of=referral.proposal)


def repeats_what_is_sealed(user: AnyUser, referral: Referral, drafts: list[AnswerDraft]) -> bool:
    """Whether a draft repeats what the user could read before it was sealed, and may quote no more."""
    rows = (rows.objects.would_be_confided_to(user).sealed() for rows in SECRET)
    return referral.proposal.is_sealed and bool(_repeating(drafts, *rows, of=referral.proposal))


def _repeating(drafts: list[AnswerDraft], *rows: QuerySet, of: Proposal) -> list[AnswerDraft]:
    secrets = [text for found in rows for text in found.filter(proposal=of).values_list("text", flat=True)]
    return [draft for draft in drafts if any(share_a_phrase(draft.reason, secret) for secret in secrets)]
