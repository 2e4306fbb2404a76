"""Texts that officers write often: each group keeps its own, the secretariat those for all groups."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from members.admin.base import PortalAdmin
from members.permissions import is_secretariat, reads_all
from proposals.models import SavedText
from workinggroups.models import WorkingGroup
from workinggroups.permissions import triaged_groups


class SavedTextForm(forms.ModelForm):
    def _get_validation_exclusions(self) -> set[str]:
        """A title stands once for each owner, and that there is no ministry is part of it."""
        return super()._get_validation_exclusions() - {"body"}


@admin.register(SavedText)
class SavedTextAdmin(PortalAdmin):
    """A text is put out of use, never deleted. What ministries keep for themselves is not shown here."""

    form = SavedTextForm
    list_display = ("title", "kind", "group", "position", "is_active")
    list_filter = ("is_active", "kind", ("group", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("group",)
    search_fields = ("title", "text_zh", "text_en")
    fieldsets = (
        (None, {"fields": ("kind", "title", "group", ("position", "is_active"))}),
        (None, {"fields": (("text_zh", "text_en"),), "classes": ("side-by-side",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedText]:
        return SavedText.objects.visible_to(request.user).filter(body__isnull=True)

    def reads(self, request: HttpRequest, obj: Any = None) -> bool:
        return reads_all(request.user) or bool(triaged_groups(request.user))

    def writes(self, request: HttpRequest, obj: Any = None) -> bool:
        """The secretariat all of them; an officer those of the own groups."""
        if is_secretariat(request.user):
            return True
        own = triaged_groups(request.user)
        return bool(own) if obj is None else obj.group_id in own

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.name == "group" and not is_secretariat(request.user):
            field.queryset = WorkingGroup.objects.filter(pk__in=triaged_groups(request.user))
            field.required = True
            field.help_text = ""
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        own = [] if is_secretariat(request.user) else triaged_groups(request.user)
        return {"group": own[0] if own else None} | super().get_changeform_initial_data(request)
