"""承接: taking over a case whose lead has left the alliance."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from members.permissions import represented
from members.refusals import Refused
from proposals.actions.takeover import take_over as take_case_over
from proposals.forms.takeover import TakeoverForm
from proposals.models import Deadline, Proposal
from proposals.models.circles import organisations_to_inherit
from proposals.models.deadlines import Kind
from proposals.permissions import heirs_among

from .limits import TEXT_LIMIT, limited
from .party import case_of


@limited(TEXT_LIMIT)
@login_required
def take_over(request: HttpRequest, number: str) -> HttpResponse:
    """What it means, and the button; to those who come too late, who leads the case now."""
    case = case_of(request, number)
    own = heirs_among(request.user, case)
    if not own and not _might_have(request, case):
        raise Http404
    form = TakeoverForm(request.POST if request.method == "POST" else None, organisations=own)
    refused = None
    if request.method == "POST" and (form.is_valid() or not own):
        organisation = form.cleaned_data.get("organisation") or represented(request.user)[0]
        try:
            take_case_over(user=request.user, proposal=case, organisation=organisation)
        except Refused as reason:
            refused, own = reason, []
        else:
            said = _("%(name)s leads case %(number)s from now on.")
            messages.success(request, said % {"name": organisation.name, "number": case.number})
            return redirect(case)
    period = Deadline.objects.unsettled().filter(proposal=case, kind=Kind.TAKEOVER).first()
    context = {
        "case": case,
        "form": form,
        "refused": refused,
        "possible": bool(own),
        "period": period,
        "taken": case.takeovers.select_related("organisation").last(),
        "bodies": [row.ministry for row in case.referrals.open().select_related("ministry")],
    }
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "proposals/takeover/take_over.html", context, status=status)


def _might_have(request: HttpRequest, case: Proposal) -> bool:
    """Whether a period ran in which one of the user's organisations could have taken the case over."""
    own = [row.pk for row in represented(request.user)]
    ran = Deadline.objects.filter(proposal=case, kind=Kind.TAKEOVER)
    return bool(own) and organisations_to_inherit(case).filter(pk__in=own).exists() and ran.exists()
