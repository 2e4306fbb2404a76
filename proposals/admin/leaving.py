"""Ending a role: what hangs on it is shown first, with somebody to choose for each; then it ends at once.

The admin of roles belongs to the floors below; what a role leaves behind is known up here only.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from members import clock
from members.admin.base import GivenByAnother
from members.admin.people import AffiliationAdmin
from members.models import Affiliation
from members.permissions import is_secretariat
from members.refusals import Attempt
from members.said import day
from proposals.actions.leaving import end_role
from proposals.forms.leaving import LeavingForm
from proposals.models.leftovers import (
    Role,
    Work,
    bodies_without_anybody,
    colleagues_of,
    groups_without_anybody,
    left_behind,
    members_without_anybody,
    work_of,
    would_be_deserted,
)
from workinggroups.admin.offices import SeatAdmin, SeatForm
from workinggroups.models import Seat


class Leaving:
    """Put in front of the admin of a dated role: a page on which it ends, with what hangs on it."""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_leave"  # type: ignore[attr-defined]
        view = self.admin_site.admin_view(self.leave_view)  # type: ignore[attr-defined]
        return [path("<int:pk>/leave/", view, name=name), *super().get_urls()]  # type: ignore[misc]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.identity, "ending") if obj else ()  # type: ignore[attr-defined]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = [*super().get_fields(request, obj)]  # type: ignore[misc]
        return [*fields, "ending"] if obj and "ending" not in fields else fields

    @admin.display(description=_("To end it"))
    def ending(self, obj: Any) -> SafeString | str:
        if has_ended(obj):
            return gettext("It has ended, and stays as it was.")
        return format_html('<a class="button" href="{}">{}</a>', leave_url(obj), gettext("End this role"))

    def leave_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What hangs on the role, and who takes it; the POST ends the role. A refusal changes nothing."""
        role: Any = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if not is_secretariat(request.user):
            raise PermissionDenied
        works = work_of(role)
        form = LeavingForm(
            request.POST or None,
            works=works,
            colleagues=colleagues_of(role),
            initial={"ends_on": asked_day(request) or role.ends_on or max(clock.today(), role.starts_on)},
        )
        status, refusal = 200, ""
        if request.method == "POST":
            status = 422
            if form.is_valid():
                with Attempt() as attempt:
                    passed = end_role(user=request.user, role=role, ends_on=form.day, takers=form.takers())
                    messages.success(request, said(form.day, len(passed)))
                    return redirect(change_url(role))
                status, refusal = 409, str(attempt.refusal)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "title": _("End a role"),
            "opts": self.opts,  # type: ignore[attr-defined]
            "role": role,
            "form": form,
            "works": works,
            "refusal": refusal,
            "has_ended": has_ended(role),
            "deserted": would_be_deserted(role, works, clock.today()),
            "back": change_url(role),
        }
        return TemplateResponse(request, "admin/proposals/leaving/leave.html", context, status=status)


def asked_day(request: HttpRequest) -> date | None:
    """The day with which another page leads here."""
    try:
        return parse_date(request.GET.get("ends_on", ""))
    except ValueError:
        return None


def has_ended(role: Role) -> bool:
    return role.ends_on is not None and role.ends_on <= clock.today()


def change_url(role: Role) -> str:
    return reverse(f"admin:{role._meta.app_label}_{role._meta.model_name}_change", args=[role.pk])


def leave_url(role: Role, on: date | None = None) -> str:
    address = reverse(f"admin:{role._meta.app_label}_{role._meta.model_name}_leave", args=[role.pk])
    return f"{address}?ends_on={on.isoformat()}" if on else address


def check_nothing_left(left: Iterable[tuple[Role, list[Work]]], on: date) -> None:
    """Raises a ValidationError that names what each role would leave with nobody, and leads to its page."""
    if errors := [_leads_to(role, works, on) for role, works in left if works]:
        raise ValidationError(errors)


def _leads_to(role: Role, works: list[Work], on: date) -> SafeString:
    text = gettext("%(role)s: on %(day)s this would be left with nobody: %(what)s.") % {
        "role": role,
        "day": day(on, "year"),
        "what": named(works),
    }
    return format_html('{} <a href="{}">{}</a>', text, leave_url(role, on), gettext("Hand it over first"))


def named(works: Iterable[Work]) -> str:
    """Each kind of work with how many of it there are; what is somebody's own by its name."""
    told = (f"{w.label} “{w.named[0]}”" if w.is_own else f"{w.label} ({len(w.rows)})" for w in works)
    return pgettext("list of names", ", ").join(told)


def said(on: date, count: int) -> str:
    passed = ngettext("%(n)d matter was handed over.", "%(n)d matters were handed over.", count)
    ends = gettext("The role ends on %(day)s.") % {"day": day(on, "year")}
    return f"{ends} {passed % {'n': count}}" if count else ends


admin.site.unregister([Affiliation, Seat])


@admin.register(Affiliation)
class LeavingAffiliationAdmin(Leaving, AffiliationAdmin):
    """Of organisations; with the list of what has nobody left."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = super().get_readonly_fields(request, obj)
        return (*fixed, "ends_on") if obj else fixed

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Of a role that is there nothing is typed, so nothing is checked."""
        if obj is not None:
            kwargs["form"] = GivenByAnother
        return super().get_form(request, obj, change, **kwargs)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.nobody_view)
        return [path("nobody/", view, name="members_affiliation_nobody"), *super().get_urls()]

    def nobody_view(self, request: HttpRequest) -> HttpResponse:
        """Organisations, bodies and groups with open work and nobody to do it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Without anybody"),
            "opts": self.opts,
            "members": list(members_without_anybody()),
            "bodies": list(bodies_without_anybody()),
            "groups": list(groups_without_anybody()),
        }
        return TemplateResponse(request, "admin/proposals/leaving/nobody.html", context)


class LeavingSeatForm(SeatForm):
    """An end that would leave work with nobody is planned on the page that hands it over."""

    def act(self, data: dict[str, Any]) -> Seat:
        row, ends_on = self.instance, data["ends_on"]
        if row.pk and ends_on and not has_ended(row) and (row.ends_on is None or ends_on < row.ends_on):
            check_nothing_left([(row, left_behind(row, ends_on))], ends_on)
        return super().act(data)


@admin.register(Seat)
class LeavingSeatAdmin(Leaving, SeatAdmin):
    """Of groups and of the alliance; the end of a term may still be planned on the page of the seat, where
    that leaves nothing with nobody."""

    form = LeavingSeatForm
