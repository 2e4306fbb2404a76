"""Office days and closures: what moves a last day."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from members import clock
from members.admin.base import PortalAdmin, ReadOnly
from members.said import day
from members.templatetags.face import badge
from proposals.actions.closures import recount_for_closure
from proposals.models import CalendarDay, WorkSuspension

COUNTIES = (
    *("臺北市", "新北市", "基隆市", "桃園市", "新竹市", "新竹縣", "苗栗縣", "臺中市", "彰化縣", "南投縣"),
    *("雲林縣", "嘉義市", "嘉義縣", "臺南市", "高雄市", "屏東縣", "宜蘭縣", "花蓮縣", "臺東縣"),
    *("澎湖縣", "金門縣", "連江縣"),
)


class SuggestedInput(forms.TextInput):
    """A text field with suggestions: typed freely (a township), or chosen (a county)."""

    template_name = "admin/widgets/suggested.html"

    def __init__(self, suggestions: Sequence[str]) -> None:
        super().__init__(attrs={"class": "vTextField", "autocomplete": "off"})
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = self.suggestions
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_list"
        return context


class ClosureForm(forms.ModelForm):
    class Meta:
        model = WorkSuspension
        fields = ("on", "area", "note", "source_url", "starts_at", "ends_at")
        widgets = {"area": SuggestedInput([WorkSuspension.EVERYWHERE, *COUNTIES])}
        help_texts = {
            "area": _("A county or city, 全國 for everywhere, or a township, which never closes its county."),
            "starts_at": _("Leave both times empty where offices are closed the whole day."),
        }
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": _("This closure is entered already: same day, same area.")}
        }

    def clean_area(self) -> str:
        return self.cleaned_data["area"].strip().replace("台", "臺")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        since, until = data.get("starts_at"), data.get("ends_at")
        if until and not since:
            self.add_error("starts_at", _("Say from when, or leave both times empty."))
        elif since and until and until <= since:
            self.add_error("ends_at", _("The end lies after the beginning."))
        return data


@admin.register(WorkSuspension)
class WorkSuspensionAdmin(PortalAdmin):
    form = ClosureForm
    list_display = ("on", "area", "note", "part")
    list_filter = ("area",)
    search_fields = ("area", "note")
    date_hierarchy = "on"
    fieldsets = (
        (None, {"fields": (("on", "area"), "note", "source_url")}),
        (_("Only a part of the day"), {"fields": (("starts_at", "ends_at"),), "classes": ("collapse",)}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"on": clock.today(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: WorkSuspension, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        moved = recount_for_closure(user=request.user, days={obj.on, form.initial.get("on") or obj.on})
        if moved:
            text = gettext("Dates that moved: %(number)d") % {"number": moved}
            self.message_user(request, text)

    @admin.display(description=_("part of the day"))
    def part(self, row: WorkSuspension) -> str:
        if row.starts_at is None:
            return gettext("whole day")
        until = f"{row.ends_at:%H:%M}" if row.ends_at else ""
        return f"{row.starts_at:%H:%M}–{until}"


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnly, PortalAdmin):
    """The office calendar as it counts today; it is imported, never typed."""

    list_display = ("day_cell", "works", "name", "imported")
    list_filter = ("is_workday",)
    list_select_related = ("version",)
    search_fields = ("name",)
    date_hierarchy = "day"
    list_per_page = 62

    @admin.display(description=_("day"), ordering="day")
    def day_cell(self, row: CalendarDay) -> str:
        return f"{row.day.isoformat()} {day(row.day)}"

    @admin.display(description=_("version"))
    def imported(self, row: CalendarDay) -> str:
        return row.version.label

    @admin.display(description=_("offices"), ordering="is_workday")
    def works(self, row: CalendarDay) -> SafeString:
        if row.is_workday:
            return badge("ok", "check", pgettext("offices", "open"))
        return badge("muted", "minus", pgettext("offices", "closed"))
