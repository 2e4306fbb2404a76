"""The list of an umbrella member's own members, as those who keep it see it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from members import clock
from members.actions.umbrellas import add_own_members, end_own_member
from members.forms.applications import OwnMembersForm
from members.models import Organisation
from members.permissions import keeps_own_members
from members.refusals import Refused


@login_required
@never_cache
def own_members(request: HttpRequest, slug: str) -> HttpResponse:
    """Adding names, and taking one off; for everybody else there is no such page."""
    umbrella = get_object_or_404(Organisation.objects.members(), slug=slug)
    if not keeps_own_members(request.user, umbrella):
        raise Http404
    rows = umbrella.own_members.listed()
    ends = request.POST.get("end", "") if request.method == "POST" else ""
    form = OwnMembersForm(
        request.POST if request.method == "POST" and not ends else None,
        initial={"starts_on": clock.today()},
    )
    status = 200
    try:
        if ends:
            chosen = int(ends) if ends.isascii() and ends.isdigit() and len(ends) < 12 else 0
            end_own_member(user=request.user, own_member=get_object_or_404(rows, pk=chosen))
            messages.success(request, _("Taken off the list."))
            return redirect("members:own_members", slug)
        if form.is_bound and form.is_valid():
            added = add_own_members(user=request.user, umbrella=umbrella, **form.cleaned_data)
            said = ngettext("%(n)d name was added.", "%(n)d names were added.", len(added))
            messages.success(request, said % {"n": len(added)})
            return redirect("members:own_members", slug)
    except Refused as refusal:
        status = 409
        form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    if form.errors and status == 200:
        status = 422
    context = {"organisation": umbrella, "rows": list(rows), "form": form}
    return render(request, "members/own_members.html", context, status=status)
