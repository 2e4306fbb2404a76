"""更正: another version of a published answer, ask by ask."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from members.permissions import bodies_of
from members.refusals import Attempt, Stale
from proposals.actions import answering
from proposals.forms.answering import CorrectForm
from proposals.models import Answer, Referral
from proposals.permissions import can_answer

from .words import refusal_status


def correct(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Which answer, where there are several; then its text as it stands, to be published anew."""
    answers = list(referral.answers.current().select_related("ask__law"))
    answer = chosen(request, answers)
    if answer is None:
        context = {"referral": referral, "proposal": referral.proposal, "answers": answers}
        context["back"] = back_from(request, referral)
        return render(request, "proposals/dashboard/correct_which.html", context)
    is_post = request.method == "POST"
    outcomes = answering.possible_outcomes(referral)
    form = CorrectForm(request.POST if is_post else None, referral=referral, answer=answer, outcomes=outcomes)
    status = 422 if is_post else 200
    if is_post and form.is_valid():
        with Attempt() as attempt:
            answering.correct_answer(
                user=request.user,
                answer=seen(referral, form.cleaned_data["answer"]),
                change=form.cleaned_data["change"],
                reason=form.cleaned_data["change_reason"],
                fields=form.typed,
                approved_on=form.cleaned_data["approved_on"],
                document_number=form.cleaned_data["document_number"],
            )
            messages.success(request, _("Published. The version before stays readable beside it."))
            return redirect(back_from(request, referral))
        form.add_error(None, str(attempt.refusal))
        referral.refresh_from_db(fields=["state"])
        status = (
            409
            if isinstance(attempt.refusal, Stale)
            else refusal_status(request.user, referral, "correct", attempt.refusal)
        )
        answer = referral.answers.current().select_related("ask__law").get(ask=answer.ask_id)
        form.data = form.data.copy()
        form.data["answer"] = answer.pk
    promise = referral.follow_ups.open().filter(ask=answer.ask_id).select_related("ministry").first()
    context = {
        "referral": referral,
        "proposal": referral.proposal,
        "form": form,
        "answer": answer,
        "ask": answer.ask,
        "back": back_from(request, referral),
        "promise": promise,
        "is_own_promise": promise is not None and promise.ministry in bodies_of(request.user),
    }
    return render(request, "proposals/dashboard/correct.html", context, status=status)


def back_from(request: HttpRequest, referral: Referral) -> str:
    """The part's own page, for the body whose it is; for a successor the page of the case."""
    if can_answer(request.user, referral):
        return reverse("proposals:referral", args=[referral.pk])
    return referral.proposal.get_absolute_url()


def chosen(request: HttpRequest, answers: list[Answer]) -> Answer | None:
    """The answer to the ask that the address names, or the only one; None where there are several."""
    number = request.GET.get("ask", "")
    if not number:
        return answers[0] if len(answers) == 1 else None
    for answer in answers:
        if str(answer.ask.number) == number:
            return answer
    raise Http404


def seen(referral: Referral, pk: int) -> Answer:
    """The version that the writer had before them."""
    found = referral.answers.filter(pk=pk).first() if 0 < pk < 2**63 else None
    if found is None:
        raise Http404
    return found
