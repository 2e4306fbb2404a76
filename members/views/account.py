"""One's own account: who I am here, what I may do, which letters come, and what I have agreed to."""

from allauth.account.adapter import get_adapter
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from members import clock
from members.actions.accounts import change_account, give_consent
from members.actions.choices import choices_of, choose_letters
from members.forms.account import LettersForm, OwnAccountForm
from members.privacy import NOTICE_VERSION, put_off
from members.refusals import Refused
from members.topics import ALWAYS


@login_required
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Name, language, ways of signing in, and every role that was ever held, with its dates."""
    user = request.user
    typed = request.POST if request.method == "POST" else None
    form = OwnAccountForm(typed, initial={"name": user.name, "language": user.language})
    if form.is_valid():
        try:
            changed = change_account(user=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            with override(changed.language):
                messages.success(request, _("Saved."))
                return redirect("members:account")
    context = {
        "form": form,
        "today": clock.today(),
        "affiliations": user.affiliations.select_related("organisation").order_by("-starts_on", "-pk"),
        "has_second_step": is_mfa_enabled(user),
        "consent": user.consents.first(),
    }
    return render(request, "members/account/overview.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def letters(request: HttpRequest) -> HttpResponse:
    """Which letters come at once, once a week, or never; and which always come, with the reason."""
    typed = request.POST if request.method == "POST" else None
    form = LettersForm(typed, initial=choices_of(request.user))
    if form.is_valid():
        choose_letters(user=request.user, choices=form.cleaned_data)
        messages.success(request, _("Saved. It holds for letters from now on."))
        return redirect("members:letters")
    context = {"form": form, "always": ALWAYS}
    return render(request, "members/account/letters.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def consent(request: HttpRequest) -> HttpResponse:
    """The privacy notice in force, to agree to or to put off; either way one goes on to one's own work."""
    if request.method == "POST":
        if "later" in request.POST:
            put_off(request.session)
        else:
            try:
                give_consent(user=request.user, version=request.POST.get("version", ""))
            except Refused as refusal:
                messages.error(request, str(refusal))
                return redirect("members:consent")
            messages.success(request, _("Thank you. Your consent is noted with its time."))
        return redirect(get_adapter(request).get_work_url(request))
    context = {"version": NOTICE_VERSION, "consents": request.user.consents.all()}
    return render(request, "members/account/consent.html", context)
