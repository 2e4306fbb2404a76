"""Groups, seats, meetings, programmes. A triage officer keeps the meetings of the own group."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.admin.base import DatedRoleAdmin, GivenByAnother, PortalAdmin
from members.permissions import is_secretariat, reads_all

from .models import Meeting, Programme, Seat, WorkingGroup
from .permissions import triaged_groups


@admin.register(WorkingGroup)
class WorkingGroupAdmin(PortalAdmin):
    list_display = ("name_zh", "name_en", "slug", "takes_proposals", "position")
    fields = (
        ("name_zh", "name_en"),
        ("motto_zh", "motto_en"),
        ("charter_zh", "charter_en"),
        "slug",
        ("takes_proposals", "position"),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: WorkingGroup | None = None) -> tuple[str, ...]:
        return ("slug",) if obj else ()


class SeatForm(GivenByAnother):
    class Meta:
        model = Seat
        fields = ("user", "group", "role", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "role" not in data:
            return data
        if data["role"] == Seat.Role.CHAIR and data.get("group"):
            self.add_error("group", _("The alliance's convener has no group."))
        if data["role"] != Seat.Role.CHAIR and not data.get("group"):
            self.add_error("group", _("Choose the group of this seat."))
        return data


@admin.register(Seat)
class SeatAdmin(DatedRoleAdmin):
    form = SeatForm
    identity = ("user", "group", "role", "starts_on")
    list_display = ("user", "group", "role", "starts_on", "ends_on")
    list_filter = ("role", "group")
    list_select_related = ("user", "group")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)

    def reads(self, request: HttpRequest, obj: Seat | None = None) -> bool:
        own = triaged_groups(request.user)
        return reads_all(request.user) or (bool(own) and (obj is None or obj.group_id in own))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        seats = super().get_queryset(request)
        return seats if reads_all(request.user) else seats.filter(group__in=triaged_groups(request.user))


@admin.register(Meeting)
class MeetingAdmin(PortalAdmin):
    list_display = ("starts_at", "title_cell", "group", "kind", "is_public")
    list_filter = ("group", "kind", "is_public")
    list_select_related = ("group",)
    search_fields = ("title_zh", "title_en")
    date_hierarchy = "starts_at"
    fields = (
        ("title_zh", "title_en"),
        ("group", "kind"),
        ("starts_at", "ends_at"),
        ("place_zh", "place_en"),
        "online_url",
        "is_public",
        "minutes_published_on",
    )

    @admin.display(description=_("title"))
    def title_cell(self, meeting: Meeting) -> str:
        return meeting.title

    def reads(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        return reads_all(request.user) or self.writes(request, obj)

    def writes(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        if is_secretariat(request.user):
            return True
        own = triaged_groups(request.user)
        return bool(own) and (obj is None or obj.group_id in own)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        meetings = super().get_queryset(request)
        if reads_all(request.user):
            return meetings
        return meetings.filter(group__in=triaged_groups(request.user))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A triage officer calls meetings of the own groups only."""
        if db_field.name == "group" and not is_secretariat(request.user):
            kwargs["queryset"] = WorkingGroup.objects.filter(pk__in=triaged_groups(request.user))
            kwargs["required"] = True
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Programme)
class ProgrammeAdmin(PortalAdmin):
    list_display = ("title_zh", "title_en", "position")
    search_fields = ("title_zh", "title_en")
    autocomplete_fields = ("bodies", "domains")
    fields = (
        ("title_zh", "title_en"),
        ("summary_zh", "summary_en"),
        "bodies",
        "domains",
        ("note_zh", "note_en"),
        ("slug", "position"),
    )
