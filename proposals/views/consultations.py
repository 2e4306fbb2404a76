"""Where a ministry finds the cases on which it is invited to comment, without a clock."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from members.permissions import answers_for, bodies_of
from members.refusals import Refused
from proposals.actions.consultations import comment_as_invited, decline_invitation
from proposals.forms.consultations import CommentForm
from proposals.models import Ask, Consultation
from proposals.states import COMMENTED_IN

from .dashboard.access import for_bodies_only
from .limits import TEXT_LIMIT, limited


@for_bodies_only
def consultations(request: HttpRequest) -> HttpResponse:
    """The invitations of the reader's bodies, those that wait first."""
    rows = Consultation.objects.visible_to(request.user).filter(ministry__in=bodies_of(request.user))
    rows = rows.select_related("proposal__group", "ministry").order_by("commented_at", "-invited_at")
    rows = sorted(rows[:200], key=lambda row: row.proposal.state not in COMMENTED_IN)
    return render(request, "proposals/consultations/list.html", {"rows": rows, "open_in": COMMENTED_IN})


@limited(TEXT_LIMIT)
@for_bodies_only
def consultation(request: HttpRequest, pk: int) -> HttpResponse:
    """One invitation: what the case asks, and the comment; what is refused keeps what was typed."""
    rows = Consultation.objects.visible_to(request.user).filter(ministry__in=bodies_of(request.user))
    row = rows.select_related("proposal__group", "proposal__organisation", "ministry").filter(pk=pk).first()
    if row is None:
        raise Http404
    may_comment = answers_for(request.user, row.ministry)
    form = CommentForm(request.POST or None, initial={"text": row.text})
    status = 200
    if request.method == "POST":
        if not may_comment:
            raise Http404
        status = 422
        is_declined = "decline" in request.POST
        if is_declined or form.is_valid():
            try:
                if is_declined:
                    decline_invitation(user=request.user, consultation=row)
                else:
                    comment_as_invited(user=request.user, consultation=row, **form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("proposals:consultation", row.pk)
    context = {
        "row": row,
        "case": row.proposal,
        "asks": Ask.objects.filter(proposal=row.proposal).select_related("law"),
        "form": form,
        "may_comment": may_comment and row.proposal.state in COMMENTED_IN,
    }
    return render(request, "proposals/consultations/one.html", context, status=status)
