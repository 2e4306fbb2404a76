"""Joining, as the secretariat works on it: the oldest first, the checks beside the decision."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from members import clock
from members.actions import admissions
from members.checks import applications_like, checks_of, organisations_like
from members.forms.applications import AdmitForm, AskForm, RefuseForm
from members.models import Application, InvitationToApply
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from members.said import day, days_left
from members.states import (
    APPLICATION_STEPS,
    ENDED,
    WAITS_FOR_US,
    ApplicationState,
    Side,
    steps_from,
)
from members.templatetags.face import badge

from .base import PortalAdmin, Queues, ReadOnly, WrittenByAction
from .people import Invites, OpenFirst

WAITING = "waiting"


class ApplicationQueues(Queues):
    """At first those that wait for the secretariat."""

    queues = {
        WAITING: (pgettext_lazy("applications", "Waits for us"), Q(state__in=WAITS_FOR_US)),
        "applicant": (
            pgettext_lazy("applications", "With the applicant"),
            Q(state__in=(ApplicationState.SENT, ApplicationState.INFORMATION_ASKED)),
        ),
        "ended": (pgettext_lazy("applications", "Ended"), Q(state__in=ENDED)),
    }


@dataclass(frozen=True)
class Panel:
    """One decision of the secretariat: its hint, its form, and the action that takes it."""

    hint: str | Promise
    done: str | Promise
    run: Callable[..., object]
    form: type[forms.Form] | None = None
    button: str = ""


PANELS = {
    "take_up": Panel(
        _("The applicant is told that it is in your hands."),
        _("Taken up. The applicant is told."),
        admissions.take_up_application,
        button="primary",
    ),
    "admit": Panel(
        _(
            "Makes it a member, and invites the contact person as its first representative. Who represented "
            "it before it left does so no more."
        ),
        _("Admitted. The invitation to the first account is on its way."),
        admissions.admit_application,
        AdmitForm,
        "primary",
    ),
    "ask": Panel(
        _("The applicant answers on the private page; then it waits for you again."),
        _("Asked. The application comes back to you with the answer."),
        admissions.ask_applicant,
        AskForm,
    ),
    "refuse": Panel(
        _("Only with a reason. A new application may follow at once."),
        _("Refused. The applicant reads the reason."),
        admissions.refuse_application,
        RefuseForm,
        "danger",
    ),
}


@admin.register(Application)
class ApplicationAdmin(ReadOnly, PortalAdmin):
    """Reads: secretariat and auditors. The buttons call the actions, which ask for the right."""

    list_display = ("name_cell", "kind", "state_cell", "waiting_cell", "sent_cell", "ubn")
    list_display_links = ("name_cell",)
    list_filter = (ApplicationQueues, "kind")
    search_fields = ("name_zh", "name_en", "ubn", "email")
    ordering = ("waiting_since", "created_at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def get_view_on_site_url(self, obj: Any = None) -> None:
        """The address of an application is its applicant's key."""
        return

    def get_urls(self) -> list[Any]:
        step = path(
            "<int:pk>/step/<slug:step>/",
            self.admin_site.admin_view(self.step_view),
            name="members_application_step",
        )
        return [step, *super().get_urls()]

    # --- the list --------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        return super().changelist_view(request, context)

    @admin.display(description=_("organisation"), ordering="name_zh")
    def name_cell(self, row: Application) -> str:
        return row.name

    @admin.display(description=_("state"), ordering="state")
    def state_cell(self, row: Application) -> SafeString:
        return badge(*row.tone, row.get_state_display())

    @admin.display(description=_("waiting for"), ordering="waiting_since")
    def waiting_cell(self, row: Application) -> str:
        if row.waiting_since is None:
            return "–"
        days = -int(days_left(row.waiting_since))
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}

    @admin.display(description=pgettext_lazy("application", "Sent"), ordering="created_at")
    def sent_cell(self, row: Application) -> str:
        return day(row.created_at, "year")

    # --- one application -------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return require_GET(self.page)(request, self.get_object(request, object_id))

    def page(
        self,
        request: HttpRequest,
        row: Any,
        *,
        kept: tuple[str, Any] | None = None,
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        """The application beside its decisions. `kept` is the step that failed, with its form as sent."""
        names = steps_from(row.state, Side.SECRETARIAT) if is_secretariat(request.user) else []
        refused, others = applications_like(row)
        context = {
            **self.admin_site.each_context(request),
            "title": row.name,
            "opts": self.opts,
            "application": row,
            "original": row,
            "state_sign": badge(*row.tone, row.get_state_display()),
            "checks": checks_of(row),
            "organisations": organisations_like(row),
            "refused": refused,
            "others": others,
            "entries": row.entries.select_related("note__actor").order_by("-happened_at", "-pk"),
            "panels": [self.panel(name, row, kept) for name in PANELS if name in names],
            "refusal": refusal,
            "lost_form": kept[1] if kept and kept[0] not in names else None,
        }
        return TemplateResponse(request, "admin/members/application/page.html", context, status=status)

    def panel(self, name: str, row: Application, kept: tuple[str, Any] | None) -> dict[str, Any]:
        is_kept = kept is not None and kept[0] == name
        return {
            "name": name,
            "label": APPLICATION_STEPS[name].label,
            "panel": PANELS[name],
            "form": kept[1] if kept and is_kept else new_form(name, row),
            "open": is_kept,
        }

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """One decision. What was typed stays on the page when it is refused."""
        row: Any = self.get_object(request, str(pk))
        if step not in PANELS:
            raise Http404
        if request.method in ("GET", "HEAD"):
            return redirect(f"{reverse('admin:members_application_change', args=[pk])}#step-{step}")
        form = new_form(step, row, request.POST)
        if not is_secretariat(request.user):
            return self.page(request, row, kept=(step, form), refusal=NotAllowed(), status=403)
        if form is not None and not form.is_valid():
            return self.page(request, row, kept=(step, form), status=422)
        data = form.cleaned_data if form is not None else {}
        try:
            PANELS[step].run(user=request.user, application=row, **data)
        except Refused as refusal:
            fresh = self.get_object(request, str(pk))
            return self.page(request, fresh, kept=(step, form), refusal=refusal, status=409)
        messages.success(
            request, gettext("%(case)s: %(said)s") % {"case": row.name, "said": PANELS[step].done}
        )
        if step == "take_up":
            return redirect("admin:members_application_change", pk)
        return redirect("admin:members_application_changelist")


def new_form(name: str, row: Application, sent: Any = None) -> Any:
    """The form of a decision, with what was sent; None where it needs no words."""
    form = PANELS[name].form
    if form is None:
        return None
    if form is AdmitForm:
        initial = {"joined_on": clock.today(), "slug": admissions.free_slug(row)}
        return AdmitForm(sent, prefix=name, application=row, initial=initial)
    return form(sent, prefix=name)


class InvitationToApplyForm(WrittenByAction):
    class Meta:
        model = InvitationToApply
        fields = ("kind", "name_zh", "name_en", "contact", "email", "language")

    def act(self, data: dict[str, Any]) -> InvitationToApply:
        return admissions.invite_to_apply(user=self.person, **{name: data[name] for name in self.Meta.fields})


@admin.register(InvitationToApply)
class InvitationToApplyAdmin(Invites):
    form = InvitationToApplyForm
    take_back = staticmethod(admissions.withdraw_invitation_to_apply)
    list_display = ("name_zh", "email", "kind", "created_at", "state_cell")
    list_filter = (OpenFirst, "kind")
    list_select_related = ("application",)
    search_fields = ("name_zh", "name_en", "email")
    fields = ("kind", ("name_zh", "name_en"), ("contact", "email"), "language")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InvitationToApply]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    @admin.display(description=_("state"))
    def state_cell(self, row: InvitationToApply) -> SafeString:
        if hasattr(row, "application"):
            return badge("ok", "check", pgettext("invitation to apply", "used"))
        if row.expires_at <= clock.now():
            return badge("muted", "hourglass", pgettext("invitation", "expired"))
        return badge("brand", "mail", pgettext("invitation", "open"))
