"""The page behind an invitation's link: it shows who is invited into what, and acts on POST only."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from members.actions import invitations
from members.forms.people import AccountForm
from members.models import Invitation, User
from members.refusals import Refused


@never_cache
@sensitive_post_parameters("password", "again")
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An open invitation with its form; a used or expired one says so; an unknown token is not found."""
    invitation = get_object_or_404(Invitation.objects.select_related("organisation"), token=token)
    if not Invitation.objects.open().filter(pk=invitation.pk).exists():
        return render(request, "members/invitation_over.html", {"invitation": invitation}, status=410)
    if User.objects.filter(email=invitation.email).exists():
        return _join(request, invitation)
    initial = {"name": invitation.name, "language": invitation.language}
    form = AccountForm(request.POST or None, initial=initial, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept_invitation(
                invitation=invitation,
                password=form.cleaned_data["password"],
                name=form.cleaned_data["name"],
                language=form.cleaned_data["language"],
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Welcome. Your account is open."))
            return perform_login(request, user)
    status = 422 if form.errors else 200
    return render(request, "members/invitation.html", {"invitation": invitation, "form": form}, status=status)


def _join(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """For somebody who has an account: the role is added once its owner has signed in."""
    can_join = request.user.is_authenticated and request.user.email == invitation.email
    if request.method == "POST" and can_join:
        try:
            invitations.join_by_invitation(invitation=invitation, user=request.user)
        except Refused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The role has been added to your account."))
        return redirect("home")
    context = {"invitation": invitation, "has_account": True, "can_join": can_join}
    return render(request, "members/invitation.html", context)
