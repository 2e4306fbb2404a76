"""Groups and committees, their periods and milestones; programmes."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from members import clock
from members.admin.base import FirstView, PortalAdmin
from members.permissions import is_secretariat
from members.refusals import Refused
from workinggroups.actions.offices import check_parts_ended, close_group
from workinggroups.models import Milestone, Period, Programme, WorkingGroup

from .base import OfGroup, PartOf


class PeriodsHere(PartOf):
    model = Period
    fields = ("name_zh", "name_en", "starts_on", "ends_on")


class MilestonesHere(PartOf):
    model = Milestone
    fields = ("due_on", "title_zh", "title_en", "text_zh", "text_en", "done_on")


class ExistingFirst(FirstView):
    views = (
        ("existing", pgettext_lazy("groups", "Existing"), lambda rows: rows.existing()),
        ("over", pgettext_lazy("groups", "Ended"), lambda rows: rows.filter(ends_on__lte=clock.today())),
    )


class GroupForm(forms.ModelForm):
    """What the action would refuse is said beside the day on which the group is to end."""

    class Meta:
        model = WorkingGroup
        fields = "__all__"  # noqa: DJ007  # the admin names them

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.closes_on:
            try:
                check_parts_ended(group=self.instance, on=self.closes_on)
            except Refused as refusal:
                self.add_error("ends_on", str(refusal))
        return data

    @property
    def closes_on(self) -> date | None:
        """The day that was entered now for a group that is there."""
        is_new = self.instance.pk is None or "ends_on" not in self.changed_data
        return None if is_new else self.cleaned_data.get("ends_on")


@admin.register(WorkingGroup)
class WorkingGroupAdmin(OfGroup):
    """Its officers keep charter, periods and milestones; which groups there are the secretariat decides."""

    form = GroupForm
    group_lookup = "pk"
    list_display = ("name_zh", "name_en", "kind", "parent", "slug", "takes_proposals", "position")
    list_filter = (ExistingFirst, "kind")
    list_select_related = ("parent",)
    inlines = (PeriodsHere, MilestonesHere)
    of_the_secretariat = (
        "name_zh",
        "name_en",
        "kind",
        "parent",
        "takes_proposals",
        "position",
        "starts_on",
        "ends_on",
    )
    fields = (
        ("name_zh", "name_en"),
        "kind",
        ("motto_zh", "motto_en"),
        ("charter_zh", "charter_en"),
        "slug",
        ("parent", "takes_proposals", "position"),
        ("starts_on", "ends_on"),
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

    def save_model(self, request: HttpRequest, obj: WorkingGroup, form: Any, change: bool) -> None:
        """One that ends takes its seats with it."""
        super().save_model(request, obj, form, change)
        if change and obj.ends_on and "ends_on" in form.changed_data:
            close_group(user=request.user, group=obj, on=obj.ends_on)


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
