"""The secretariat in the admin: which organisation it was and is, and handing it over to another."""

from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from members import clock
from members.actions.secretariat import ROLE, hand_over_secretariat, take_back_hand_over
from members.forms.secretariat import HandOverForm, TakersForm
from members.models import Affiliation, SecretariatTerm, User
from members.office import forget_office
from members.permissions import is_secretariat
from members.refusals import Attempt
from members.templatetags.face import badge

from .base import PortalAdmin


@admin.register(SecretariatTerm)
class SecretariatTermAdmin(PortalAdmin):
    """Adding a term is handing over; of one that is there only how it is reached is changed."""

    change_form_template = "admin/members/secretariatterm/change_form.html"
    list_display = ("organisation", "starts_on", "ends_on", "state_cell", "email", "phone")
    list_select_related = ("organisation",)
    fields = (
        "organisation",
        ("starts_on", "ends_on"),
        ("email", "phone"),
        ("address_zh", "address_en"),
        ("hours_zh", "hours_en"),
        ("decided_at", "decided_by"),
    )
    readonly_fields = ("organisation", "starts_on", "ends_on", "decided_at", "decided_by")

    def own_work(self, leaving: list[Affiliation], on: date) -> list[tuple[User, str]]:
        """Of those who leave: who has something of their own, and what. What that is, floors above know."""
        return []

    @admin.display(description=_("state"))
    def state_cell(self, row: SecretariatTerm) -> SafeString:
        if row.is_void:
            return badge("muted", "reply", pgettext("hand-over", "taken back"))
        if row.is_planned:
            return badge("soon", "hourglass", pgettext("hand-over", "agreed, to come"))
        is_over = row.ends_on is not None and row.ends_on <= clock.today()
        if is_over:
            return badge("muted", "minus", gettext("no longer in office"))
        return badge("ok", "check", gettext("in office"))

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.take_back_view)
        own = path("<int:pk>/take-back/", view, name="members_secretariatterm_take_back")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row: Any = self.get_object(request, object_id)
        extra = {"may_take_back": row.is_planned and is_secretariat(request.user), **(extra_context or {})}
        return super().change_view(request, object_id, form_url, extra)

    def take_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return require_POST(self.take_back)(request, pk)

    def take_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Before its day a hand-over is undone; why it cannot be is said above the page."""
        row: Any = self.get_object(request, str(pk))
        with Attempt() as attempt:
            take_back_hand_over(user=request.user, term=row)
            messages.success(request, _("Taken back. Everybody concerned is told."))
        if attempt.refusal:
            messages.error(request, str(attempt.refusal))
        return redirect("admin:members_secretariatterm_change", pk)

    def save_model(self, request: HttpRequest, obj: SecretariatTerm, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        forget_office()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Organisation and day are a GET form; with them filled in, the preview; its POST hands over.

        Nothing is written before. What is refused comes back as it was typed.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = HandOverForm(request.GET if "organisation" in request.GET else None)
        context: dict[str, Any] = {}
        status = 200
        if form.is_bound and form.is_valid():
            context = preview_of(form, request)
            context["own"] = self.own_work(context["leaving"], context["on"])
            takers: TakersForm = context["takers"]
            if request.method == "POST" and takers.is_valid():
                with Attempt() as attempt:
                    term = _hand_over(request, form, takers)
                    messages.success(request, _("Handed over. Everybody concerned is told."))
                    return redirect("admin:members_secretariatterm_change", term.pk)
                context["refusal"] = str(attempt.refusal)
                status = 409
        context = {
            **self.admin_site.each_context(request),
            "title": _("Hand the secretariat over"),
            "opts": self.opts,
            "form": form,
            **context,
        }
        return TemplateResponse(request, "admin/members/secretariatterm/add.html", context, status=status)


def preview_of(form: HandOverForm, request: HttpRequest) -> dict[str, Any]:
    """Whose role ends on the day, and who could take it over."""
    organisation, on = form.cleaned_data["organisation"], form.cleaned_data["on"]
    term = SecretariatTerm.objects.lasting().select_related("organisation").first()
    leaving = Affiliation.objects.current(on).with_role(ROLE).select_related("user").order_by("user__name")
    posted = request.POST if request.method == "POST" else None
    return {
        "takers": TakersForm(posted, organisation=organisation),
        "organisation": organisation,
        "on": on,
        "present": term,
        "leaving": list(leaving),
    }


def _hand_over(request: HttpRequest, form: HandOverForm, takers: TakersForm) -> SecretariatTerm:
    return hand_over_secretariat(
        user=request.user,
        organisation=form.cleaned_data["organisation"],
        on=form.cleaned_data["on"],
        people=list(takers.cleaned_data["people"]),
        invited=takers.cleaned_data["invited"],
        reached=takers.reached,
    )
