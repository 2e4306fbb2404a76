"""Groups, their periods and milestones, seats, programmes."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members.admin.base import CurrentFirst, DatedRoleAdmin, GivenByAnother, PortalAdmin
from members.permissions import is_secretariat, reads_all
from workinggroups.models import Milestone, Period, Programme, Seat, WorkingGroup
from workinggroups.permissions import triaged_groups

from .base import OfGroup, PartOf


class PeriodsHere(PartOf):
    model = Period
    fields = ("name_zh", "name_en", "starts_on", "ends_on")


class MilestonesHere(PartOf):
    model = Milestone
    fields = ("due_on", "title_zh", "title_en", "text_zh", "text_en", "done_on")


@admin.register(WorkingGroup)
class WorkingGroupAdmin(OfGroup):
    """Its officers keep charter, periods and milestones; which groups there are the secretariat decides."""

    group_lookup = "pk"
    list_display = ("name_zh", "name_en", "parent", "slug", "takes_proposals", "position")
    list_select_related = ("parent",)
    inlines = (PeriodsHere, MilestonesHere)
    of_the_secretariat = ("name_zh", "name_en", "parent", "takes_proposals", "position")
    fields = (
        ("name_zh", "name_en"),
        ("motto_zh", "motto_en"),
        ("charter_zh", "charter_en"),
        "slug",
        ("parent", "takes_proposals", "position"),
    )

    def group_of(self, obj: WorkingGroup) -> int | None:
        return obj.pk

    def has_add_permission(self, request: HttpRequest, obj: WorkingGroup | None = None) -> bool:
        return is_secretariat(request.user)

    def get_inlines(self, request: HttpRequest, obj: WorkingGroup | None) -> Any:
        return self.inlines if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: WorkingGroup | None = None) -> tuple[str, ...]:
        fixed = ("slug",) if obj else ()
        return fixed if is_secretariat(request.user) else (*fixed, *self.of_the_secretariat)


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
    list_filter = (CurrentFirst, "role", "group")
    list_select_related = ("user", "group")
    search_fields = ("user__name", "user__email")
    autocomplete_fields = ("user",)

    def reads(self, request: HttpRequest, obj: Seat | None = None) -> bool:
        own = triaged_groups(request.user)
        return reads_all(request.user) or (bool(own) and (obj is None or obj.group_id in own))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        seats = super().get_queryset(request)
        return seats if reads_all(request.user) else seats.filter(group__in=triaged_groups(request.user))


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
