"""Rooms and their bookings, as the secretariat keeps and decides them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from events.actions.rooms import approve_booking, cancel_booking, refuse_booking
from events.models import Booking, Room, RoomDay, RoomHours
from events.permissions import can_decide_bookings
from members.admin.base import FirstView, PortalAdmin, ReadOnly, Rights
from members.refusals import Attempt, Refused
from members.said import moment
from members.templatetags.face import badge


class HoursInline(Rights, admin.TabularInline):
    model = RoomHours
    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.writes(request)


class DaysInline(HoursInline):
    model = RoomDay


@admin.register(Room)
class RoomAdmin(PortalAdmin):
    list_display = ("name_zh", "place_zh", "seats", "needs_approval", "is_active")
    search_fields = ("name_zh", "name_en", "place_zh")
    prepopulated_fields = {"slug": ("name_en",)}
    inlines = (HoursInline, DaysInline)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Room | None = None) -> dict[str, Any]:
        return {} if obj or not self.has_add_permission(request) else self.prepopulated_fields


class WaitingFirst(FirstView):
    views = (
        (
            "waiting",
            pgettext_lazy("bookings", "Waiting for a decision"),
            lambda rows: rows.waiting(),
        ),
        ("coming", pgettext_lazy("bookings", "To come"), lambda rows: rows.to_come()),
    )


STEPS = {
    "approve": (approve_booking, _("Approved. Whoever booked gets a letter.")),
    "refuse": (refuse_booking, _("Refused. Whoever booked reads the reason.")),
    "cancel": (cancel_booking, _("Called off. Whoever booked reads the reason.")),
}


@admin.register(Booking)
class BookingAdmin(ReadOnly, PortalAdmin):
    """Nothing is edited here: a booking is approved, refused or called off."""

    change_form_template = "admin/events/booking/change_form.html"
    list_display = ("room", "when", "holder_cell", "purpose", "people", "state_cell")
    list_filter = (WaitingFirst, "room")
    list_select_related = ("room", "organisation", "group")
    search_fields = ("purpose", "organisation__name_zh", "group__name_zh")
    ordering = ("period", "pk")
    actions = ("approve_chosen",)
    fields = (
        "room", "when", "holder_cell", "purpose", "people", "meeting", "booked_by", "booked_at", "state_cell",
        "decided_by", "decided_at", "reason",
    )  # fmt: skip
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Booking]:
        rows = super().get_queryset(request)
        return rows.select_related("room", "organisation", "group", "booked_by", "decided_by")

    def get_urls(self) -> list[Any]:
        step = path(
            "<int:pk>/step/<slug:step>/",
            self.admin_site.admin_view(self.step_view),
            name="events_booking_step",
        )
        return [step, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if can_decide_bookings(request.user) else {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        booking: Any = self.get_object(request, object_id)
        decides = can_decide_bookings(request.user) and booking.is_holding
        extra = {
            "may_decide": decides and booking.state == Booking.State.REQUESTED,
            "may_cancel": decides and booking.state == Booking.State.APPROVED and not booking.has_begun,
            "reason": request.session.pop(f"booking-{booking.pk}-reason", ""),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, extra)

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        return require_POST(self.take_step)(request, pk, step)

    def take_step(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """One decision; what is refused is said above the page, and a reason that was typed is kept in it."""
        booking: Any = self.get_object(request, str(pk))
        if step not in STEPS or not can_decide_bookings(request.user):
            raise PermissionDenied
        run, done = STEPS[step]
        said = request.POST.get("reason", "")
        given = {} if step == "approve" else {"reason": said}
        with Attempt() as attempt:
            run(user=request.user, booking=booking, **given)  # type: ignore[operator]
            messages.success(request, done)
        if attempt.refusal:
            request.session[f"booking-{pk}-reason"] = said
            messages.error(request, str(attempt.refusal))
        return redirect("admin:events_booking_change", pk)

    @admin.action(description=_("Approve"))
    def approve_chosen(self, request: HttpRequest, queryset: QuerySet[Booking]) -> None:
        """Each for itself: one that cannot be approved does not stop the others."""
        for booking in queryset:
            try:
                approve_booking(user=request.user, booking=booking)
            except Refused as refusal:
                messages.error(request, f"{booking}: {refusal}")
            else:
                messages.success(request, f"{booking}: {STEPS['approve'][1]}")

    @admin.display(description=_("time"), ordering="period")
    def when(self, row: Booking) -> str:
        return f"{moment(row.starts_at, 'year')}–{row.ends_at:%H:%M}"

    @admin.display(description=_("for"))
    def holder_cell(self, row: Booking) -> str:
        return row.holder.name

    @admin.display(description=_("state"), ordering="state")
    def state_cell(self, row: Booking) -> SafeString:
        return badge(*row.tone, row.get_state_display())
