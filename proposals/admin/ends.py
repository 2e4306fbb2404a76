"""Other ways by which roles end: an account that is closed, a period, a group, a membership, a body.

None of them leaves work behind in silence: what would be with nobody is named, with the page that hands it
over. The admin of the floors below does not know what hangs on a role.
"""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members import clock
from members.admin.organisations import OrganisationAdmin
from members.admin.people import PersonForm, UserAdmin
from members.admin.secretariat import SecretariatTermAdmin
from members.forms.organisations import OrganisationForm
from members.models import Affiliation, Organisation, SecretariatTerm, User
from members.permissions import is_secretariat
from members.refusals import Attempt
from members.said import day
from proposals.actions.leaving import end_membership
from proposals.actions.takeover import DRAFTS_ARE_KEPT
from proposals.forms.leaving import MembershipForm
from proposals.models.leftovers import Role, left_behind, work_of_body, work_of_group, work_of_member
from workinggroups.admin.groups import GroupForm, WorkingGroupAdmin
from workinggroups.admin.offices import NextPeriodForm, PeriodAdmin
from workinggroups.models import Period, WorkingGroup

from .leaving import check_nothing_left, leave_url, named

REPRESENTATIVE = Affiliation.Role.REPRESENTATIVE


def roles_of(user: User) -> list[Role]:
    """All that have not ended, those to come too."""
    today = clock.today()
    return [
        *user.affiliations.exclude(ends_on__lte=today).select_related("organisation", "user"),
        *user.seats.exclude(ends_on__lte=today).select_related("group", "user"),
    ]


class LeavingPersonForm(PersonForm):
    """An account is closed once what hangs on its roles is handed over."""

    def clean_is_active(self) -> bool:
        active, today = super().clean_is_active(), clock.today()
        if not active and "is_active" in self.changed_data:
            check_nothing_left([(role, left_behind(role, today)) for role in roles_of(self.instance)], today)
        return active


class LeavingNextPeriodForm(NextPeriodForm):
    """Whoever does not go on hands over first what is theirs alone. Who follows is entered afterwards, so
    that an office without anybody is no reason to refuse."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts_on = data.get("starts_on")
        if starts_on and "kept" in data:
            kept = {seat.pk for seat in data["kept"]}
            going = [row for row in self.fields["kept"].queryset if row.pk not in kept]
            ending = [row for row in going if row.ends_on is None or row.ends_on > starts_on]
            left = ((row, [w for w in left_behind(row, starts_on) if w.is_own]) for row in ending)
            check_nothing_left(left, starts_on)
        return data


class LeavingGroupForm(GroupForm):
    """A group ends once its cases are decided or moved, and its meetings and minutes finished."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.closes_on and (works := work_of_group(self.instance, self.closes_on)):
            text = _(
                "It still has: %(what)s. Decide the cases or move them to another group, hold or cancel the "
                "meetings, publish the minutes; then end it."
            )
            self.add_error("ends_on", text % {"what": named(works)})
        return data


class LeavingOrganisationForm(OrganisationForm):
    """A day on which a membership or a body ends is entered here where nothing hangs on it."""

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for field, refused in (("left_on", membership_left), ("valid_to", body_left)):
            if self.instance.pk is None or field not in self.changed_data or not values.get(field):
                continue
            if text := refused(self.instance, values[field], str(values.get("left_for") or "")):
                self.add_error(field, text)
        return values


def membership_left(row: Organisation, on: date, reason: str = "") -> str:
    """What stands against ending a membership without a look at what it leaves behind; empty where nothing
    does. A later day than the one entered before needs no second look."""
    if row.joined_on is None or (row.left_on is not None and on >= row.left_on):
        return ""
    works = work_of_member(row)
    if not works:
        return ""
    said = gettext("This would be left behind: %(what)s.") % {"what": named(works)}
    address = reverse("admin:members_organisation_leave", args=[row.pk])
    address = f"{address}?{urlencode({'on': on.isoformat(), 'reason': reason})}"
    return format_html('{} <a href="{}">{}</a>', said, address, gettext("See it, and end the membership"))


def body_left(row: Organisation, on: date, _reason: str = "") -> str:
    """A body with open matters ends by a reorganisation, which passes them to another one."""
    works = work_of_body(row) if row.is_body and (row.valid_to is None or on < row.valid_to) else []
    if not works:
        return ""
    said = gettext("This would be left with nobody: %(what)s.") % {"what": named(works)}
    address = reverse("admin:proposals_reorganisation_add")
    return format_html('{} <a href="{}">{}</a>', said, address, gettext("Enter the reorganisation"))


admin.site.unregister([User, Period, WorkingGroup, Organisation, SecretariatTerm])


@admin.register(User)
class LeavingUserAdmin(UserAdmin):
    form = LeavingPersonForm


@admin.register(Period)
class LeavingPeriodAdmin(PeriodAdmin):
    next_form = LeavingNextPeriodForm


@admin.register(WorkingGroup)
class LeavingGroupAdmin(WorkingGroupAdmin):
    form = LeavingGroupForm


@admin.register(SecretariatTerm)
class LeavingSecretariatAdmin(SecretariatTermAdmin):
    """The preview of a hand-over says what those who leave would keep; their last one cannot leave before."""

    def own_work(self, leaving: list[Affiliation], on: date) -> list[tuple[User, str]]:
        left = ((row.user, [w for w in left_behind(row, on) if w.is_own]) for row in leaving)
        return [(person, named(works)) for person, works in left if works]


@admin.register(Organisation)
class LeavingOrganisationAdmin(OrganisationAdmin):
    """With the page on which a membership ends."""

    form = LeavingOrganisationForm

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.leave_view)
        return [path("<int:pk>/leave/", view, name="members_organisation_leave"), *super().get_urls()]

    def leave_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What the organisation leaves behind, and who of it has something of their own; the POST ends it."""
        row: Any = self.get_object(request, str(pk))
        if not is_secretariat(request.user):
            raise PermissionDenied
        asked = {"on": request.GET.get("on", ""), "reason": request.GET.get("reason", "")}
        form, status = MembershipForm(request.POST or None, initial=asked), 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                with Attempt() as attempt:
                    end_membership(user=request.user, organisation=row, **form.cleaned_data)
                    said = gettext("The membership ends on %(day)s.")
                    messages.success(request, said % {"day": day(form.cleaned_data["on"], "year")})
                    return redirect("admin:members_organisation_change", row.pk)
                status = attempt.told_in(form)
        context = {
            **self.admin_site.each_context(request),
            "title": _("End a membership"),
            "opts": self.opts,
            "organisation": row,
            "form": form,
            "is_member": row.joined_on is not None and not row.has_left,
            "works": work_of_member(row),
            "people": _people_of(row, asked["on"]),
            "kept_for": DRAFTS_ARE_KEPT.days,
        }
        return TemplateResponse(request, "admin/proposals/leaving/membership.html", context, status=status)


def _people_of(row: Organisation, on: str) -> list[tuple[Affiliation, str]]:
    """Its representatives, each with the page on which what is their own is handed over."""
    ends_on = _day(on)
    rows = row.affiliations.with_role(REPRESENTATIVE).exclude(ends_on__lte=clock.today())
    people = rows.select_related("user", "organisation").order_by("user__name", "pk")
    return [(role, leave_url(role, ends_on)) for role in people]


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
