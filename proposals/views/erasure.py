"""Deleting one's own account: what goes, what stays, and what has to be done before."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from members.models import ErasureRequest
from members.refusals import Refused
from proposals.actions.erasing import ask_for_erasure, standing_of, take_back_erasure


@login_required
@never_cache
@reauthentication_required(allow_get=True)
def erasure(request: HttpRequest) -> HttpResponse:
    """The page, and after the password once more the deletion, or the request for it."""
    user = request.user
    refused, status = "", 200
    if request.method == "POST":
        try:
            return _acted(request)
        except Refused as refusal:
            refused, status = str(refusal), 422
    context = {
        "refused": refused,
        "standing": standing_of(user),
        "waiting": ErasureRequest.objects.open().filter(user=user).first(),
    }
    return render(request, "members/account/erasure.html", context, status=status)


def _acted(request: HttpRequest) -> HttpResponse:
    if "take_back" in request.POST:
        take_back_erasure(user=request.user)
        messages.success(request, _("Taken back. Your account stays."))
        return redirect("proposals:erasure")
    if "sure" not in request.POST:
        raise Refused(_("Tick the box, so that nobody deletes an account by mistake. Nothing was changed."))
    row = ask_for_erasure(user=request.user)
    if row.outcome:
        logout(request)
        messages.success(request, _("Your account is deleted, and you are signed out."))
        return redirect("home")
    messages.success(
        request, _("Asked. The secretariat hands over what hangs on your account, then deletes it.")
    )
    return redirect("proposals:erasure")
