from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from members.permissions import bodies_of
from workinggroups.permissions import may_enter_admin

EXEMPT = ("/accounts/", "/en/accounts/", "/static/", "/livez", "/readyz", "/status")

POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "usb",
    )
)


class PermissionsPolicyMiddleware:
    """Tells browsers that no page of the portal asks for cameras, places or payments."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response


class MfaRequiredMiddleware:
    """Sends those who run the alliance or answer for a ministry to set up two-step sign-in first.

    Only where MFA_REQUIRED is on. Nothing else than the account pages opens before it is done.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.MFA_REQUIRED and self._must_set_up(request):
            messages.info(request, _("Your role needs two-step sign-in. Set it up here, then go on."))
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        user = request.user
        if not user.is_authenticated or request.path_info.startswith(EXEMPT):
            return False
        return bool(bodies_of(user) or may_enter_admin(user)) and not is_mfa_enabled(user)
