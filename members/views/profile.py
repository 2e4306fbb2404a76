"""The profile of a member: the page on which it is written, and its logo."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from members.actions.profiles import content_of, save_profile, set_logo
from members.forms.profiles import WholeProfile
from members.models import Organisation, Profile
from members.pages import public_page
from members.permissions import keeps_profile
from members.pictures import MAX_BYTES, TOO_LARGE
from members.refusals import Refused, Stale


@login_required
@never_cache
def profile(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything in one form, the logo in one of its own; for everybody else there is no such page."""
    organisation = get_object_or_404(Organisation.objects.members().select_related("profile"), slug=slug)
    if not keeps_profile(request.user, organisation):
        raise Http404
    if request.method == "POST" and "logo_step" in request.POST:
        return _logo(request, organisation)
    whole = WholeProfile(content_of(organisation), request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if whole.is_valid():
            try:
                stamp = whole.form.cleaned_data["stamp"]
                save_profile(user=request.user, organisation=organisation, content=whole.content, stamp=stamp)
                messages.success(request, _("The profile is saved."))
                return redirect("members:detail", slug)
            except Refused as refusal:
                status = 409
                whole.form.add_error(None, str(refusal))
                if isinstance(refusal, Stale):
                    organisation.refresh_from_db()
                    whole.renew(content_of(organisation).stamp)
    return _page(request, organisation, whole, status)


def _page(request: HttpRequest, organisation: Organisation, whole: WholeProfile, status: int) -> HttpResponse:
    context = {"organisation": organisation, "whole": whole, "form": whole.form}
    return render(request, "members/profile.html", context, status=status)


def _logo(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """A new logo, or none any more."""
    upload = request.FILES.get("logo")
    try:
        if request.POST["logo_step"] != "remove" and upload is None:
            raise Refused(_("Choose a picture first."))
        if upload is not None and (upload.size or 0) > MAX_BYTES:
            raise Refused(TOO_LARGE)
        set_logo(user=request.user, organisation=organisation, picture=upload.read() if upload else None)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _page(request, organisation, WholeProfile(content_of(organisation)), 422)
    messages.success(request, _("The logo is changed."))
    return redirect("members:profile", organisation.slug)


@require_safe
@public_page
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    """The logo of a member of today: always a PNG of our own making."""
    members = Organisation.objects.members().filter(slug=slug)
    profile = get_object_or_404(Profile.objects.exclude(logo=""), organisation__in=members)
    try:
        with profile.logo.open("rb") as stored:
            return HttpResponse(stored.read(), content_type="image/png")
    except FileNotFoundError as error:
        raise Http404 from error
