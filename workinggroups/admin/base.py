"""Rights by group: an officer touches what belongs to the own groups, and nothing else."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from members.admin.base import PortalAdmin, Rights
from members.permissions import is_secretariat, reads_all
from workinggroups.models import WorkingGroup
from workinggroups.permissions import triaged_groups


class OfGroup(PortalAdmin):
    """A table whose rows belong to a group: `group_lookup` leads there, `group_of` says which one it is."""

    group_lookup = "group"

    def group_of(self, obj: Any) -> int | None:
        return obj.group_id

    def reads(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return reads_all(request.user) or self.writes(request, obj)

    def writes(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if is_secretariat(request.user):
            return True
        own = triaged_groups(request.user)
        return bool(own) and (obj is None or self.group_of(obj) in own)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        if reads_all(request.user):
            return rows
        return rows.filter(**{f"{self.group_lookup}__in": triaged_groups(request.user)})

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """An officer enters things of the own groups only."""
        if db_field.name == "group" and not is_secretariat(request.user):
            kwargs["queryset"] = WorkingGroup.objects.filter(pk__in=triaged_groups(request.user))
            kwargs["required"] = True
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class SpokenForms(BaseInlineFormSet):
    """Each field says its own name to a screen reader: the table's head alone is no label."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            widget = getattr(field.widget, "widget", field.widget)
            if not widget.is_hidden:
                widget.attrs["aria-label"] = field.label


class PartOf(Rights, admin.TabularInline):
    """Rows that are kept on the page of what they belong to, by whoever keeps that."""

    extra = 0
    formset = SpokenForms

    def _page(self) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)

    def reads(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._page().has_view_permission(request, obj)

    def writes(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._page().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_change_permission(request, obj)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        """Without pop-ups."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and hasattr(field.widget, "can_add_related"):
            field.widget.can_add_related = field.widget.can_change_related = False
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field
