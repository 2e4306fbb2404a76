"""The office calendar: the days as they count, their versions, and the import of an official file."""

import base64
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from members.admin.base import PortalAdmin, ReadOnly
from members.permissions import is_secretariat
from members.refusals import Stale
from members.said import day
from members.templatetags.face import badge
from proposals.actions.calendars import CalendarImport, import_calendar, preview_calendar
from proposals.calendars import MAX_BYTES, CalendarFault, read_calendar
from proposals.models import CalendarDay, CalendarVersion
from proposals.uploads import clean_name

from .months import months_of

TEMPLATES = "admin/proposals/calendarversion"


class UploadForm(forms.Form):
    """The file as it was published; nothing of it is kept before it is confirmed."""

    file = forms.FileField(
        label=_("Calendar file (CSV)"),
        allow_empty_file=True,
        help_text=_("政府行政機關辦公日曆表 of one year, as downloaded; UTF-8 or Big5."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> UploadedFile:
        """The upload with its bytes in `content` and its days in `calendar`."""
        file = self.cleaned_data["file"]
        try:
            self.content = file.read(MAX_BYTES + 1)
            self.calendar = read_calendar(self.content)
        except CalendarFault as fault:
            raise forms.ValidationError(str(fault)) from fault
        return file


class PostedForm(forms.Form):
    """The same content again, from the preview, with the digest of what was shown."""

    content = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(widget=forms.HiddenInput, required=False)
    digest = forms.CharField(widget=forms.HiddenInput)

    def clean_content(self) -> str:
        text = self.cleaned_data["content"]
        try:
            self.calendar = read_calendar(base64.b64decode(text, validate=True))
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from fault
        return text


@admin.register(CalendarVersion)
class CalendarVersionAdmin(ReadOnly, PortalAdmin):
    """What was imported when; each day names the version that it is of."""

    change_list_template = f"{TEMPLATES}/change_list.html"
    list_display = ("label", "year", "imported_at", "by", "number_of_changes", "source")
    list_select_related = ("imported_by",)
    ordering = ("-pk",)
    fields = ("label", "year", "source", "imported_at", "by", "changed_days")
    readonly_fields = ("by", "changed_days")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.import_view)
        return [path("import/", view, name="proposals_calendarversion_import"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        may_import = {"may_import": is_secretariat(request.user)}
        return super().changelist_view(request, may_import | (extra_context or {}))

    def import_view(self, request: HttpRequest) -> HttpResponse:
        """A file, then what it would change, then the word to do it."""
        if not is_secretariat(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return self._ask(request, UploadForm())
        return self._confirmed(request) if "content" in request.POST else self._uploaded(request)

    def _uploaded(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._ask(request, form, status=422)
        name = clean_name(form.cleaned_data["file"].name)
        found = preview_calendar(user=request.user, calendar=form.calendar, file_name=name)
        return self._show(request, found, base64.b64encode(form.content).decode(), name)

    def _confirmed(self, request: HttpRequest) -> HttpResponse:
        posted = PostedForm(request.POST)
        if not posted.is_valid():
            problem = next(iter(posted.errors.values()))[0]
            return self._ask(request, UploadForm(), status=422, problem=problem)
        name = clean_name(posted.cleaned_data["name"] or "calendar.csv")
        order = {"user": request.user, "calendar": posted.calendar, "file_name": name}
        try:
            done = import_calendar(**order, confirmed=posted.cleaned_data["digest"])
        except Stale as refused:
            found = preview_calendar(**order)
            if not found.is_unchanged:  # else another tab has imported it: that is all there is to say
                messages.error(request, str(refused))
            return self._show(request, found, posted.cleaned_data["content"], name, status=409)
        self.message_user(request, said_of(done), messages.SUCCESS)
        return redirect("admin:proposals_calendarversion_changelist")

    def _ask(
        self, request: HttpRequest, form: forms.Form, status: int = 200, problem: str = ""
    ) -> HttpResponse:
        context = {"form": form, "problem": problem, "last_day": CalendarDay.objects.last_day()}
        return self._page(request, "import", context, status)

    def _show(
        self, request: HttpRequest, found: CalendarImport, content: str, name: str, status: int = 200
    ) -> HttpResponse:
        if found.is_unchanged:
            self.message_user(request, said_of(found), messages.INFO)
            return redirect("admin:proposals_calendarversion_changelist")
        changed = {row.day for row in found.changed}
        months = months_of(found.calendar.days, changed)
        return self._page(
            request,
            "preview",
            {
                "found": found,
                "form": PostedForm(initial={"content": content, "name": name, "digest": found.digest}),
                "months": months if found.added else [month for month in months if month.changed],
                "file_name": name,
            },
            status,
        )

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], status: int) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Import the official calendar"),
            "back": reverse("admin:proposals_calendarversion_changelist"),
        }
        return TemplateResponse(request, f"{TEMPLATES}/{name}.html", context, status=status)

    @admin.display(description=_("imported by"))
    def by(self, row: CalendarVersion) -> str:
        return row.imported_by.name if row.imported_by else gettext("the portal")

    @admin.display(description=_("days that changed"))
    def number_of_changes(self, row: CalendarVersion) -> int:
        return len(row.changes)

    @admin.display(description=_("days that changed"))
    def changed_days(self, row: CalendarVersion) -> str:
        return ", ".join(f"{on} {_works(works)}" for on, was, works in row.changes if was is not None) or "–"


def _works(is_workday: bool) -> str:
    return pgettext("offices", "open") if is_workday else pgettext("offices", "closed")


def said_of(found: CalendarImport) -> str:
    """What an import did, in one sentence."""
    year = found.calendar.year
    if found.is_unchanged:
        return gettext("The portal knows this calendar of %(year)d already. Nothing changes.") % {
            "year": year
        }
    days = ngettext("%(n)d day changed", "%(n)d days changed", len(found.changed))
    dates = ngettext("%(n)d due date moved", "%(n)d due dates moved", len(found.moves))
    return gettext("The calendar of %(year)d is imported as %(version)s: %(days)s, %(dates)s.") % {
        "year": year,
        "version": found.version,
        "days": days % {"n": len(found.changed)},
        "dates": dates % {"n": len(found.moves)},
    }


@admin.register(CalendarDay)
class CalendarDayAdmin(ReadOnly, PortalAdmin):
    """The office calendar as it counts today; it is imported, never typed."""

    change_list_template = f"{TEMPLATES}/change_list.html"
    list_display = ("day_cell", "works", "name", "imported")
    list_filter = ("is_workday",)
    list_select_related = ("version",)
    search_fields = ("name",)
    date_hierarchy = "day"
    list_per_page = 62

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        may_import = {"may_import": is_secretariat(request.user)}
        return super().changelist_view(request, may_import | (extra_context or {}))

    @admin.display(description=_("day"), ordering="day")
    def day_cell(self, row: CalendarDay) -> str:
        return f"{row.day.isoformat()} {day(row.day)}"

    @admin.display(description=_("version"))
    def imported(self, row: CalendarDay) -> str:
        return row.version.label

    @admin.display(description=_("offices"), ordering="is_workday")
    def works(self, row: CalendarDay) -> SafeString:
        return works_badge(row.is_workday)


def works_badge(is_workday: bool) -> SafeString:
    if is_workday:
        return badge("ok", "check", pgettext("offices", "open"))
    return badge("muted", "minus", pgettext("offices", "closed"))
