"""Series of meetings: a name, and a few dates made at a time after a look at them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from members.refusals import Refused
from workinggroups.actions.meetings import MOST_AT_ONCE, dates_of, plan_meetings
from workinggroups.models import MeetingSeries

from .base import OfGroup
from .steps import StepForm


class PlanForm(StepForm):
    first_at = forms.DateTimeField(
        label=_("First date and hour"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=15, max_value=720, initial=120)
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=[
            ("week", _("every week")),
            ("fortnight", _("every two weeks")),
            ("month", _("every month")),
        ],
    )
    count = forms.IntegerField(
        label=pgettext_lazy("meetings", "How many"), min_value=1, max_value=MOST_AT_ONCE, initial=4
    )


@admin.register(MeetingSeries)
class MeetingSeriesAdmin(OfGroup):
    change_form_template = "admin/workinggroups/series/change_form.html"
    list_display = ("name_zh", "name_en", "group", "kind")
    list_select_related = ("group",)
    search_fields = ("name_zh", "name_en")
    fields = (("name_zh", "name_en"), ("group", "kind"))

    def get_urls(self) -> list[Any]:
        plan = path(
            "<int:pk>/plan/",
            self.admin_site.admin_view(self.plan_view),
            name="workinggroups_meetingseries_plan",
        )
        return [plan, *super().get_urls()]

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The next dates: looked at first, then made."""
        row: Any = self.get_object(request, str(pk))
        if not self.writes(request, row):
            raise PermissionDenied
        form, status = PlanForm(request.POST if request.method == "POST" else None), 200
        dates: list[datetime] = []
        if request.method == "POST":
            if form.is_valid():
                data = form.cleaned_data
                dates = dates_of(data["first_at"], data["rhythm"], data["count"])
                if "make" in request.POST:
                    try:
                        made = plan_meetings(user=request.user, series=row, **data)
                    except Refused as refusal:
                        form.add_error(None, str(refusal))
                        status = 409
                    else:
                        said = ngettext("%(n)d meeting was made.", "%(n)d meetings were made.", len(made))
                        messages.success(request, said % {"n": len(made)})
                        return redirect("admin:workinggroups_meetingseries_change", pk)
            else:
                status = 422
        context = {
            **self.admin_site.each_context(request),
            "title": _("Make the next meetings"),
            "opts": self.opts,
            "series": row,
            "form": form,
            "dates": dates,
        }
        return TemplateResponse(request, "admin/workinggroups/series/plan.html", context, status=status)
