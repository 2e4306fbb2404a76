"""Accounts whose owners want them deleted: the secretariat hands over what hangs on them, and confirms."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from members.admin.base import FirstView, PortalAdmin, ReadOnly
from members.models import ErasureRequest
from members.permissions import is_secretariat
from members.refusals import Attempt
from members.templatetags.face import badge
from proposals.actions.erasing import confirm_erasure, standing_of

from .leaving import leave_url

TONES = {"": ("soon", "hourglass"), "erased": ("ok", "check"), "withdrawn": ("muted", "reply")}


class WaitingFirst(FirstView):
    views = (("open", pgettext_lazy("erasures", "Waiting"), lambda rows: rows.open()),)


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ReadOnly, PortalAdmin):
    change_form_template = "admin/members/erasurerequest/change_form.html"
    list_display = ("user", "asked_at", "state_cell", "ended_at")
    list_filter = (WaitingFirst,)
    list_select_related = ("user",)
    search_fields = ("user__name", "user__email")
    fields = readonly_fields = ("user", "asked_at", "state_cell", "ended_at", "confirmed_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ErasureRequest]:
        return super().get_queryset(request).select_related("user", "confirmed_by")

    def get_urls(self) -> list[Any]:
        erase = path(
            "<int:pk>/erase/",
            self.admin_site.admin_view(self.erase_view),
            name="members_erasurerequest_erase",
        )
        return [erase, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row: Any = self.get_object(request, object_id)
        is_open = row.ended_at is None
        standing = standing_of(row.user) if is_open else None
        hangs = [*standing.blocks, *standing.waits] if standing else []
        extra = {
            "standing": standing,
            "hangs": [(held, leave_url(held.role) if held.role else "") for held in hangs],
            "may_confirm": is_open and is_secretariat(request.user) and row.user_id != request.user.pk,
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, extra)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return require_POST(self.erase)(request, pk)

    def erase(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The confirmation; what still hangs on the account is said above the page."""
        row: Any = self.get_object(request, str(pk))
        with Attempt() as attempt:
            confirm_erasure(user=request.user, request=row)
            messages.success(request, _("Deleted. Nothing names the person any more."))
        if attempt.refusal:
            messages.error(request, str(attempt.refusal))
        return redirect("admin:members_erasurerequest_change", pk)

    @admin.display(description=_("state"), ordering="outcome")
    def state_cell(self, row: ErasureRequest) -> SafeString:
        said = row.get_outcome_display() if row.outcome else pgettext("erasure", "waiting")
        return badge(*TONES[row.outcome], said)
