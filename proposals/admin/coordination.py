"""權責協調 in the admin: the secretariat's queue of cases without an owner. It records, and decides not."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from members.admin.base import FirstView, PortalAdmin
from members.models import User
from members.permissions import is_secretariat
from members.refusals import Attempt, Refused
from members.said import day
from members.templatetags.face import badge
from proposals.actions.coordination import decide_competence, record_coordination
from proposals.forms.coordination import CoordinationForm, DecisionOnCompetenceForm
from proposals.models import Coordination
from proposals.permissions import can_take_step


class TriedForm(CoordinationForm):
    """The action is tried while the form is checked: what it refuses stands above the form."""

    user: User

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and self.has_changed():
            try:
                record_coordination(user=self.user, proposal=self.instance.proposal, **data)
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data


OPEN = "open"


class StandingFilter(FirstView):
    """At first those that are still disputed."""

    title = _("standing")
    parameter_name = "standing"
    views = (
        (OPEN, _("disputed"), lambda rows: rows.open()),
        ("ended", pgettext_lazy("coordination", "ended"), lambda rows: rows.exclude(closed_at=None)),
    )


@admin.register(Coordination)
class CoordinationAdmin(PortalAdmin):
    form = TriedForm
    list_display = ("case_number", "title_cell", "opened_cell", "age", "contact", "meeting_cell", "decision")
    list_filter = (StandingFilter,)
    list_select_related = ("proposal", "decided_body")
    search_fields = ("proposal__number", "proposal__title", "contact", "decision_number")
    ordering = ("-closed_at", "opened_on", "pk")
    shown = ("proposal", "opened_on", "decided_body", "decision_number", "decided_on", "closed_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Coordination | None = None) -> bool:
        return is_secretariat(request.user) and (obj is None or obj.is_open)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Coordination]:
        return Coordination.objects.visible_to(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.shown

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return (*self.shown, "contact", "meeting_on", "minutes")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def get_urls(self) -> list[Any]:
        decide = path(
            "<int:pk>/decide/",
            self.admin_site.admin_view(self.decide_view),
            name="proposals_coordination_decide",
        )
        return [decide, *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: Coordination, form: Any, change: bool) -> None:
        """Nothing: the action has written what it allowed."""

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The decision letter, on a page of its own; what is refused comes back as it was typed."""
        row: Any = self.get_object(request, str(pk))
        case = row.proposal
        if not can_take_step(request.user, case, "decide_competence"):
            raise PermissionDenied
        form = DecisionOnCompetenceForm(request.POST or None, case=case)
        status = 200
        if request.method == "POST":
            status = 422
            if form.is_valid():
                with Attempt() as attempt:
                    decide_competence(user=request.user, proposal=case, **form.cleaned_data)
                    messages.success(request, _("The decision is recorded; everybody concerned is told."))
                    return redirect("admin:proposals_coordination_change", pk)
                status = attempt.told_in(form)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Record which body is competent"),
            "opts": self.opts,
            "row": row,
            "form": form,
        }
        return TemplateResponse(request, "admin/proposals/coordination/decide.html", context, status=status)

    @admin.display(description=_("case number"), ordering="proposal__number")
    def case_number(self, row: Coordination) -> str:
        return str(row.proposal.number)

    @admin.display(description=_("title"))
    def title_cell(self, row: Coordination) -> str:
        return row.proposal.local_title

    @admin.display(description=_("disputed since"), ordering="opened_on")
    def opened_cell(self, row: Coordination) -> str:
        return day(row.opened_on, "year")

    @admin.display(description=_("without an owner for"))
    def age(self, row: Coordination) -> SafeString:
        text = ngettext("%(days)d day", "%(days)d days", row.days) % {"days": row.days}
        return badge("soon" if row.is_open else "muted", "hourglass", text)

    @admin.display(description=_("next date"), ordering="meeting_on")
    def meeting_cell(self, row: Coordination) -> str:
        return day(row.meeting_on) or "–"

    @admin.display(description=_("decision"))
    def decision(self, row: Coordination) -> str:
        if row.decided_on is None:
            return "–"
        named = row.decided_body.short_name if row.decided_body else _("No government body is competent")
        return f"{named} · {row.decision_number}"
