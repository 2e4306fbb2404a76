"""Seats and periods in the admin: who holds which office, and how a period passes into the next."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from members import clock
from members.admin.base import CurrentFirst, DatedRoleAdmin, GivenByAnother, WrittenByAction
from members.permissions import is_secretariat, reads_all
from members.refusals import Refused
from workinggroups.actions.offices import begin_next_period, change_seat, give_seat, seats_of_period
from workinggroups.models import Period, Seat
from workinggroups.permissions import triaged_groups

from .base import OfGroup
from .steps import StepForm


class SeatForm(WrittenByAction, GivenByAnother):
    class Meta:
        model = Seat
        fields = ("user", "group", "role", "organisation", "period", "starts_on", "ends_on", "named_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "starts_on" in self.fields:
            self.fields["starts_on"].required = False
            self.fields["starts_on"].initial = None
            self.initial["starts_on"] = None
            self.fields["starts_on"].help_text = _("Empty: the first day of the period, else today.")
        if "period" in self.fields:
            periods = Period.objects.select_related("group")
            if self.instance.pk:
                periods = periods.filter(group=self.instance.group_id)
            self.fields["period"].queryset = periods
            self.fields["period"].label_from_instance = lambda row: f"{row.group or '–'} · {row.name}"

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "role" in data:
            if data["role"] == Seat.Role.CHAIR and data.get("group"):
                self.add_error("group", _("The alliance's convener has no group."))
            if data["role"] != Seat.Role.CHAIR and not data.get("group"):
                self.add_error("group", _("Choose the group of this seat."))
        return super().clean()

    def act(self, data: dict[str, Any]) -> Seat:
        said = {name: data[name] for name in ("organisation", "period", "ends_on", "named_on")}
        if self.instance.pk:
            return change_seat(user=self.person, seat=self.instance, **said)
        first = {name: data[name] for name in ("group", "role", "starts_on")}
        return give_seat(user=self.person, person=data["user"], **first, **said)

    def _post_clean(self) -> None:
        """The action has checked it."""


class SeatsFirst(CurrentFirst):
    views = (
        *CurrentFirst.views,
        ("ending", pgettext_lazy("admin list", "Ending within 60 days"), lambda rows: rows.ending()),
    )


@admin.register(Seat)
class SeatAdmin(DatedRoleAdmin):
    form = SeatForm
    identity = ("user", "group", "role", "starts_on")
    list_display = ("user", "group", "office", "organisation", "starts_on", "ends_on", "named_on")
    list_filter = (SeatsFirst, "role", "group")
    list_select_related = ("user", "group", "organisation")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user", "organisation")
    fields = ("user", ("group", "role"), "organisation", "period", ("starts_on", "ends_on"), "named_on")

    @admin.display(description=_("role"), ordering="role")
    def office(self, seat: Seat) -> str:
        return seat.function

    def reads(self, request: HttpRequest, obj: Seat | None = None) -> bool:
        own = triaged_groups(request.user)
        return reads_all(request.user) or (bool(own) and (obj is None or obj.group_id in own))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        seats = super().get_queryset(request)
        return seats if reads_all(request.user) else seats.filter(group__in=triaged_groups(request.user))

    def save_model(self, request: HttpRequest, obj: Seat, form: Any, change: bool) -> None:
        """The action has written it."""


class NextPeriodForm(StepForm):
    """The days of the next period, and who of those in office goes on."""

    name_zh = forms.CharField(label=_("name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("name (English)"), max_length=160, required=False)
    starts_on = forms.DateField(label=_("from"), widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(
        label=_("until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day on which it no longer holds."),
    )
    kept = forms.ModelMultipleChoiceField(
        Seat.objects.none(),
        label=_("Who goes on in the next period"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The others' seats end on its first day, and with them what they may do."),
    )

    def __init__(self, *args: Any, period: Period, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.period = period
        today = clock.today()
        ending = period.ends_on if period.ends_on and period.ends_on > today else today
        first = max(ending, period.starts_on + timedelta(days=1))
        self.fields["starts_on"].initial = first
        self.fields["kept"].queryset = seats_of_period(period, first)
        self.fields["kept"].label_from_instance = _said


def _said(seat: Seat) -> str:
    return " · ".join(filter(None, [seat.function, seat.user.name, str(seat.organisation or "")]))


@admin.register(Period)
class PeriodAdmin(OfGroup):
    """Periods of the groups, and without a group those of the alliance."""

    next_form = NextPeriodForm
    change_form_template = "admin/workinggroups/period/change_form.html"
    list_display = ("name_zh", "name_en", "group", "starts_on", "ends_on", "seats_cell")
    list_filter = (CurrentFirst, "group")
    list_select_related = ("group",)
    fields = (("name_zh", "name_en"), "group", ("starts_on", "ends_on"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Period]:
        return super().get_queryset(request).annotate(seated=Count("seats"))

    def get_readonly_fields(self, request: HttpRequest, obj: Period | None = None) -> tuple[str, ...]:
        return ("group",) if obj else ()

    @admin.display(description=_("seats"), ordering="seated")
    def seats_cell(self, row: Any) -> str:
        return ngettext("%(count)d seat", "%(count)d seats", row.seated) % {"count": row.seated}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.next_view)
        return [path("<int:pk>/next/", view, name="workinggroups_period_next"), *super().get_urls()]

    def next_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next period: its days, and who of this one's officers goes on."""
        row: Any = self.get_object(request, str(pk))
        if not is_secretariat(request.user):
            raise PermissionDenied
        form, status = self.next_form(request.POST if request.method == "POST" else None, period=row), 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                try:
                    following = begin_next_period(user=request.user, period=row, **form.cleaned_data)
                except Refused as refusal:
                    form.add_error(None, str(refusal))
                    status = 409
                else:
                    said = _("The next period has been entered, with the seats you ticked.")
                    messages.success(request, said)
                    return redirect("admin:workinggroups_period_change", following.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Begin the next period"),
            "opts": self.opts,
            "period": row,
            "form": form,
        }
        return TemplateResponse(request, "admin/workinggroups/period/next.html", context, status=status)
