"""“My interests”: a page of one's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from members.permissions import represented
from members.refusals import Refused
from proposals.actions.interests import enter_interest
from proposals.forms.interests import InterestForm
from workinggroups.models import InterestDeclaration


@login_required
@never_cache
def interests(request: HttpRequest) -> HttpResponse:
    """One's own declarations, in force and ended, and the form for another."""
    form = InterestForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            enter_interest(user=request.user, person=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            messages.success(request, _("Declared. From now on you take no part in cases that it touches."))
            return redirect("proposals:interests")
    elif form.is_bound:
        status = 422
    rows = InterestDeclaration.objects.filter(user=request.user).select_related("organisation")
    own = list(rows)
    context = {
        "form": form,
        "current": [row for row in own if row.is_in_force],
        "ended": [row for row in own if not row.is_in_force],
        "represented": represented(request.user),
    }
    return render(request, "proposals/interests.html", context, status=status)
