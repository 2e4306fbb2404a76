"""A proposer asks that an officer of the group takes no part in its case (迴避)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from members.refusals import Refused
from proposals.actions.recusal import request_recusal
from proposals.forms.recusal import RequestRecusalForm
from proposals.models import Recusal
from proposals.permissions import can_take_step

from .limits import TEXT_LIMIT, limited
from .party import own_case, page


@limited(TEXT_LIMIT)
@login_required
def recusal(request: HttpRequest, number: str) -> HttpResponse:
    """Which seat, and why; below it what became of earlier requests."""
    case = own_case(request, number)
    form = RequestRecusalForm(request.POST if request.method == "POST" else None, case=case)
    refused = None
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            request_recusal(user=request.user, proposal=case, seat=form.chosen, reason=reason)
        except Refused as why:
            refused = why
        else:
            messages.success(request, _("Asked. The secretariat decides and tells you its reason."))
            return redirect(case)
    own = Recusal.objects.visible_to(request.user).filter(proposal=case, kind=Recusal.Kind.REQUESTED)
    possible = can_take_step(request.user, case, "request_recusal") and bool(form.seats)
    return page(request, "recusal", case, form, refused, possible=possible, requests=own)
