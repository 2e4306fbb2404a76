"""What the parties of a case do on its page: reply, complete, withdraw, close, open its files."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from members.refusals import NotAllowed, Refused
from members.said import day
from proposals.actions.aftermath import rate_and_close
from proposals.actions.files import open_file
from proposals.actions.proposer import (
    check_prolongation,
    prolong_own_period,
    reply_to_question,
    send_information,
    withdraw_proposal,
)
from proposals.forms.aftermath import ClosingForm
from proposals.forms.party import InformationForm, ProlongForm, ReplyForm, WithdrawForm
from proposals.models import (
    AnswerRating,
    Attachment,
    Deadline,
    Proposal,
    Question,
    RestrictedPart,
    TimelineEntry,
)
from proposals.models.deadlines import Kind
from proposals.models.takeovers import lead_at
from proposals.permissions import can_take_referral_step, can_take_step, leads
from proposals.states import ProposalState

from .gone import gone, sealed
from .limits import TEXT_LIMIT, limited

WORDS = {
    "information": (gettext_lazy("Send the information"), gettext_lazy("Send")),
    "reply": (gettext_lazy("Reply to the ministry"), gettext_lazy("Send the reply")),
    "prolong": (gettext_lazy("Prolong your period"), ""),
    "withdraw": (gettext_lazy("Withdraw"), ""),
    "secrecy": (gettext_lazy("Check for business secrets"), gettext_lazy("Send")),
    "recusal": (gettext_lazy("Ask for a recusal"), gettext_lazy("Ask for a recusal")),
    "close": (gettext_lazy("Accept the answer and close"), ""),
    "announce": (gettext_lazy("Open to the public"), ""),
    "stop": (gettext_lazy("Stop the opening"), ""),
}


def case_of(request: HttpRequest, number: str) -> Proposal:
    cases = Proposal.objects.visible_to(request.user).select_related("organisation", "taken_over_by", "group")
    return get_object_or_404(cases, number=number)


def own_case(request: HttpRequest, number: str) -> Proposal:
    """The case for its proposer; 404 for everybody else."""
    case = case_of(request, number)
    if not leads(request.user, case):
        raise Http404
    return case


def page(
    request: HttpRequest,
    name: str,
    case: Proposal,
    form: Form,
    refused: Refused | None = None,
    **context: object,
) -> HttpResponse:
    """The form of one step; with `refused` it says why nothing was done, and keeps what was typed."""
    step, button = WORDS[name]
    context |= {"case": case, "form": form, "refused": refused, "step": step, "button": button}
    status = 409 if refused else 422 if form.errors else 200
    return render(request, f"proposals/party/{name}.html", context, status=status)


@require_safe
def attachment(request: HttpRequest, number: str, file_id: UUID) -> HttpResponse:
    """A file for those who may read it today, 410 where it is sealed from them, 404 for everybody else."""
    rows = Attachment.objects.filter(pk=file_id, proposal__number=number)
    rows = rows.select_related("proposal__organisation", "proposal__taken_over_by", "proposal__group")
    if shut := rows.sealed_from(request.user).first():
        return sealed(request, shut.proposal, status=410)
    file = get_object_or_404(rows.visible_to(request.user))
    if file.withdrawn_on is not None:
        return gone(request, file.proposal, file)
    return served(request, file)


def served(request: HttpRequest, file: Attachment) -> HttpResponse:
    """The file as a download that no browser runs, guesses at or keeps."""
    try:
        opened = open_file(user=request.user, attachment=file)
    except (NotAllowed, FileNotFoundError) as error:
        raise Http404 from error
    response = FileResponse(opened, as_attachment=True, filename=file.name, content_type=file.content_type)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@limited(TEXT_LIMIT)
@login_required
def information(request: HttpRequest, number: str) -> HttpResponse:
    """What the group asks for, and the form to send it."""
    case = own_case(request, number)
    form = InformationForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            send_information(user=request.user, proposal=case, text=form.cleaned_data["text"])
        except Refused as reason:
            refused = reason
        else:
            messages.success(request, _("Sent. The group goes on with your case; its clock runs again."))
            return redirect(case)
    asked = (
        TimelineEntry.objects.visible_to(request.user)
        .filter(proposal=case, kind="information_asked")
        .select_related("note")
        .last()
    )
    deadline = Deadline.objects.unsettled().filter(proposal=case, kind=Kind.INFORMATION).first()
    possible = can_take_step(request.user, case, "resubmit")
    context = {"asked": asked, "deadline": deadline, "possible": possible, "longer": longer(deadline)}
    return page(request, "information", case, form, refused, **context)


def longer(deadline: Deadline | None) -> date | None:
    """Until when the proposer may prolong its period; None where it may not (any more)."""
    if deadline is None:
        return None
    try:
        return check_prolongation(deadline)
    except Refused:
        return None


def question_of(request: HttpRequest, case: Proposal, question_id: int) -> Question:
    rows = Question.objects.visible_to(request.user).select_related(
        "referral__ministry", "referral__proposal__organisation"
    )
    return get_object_or_404(rows, pk=question_id, referral__proposal=case)


@limited(TEXT_LIMIT)
@login_required
def reply(request: HttpRequest, number: str, question_id: int) -> HttpResponse:
    """A ministry's question, until when, and the form to reply."""
    case = own_case(request, number)
    question = question_of(request, case, question_id)
    if question.is_secrecy_check:
        return redirect("proposals:secrecy", number=case.number, question_id=question.pk)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            reply_to_question(user=request.user, question=question, **form.cleaned_data)
        except Refused as reason:
            refused = reason
        else:
            sent = _("Sent to %s. Its clock runs again.") % question.referral.ministry.name
            messages.success(request, sent)
            return redirect(case)
    possible = question.is_open and can_take_referral_step(request.user, question.referral, "reply")
    parts = RestrictedPart.objects.visible_to(request.user).filter(question=question)
    context = {
        "question": question,
        "possible": possible,
        "longer": longer(question.deadlines.first()),
        "restricted": {part.side: part.text for part in parts},
        "is_shut": RestrictedPart.objects.sealed_from(request.user).filter(question=question).exists(),
        "replier": lead_at(case, question.replied_at) if question.replied_at else None,
    }
    return page(request, "reply", case, form, refused, **context)


@limited(TEXT_LIMIT)
@login_required
def prolong_information(request: HttpRequest, number: str) -> HttpResponse:
    """More time to complete the case."""
    case = own_case(request, number)
    deadline = Deadline.objects.filter(proposal=case, kind=Kind.INFORMATION).order_by("pk").last()
    return prolong(request, case, deadline, redirect("proposals:information", number=case.number))


@limited(TEXT_LIMIT)
@login_required
def prolong_reply(request: HttpRequest, number: str, question_id: int) -> HttpResponse:
    """More time to reply to a ministry."""
    case = own_case(request, number)
    question = question_of(request, case, question_id)
    back = redirect("proposals:reply", number=case.number, question_id=question.pk)
    return prolong(request, case, question.deadlines.first(), back)


def prolong(
    request: HttpRequest, case: Proposal, deadline: Deadline | None, back: HttpResponse
) -> HttpResponse:
    """Says the new day before it is confirmed, or why there is none."""
    form = ProlongForm(request.POST if request.method == "POST" else None)
    refused, until = None, None
    try:
        if deadline is None:
            raise Refused(_("No information is asked for at present."))
        until = check_prolongation(deadline)
        if request.method == "POST" and form.is_valid():
            prolong_own_period(user=request.user, deadline=deadline, reason=form.cleaned_data["reason"])
            messages.success(request, _("Prolonged. The last day is now %s.") % day(until, "year"))
            return back
    except Refused as reason:
        refused = reason
    status = 409 if refused and request.method == "POST" else 422 if form.errors else 200
    step, _button = WORDS["prolong"]
    context = {"case": case, "form": form, "step": step, "refused": refused, "until": until, "back": back.url}
    return render(request, "proposals/party/prolong.html", context | {"deadline": deadline}, status=status)


@limited(TEXT_LIMIT)
@login_required
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """What withdrawing means, and the button that does it."""
    case = own_case(request, number)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_proposal(user=request.user, proposal=case, text=form.cleaned_data["text"])
        except Refused as reason:
            refused = reason
        else:
            messages.success(request, _("Case %s has been withdrawn.") % case.number)
            return redirect(case)
    context = {
        "possible": can_take_step(request.user, case, "withdraw"),
        "bodies": [r.ministry for r in case.referrals.open().select_related("ministry")],
    }
    return page(request, "withdraw", case, form, refused, **context)


@limited(TEXT_LIMIT)
@login_required
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Accepting the answer ends the case before its period has passed; a rating may go with it."""
    case = own_case(request, number)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            closed = rate_and_close(user=request.user, proposal=case, **form.cleaned_data)
        except Refused as reason:
            refused = reason
        else:
            said = _("You have accepted the answer. Case %s stays open until what was promised is done.")
            if closed.state == ProposalState.CLOSED:
                said = _("You have accepted the answer. Case %s is closed.")
            messages.success(request, said % case.number)
            return redirect(case)
    deadline = Deadline.objects.unsettled().filter(proposal=case, kind=Kind.CLOSING).first()
    possible = can_take_step(request.user, case, "close")
    context = {
        "deadline": deadline,
        "is_rated": AnswerRating.objects.filter(proposal=case, round=case.round).exists(),
        "promises": case.follow_ups.open().count(),
    }
    return page(request, "close", case, form, refused, possible=possible, **context)
