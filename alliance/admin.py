"""The admin of those who run the alliance: one site, one sign-in, and what needs doing first."""

from collections.abc import Callable, Iterable
from functools import update_wrapper
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.functional import lazystr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.models import User
from workinggroups.permissions import may_enter_admin


class NameOfTheAlliance:
    def __str__(self) -> str:
        return settings.PORTAL_NAME.get(get_language() or settings.LANGUAGE_CODE, settings.PORTAL_NAME["en"])


class Suggestions(AutocompleteJsonView):
    """What a searchable select offers; people with their address, for names are not unique."""

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result = super().serialize_result(obj, to_field_name)
        return result | {"text": f"{obj} ({obj.email})"} if isinstance(obj, User) else result


class PortalAdminSite(admin.AdminSite):
    """Who may enter follows from today's roles; signing in and out is that of the whole portal.

    Only rows of our own apps have pages here: what libraries keep (addresses to verify, second
    factors, Django's permission groups) is changed by each person in the account, or by nobody.
    """

    site_header = site_title = lazystr(NameOfTheAlliance())
    index_title = _("What needs doing")
    enable_nav_sidebar = False
    own_apps: ClassVar = ("proposals", "workinggroups", "events", "members")
    first_models: ClassVar = (
        "Proposal",
        "Referral",
        "Meeting",
        "Organisation",
        "User",
        "Affiliation",
        "Invitation",
    )

    def has_permission(self, request: HttpRequest) -> bool:
        return may_enter_admin(request.user)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        models = model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        own = [model for model in models if model._meta.app_label in self.own_apps]
        super().register(own, admin_class, **options)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        """As Django's, but who is signed in without a seat here is told so, not asked to sign in again."""
        checked = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_permission(request):
                return self.turn_away(request)
            return checked(request, *args, **kwargs)

        return update_wrapper(guarded, checked)

    def turn_away(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.get_full_path(), reverse("account_login"))

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The portal's own sign-in, with its rate limits and second factor."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(reverse("admin:index"), reverse("account_login"))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return Suggestions.as_view(admin_site=self)(request)

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:index")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the redirect by content type, which would tell the address of any row."""
        return [url for url in super().get_urls() if getattr(url, "name", None) != "view_on_site"]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Apps from the case file down; in each what is opened daily comes first."""
        apps = super().get_app_list(request, app_label)
        first = {name: place for place, name in enumerate(self.first_models)}
        for app in apps:
            app["models"].sort(key=lambda model: first.get(model["object_name"], len(first)))
        return sorted(apps, key=lambda app: self.own_apps.index(app["app_label"]))

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        from alliance.todo import todo

        return super().index(request, {"todo": todo(request.user), **(extra_context or {})})
