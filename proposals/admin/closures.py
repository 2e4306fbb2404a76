"""停止上班: entered in one go, decided for all cases at once, withdrawn where it was a mistake."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from members import clock
from members.admin.base import PortalAdmin
from members.refusals import Refused, Stale
from members.templatetags.face import badge
from proposals.actions.closures import (
    ClosureChange,
    change_closure_decision,
    enter_closure,
    withdraw_closure,
)
from proposals.actions.moves import rehearsed
from proposals.actions.timing import ALLIANCE_AREA
from proposals.areas import COUNTIES, EVERYWHERE, closable
from proposals.models import WorkSuspension

TEMPLATES = "admin/proposals/worksuspension"
DECISIONS = (
    ("", _("By the rule: it moves a last day if it takes office hours away (08:30–17:30)")),
    ("1", _("It moves a last day")),
    ("0", _("It moves no last day")),
)
KEPT_FOR_THE_NEXT = ("on", "note", "source_url", "starts_at", "ends_at")


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


class ClosureForm(forms.Form):
    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    area = forms.CharField(
        label=_("Area"),
        max_length=40,
        help_text=_("A county or city, 全國 for everywhere, or a township, which never closes its county."),
        widget=SuggestedInput([EVERYWHERE, *COUNTIES]),
    )
    note = forms.CharField(label=_("Cause, as in 山陀兒颱風"), max_length=200)
    source_url = forms.URLField(
        label=_("Address of the announcement"),
        max_length=200,
        assume_scheme="https",
        help_text=_("Public evidence: the page of the county, or of the Directorate-General of Personnel."),
    )
    starts_at = forms.TimeField(
        label=pgettext_lazy("time of day", "From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Leave both times empty where offices are closed the whole day."),
    )
    ends_at = forms.TimeField(
        label=pgettext_lazy("time of day", "Until"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    moves_last_day = forms.TypedChoiceField(
        label=_("Decision for all cases"),
        choices=DECISIONS,
        coerce=lambda value: value == "1",
        empty_value=None,
        required=False,
        help_text=_(
            "A closure for the whole day always counts. Where one counts, its day is neither a last day nor "
            "a working day of any period; there are no half days."
        ),
    )
    part_fields = ("starts_at", "ends_at", "moves_last_day")

    @property
    def for_the_day(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.part_fields]

    @property
    def for_a_part(self) -> list[forms.BoundField]:
        return [self[name] for name in self.part_fields]

    @property
    def is_for_a_part(self) -> bool:
        return any(field.value() or field.errors for field in self.for_a_part)

    def clean_area(self) -> str:
        area = closable(self.cleaned_data["area"])
        if area is None:
            raise forms.ValidationError(
                _("“%(area)s” is no county or city of Taiwan, nor a township of one."),
                params={"area": self.cleaned_data["area"]},
            )
        return area

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
    """Entered once and never rewritten: what was wrong is withdrawn and entered anew."""

    change_form_template = f"{TEMPLATES}/change_form.html"
    list_display = ("on", "area", "note", "part", "decision", "standing")
    list_filter = ("area",)
    search_fields = ("area", "note")
    date_hierarchy = "on"
    fields = ("on", "area", "note", "source_url", "part", "decision", "standing", "by", "entered_at")
    readonly_fields = ("part", "decision", "standing", "by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        def view(name: str, handler: Any) -> Any:
            address = f"<int:pk>/{name}/"
            return path(address, self.admin_site.admin_view(handler), name=f"proposals_worksuspension_{name}")

        return [view("withdraw", self.withdraw_view), view("decide", self.decide_view), *super().get_urls()]

    # --- entering ----------------------------------------------------------------------------------

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Saves at once where no date moves; else shows which, and saves when that is confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            start = {"on": clock.today(), "area": ALLIANCE_AREA, **request.GET.dict()}
            return self._ask(request, ClosureForm(initial=start))
        form = ClosureForm(request.POST)
        if not form.is_valid():
            return self._ask(request, form)
        enter = partial(enter_closure, user=request.user, **form.cleaned_data)
        try:
            shown, done = self._try(request, enter)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self._ask(request, form)
        if done is None:
            return self._preview(request, shown, gettext("Enter a closure"), form)
        self.log_addition(request, done.closure, [{"added": {}}])
        self.message_user(request, said_of(done), messages.SUCCESS)
        if "_addanother" in request.POST:
            kept = {name: request.POST.get(name, "") for name in KEPT_FOR_THE_NEXT}
            address = reverse("admin:proposals_worksuspension_add")
            return redirect(f"{address}?{urlencode({**kept, 'area': ''})}")
        return redirect("admin:proposals_worksuspension_changelist")

    def _try(
        self, request: HttpRequest, change: Callable[..., ClosureChange]
    ) -> tuple[ClosureChange, ClosureChange | None]:
        """What would come of it; and what came of it, where nothing moves or it was confirmed."""
        with rehearsed():
            shown = change()
        if shown.moves and "digest" not in request.POST:
            return shown, None
        try:
            return shown, change(confirmed=request.POST.get("digest") or shown.digest)
        except Stale as stale:
            messages.error(request, str(stale))
            return shown, None

    def _ask(self, request: HttpRequest, form: ClosureForm) -> HttpResponse:
        return self._page(request, "enter", gettext("Enter a closure"), {"form": form})

    def _preview(
        self, request: HttpRequest, shown: ClosureChange, title: str, form: forms.Form | None = None
    ) -> HttpResponse:
        context = {"shown": shown, "closure": shown.closure, "form": form}
        return self._page(request, "preview", title, context)

    def _page(self, request: HttpRequest, name: str, title: str, context: dict[str, Any]) -> HttpResponse:
        context |= {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": title,
            "back": reverse("admin:proposals_worksuspension_changelist"),
        }
        return TemplateResponse(request, f"{TEMPLATES}/{name}.html", context)

    # --- afterwards --------------------------------------------------------------------------------

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        closure = self._known(request, pk)
        change = partial(withdraw_closure, user=request.user, closure=closure)
        return self._afterwards(request, closure, change, gettext("Withdraw the closure"))

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The other one of the two decisions that there are."""
        closure = self._known(request, pk)
        change = partial(
            change_closure_decision,
            user=request.user,
            closure=closure,
            moves_last_day=not closure.moves_last_day,
        )
        return self._afterwards(request, closure, change, gettext("Decide anew"))

    def _known(self, request: HttpRequest, pk: int) -> WorkSuspension:
        if not self.writes(request):
            raise PermissionDenied
        return self.get_object(request, str(pk))

    def _afterwards(
        self,
        request: HttpRequest,
        closure: WorkSuspension,
        change: Callable[..., ClosureChange],
        title: str,
    ) -> HttpResponse:
        """Asked by POST alone what would move: even to count it takes locks, which looking never does."""
        own_page = redirect("admin:proposals_worksuspension_change", closure.pk)
        if request.method != "POST":
            is_over = closure.withdrawn_at is not None
            return own_page if is_over else self._page(request, "preview", title, {"closure": closure})
        try:
            shown, done = self._try(request, change)
        except Refused as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return own_page
        if done is None:
            return self._preview(request, shown, title)
        self.log_change(request, done.closure, title)
        self.message_user(request, said_of(done), messages.SUCCESS)
        return own_page

    # --- cells -------------------------------------------------------------------------------------

    @admin.display(description=_("part of the day"))
    def part(self, row: WorkSuspension) -> str:
        if row.starts_at is None:
            return gettext("whole day")
        until = f"{row.ends_at:%H:%M}" if row.ends_at else ""
        return f"{row.starts_at:%H:%M}–{until}"

    @admin.display(description=_("entered by"))
    def by(self, row: WorkSuspension) -> str:
        return row.entered_by.name if row.entered_by else gettext("the portal")

    @admin.display(description=_("moves a last day"))
    def decision(self, row: WorkSuspension) -> SafeString:
        if row.moves_last_day:
            return badge("soon", "arrow-right", pgettext("closure", "moves"))
        return badge("muted", "minus", pgettext("closure", "moves nothing"))

    @admin.display(description=_("state"))
    def standing(self, row: WorkSuspension) -> SafeString:
        if row.withdrawn_at:
            return badge("muted", "close", pgettext("closure", "withdrawn"))
        return badge("ok", "check", pgettext("closure", "in force"))


def said_of(done: ClosureChange) -> str:
    """What came of it, in one sentence."""
    number = len(done.moves)
    text = ngettext("Saved. %(n)d due date moved.", "Saved. %(n)d due dates moved.", number)
    return text % {"n": number} if number else gettext("Saved. No due date moved.")
