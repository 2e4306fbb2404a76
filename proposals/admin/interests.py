"""利益揭露 in the admin: the secretariat enters and ends declarations, conveners read their group's."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from members.admin.base import CurrentFirst, PortalAdmin, WrittenByAction
from members.permissions import reads_all
from proposals.actions.interests import end_interest, enter_interest
from workinggroups.models import InterestDeclaration, Seat
from workinggroups.permissions import seats_of


class InterestForm(WrittenByAction):
    class Meta:
        model = InterestDeclaration
        fields = ("user", "organisation", "nature", "starts_on", "note")

    def act(self, data: dict[str, Any]) -> InterestDeclaration:
        said = {name: data[name] for name in self.Meta.fields if name != "user"}
        return enter_interest(user=self.person, person=data["user"], **said)


class EndForm(InterestForm):
    class Meta:
        model = InterestDeclaration
        fields = ("ends_on",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "ends_on" in self.fields:
            self.fields["ends_on"].required = True

    def act(self, data: dict[str, Any]) -> InterestDeclaration:
        return end_interest(user=self.person, interest=self.instance, ends_on=data["ends_on"])

    def _post_clean(self) -> None:
        """The action has saved what is to be saved."""


@admin.register(InterestDeclaration)
class InterestAdmin(PortalAdmin):
    """Declared, and ended once; nothing else about it changes."""

    list_display = ("user", "organisation", "nature", "starts_on", "ends_on")
    list_filter = (CurrentFirst, "nature")
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "user__email", "organisation__name_zh", "organisation__name_en")
    autocomplete_fields = ("user", "organisation")
    declared = ("user", "organisation", "nature", "starts_on", "note", "declared_at", "declared_by")

    def reads(self, request: HttpRequest, obj: Model | None = None) -> bool:
        leads = any(seat.role == Seat.Role.CONVENER for seat in seats_of(request.user))
        return reads_all(request.user) or leads

    def get_queryset(self, request: HttpRequest) -> QuerySet[InterestDeclaration]:
        return super().get_queryset(request).visible_to(request.user)  # type: ignore[attr-defined]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = EndForm if obj else InterestForm
        form = super().get_form(request, obj, change, **kwargs)
        form.person = request.user
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return InterestForm.Meta.fields
        ended = ("ends_on", "ended_by") if obj.ends_on else ("ends_on",)
        return (*self.declared, *ended)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        return self.get_fields(request, obj) if obj.ends_on else self.declared

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What has ended is only read."""
        return super().has_change_permission(request, obj) and (obj is None or obj.ends_on is None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The action has written it."""
