"""“I am away”: a page of one's own account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from members import clock
from members.actions.absences import end_absence, enter_absence
from members.forms.people import AbsenceForm
from members.models import Absence
from members.refusals import Refused


@login_required
@never_cache
def away(request: HttpRequest) -> HttpResponse:
    """One's own absences, running and to come, each with a button to end it, and the form for another."""
    own = Absence.objects.filter(user=request.user).to_come(clock.today())
    ends = request.POST.get("end", "") if request.method == "POST" else ""
    form = AbsenceForm(request.POST if request.method == "POST" and not ends else None)
    try:
        if ends:
            end_absence(user=request.user, absence=get_object_or_404(own, pk=_number(ends)))
            messages.success(request, _("You are back: letters reach you again."))
            return redirect("members:away")
        if form.is_bound and form.is_valid():
            enter_absence(user=request.user, **form.cleaned_data)
            messages.success(request, _("Entered. While you are away letters go to your colleagues."))
            return redirect("members:away")
    except Refused as refusal:
        form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
    context = {"form": form, "absences": own, "today": clock.today()}
    return render(request, "members/away.html", context, status=422 if form.errors else 200)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
