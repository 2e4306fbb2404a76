"""How long a step may take. A period in use is never changed: a new one begins on a day."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members import clock
from members.admin.base import PortalAdmin, ReadOnly
from proposals.models import Deadline, DeadlinePolicy, ReminderRule


class PolicyForm(forms.ModelForm):
    amount = forms.IntegerField(label=_("amount"), min_value=1, max_value=1000)

    class Meta:
        model = DeadlinePolicy
        fields = ("kind", "group", "amount", "unit", "valid_from", "valid_to", "basis_zh", "basis_en")

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if "valid_from" in self.changed_data and day < clock.today():
            raise forms.ValidationError(
                _("A new period begins today or later; clocks that run keep the period they began with.")
            )
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        since, until = data.get("valid_from"), data.get("valid_to")
        if since and until and until <= since:
            self.add_error("valid_to", _("The end lies after the beginning."))
        return data


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(PortalAdmin):
    form = PolicyForm
    list_display = ("kind", "group", "amount", "unit", "valid_from", "valid_to", "basis")
    list_filter = ("kind", "group")
    list_select_related = ("group",)

    def has_change_permission(self, request: HttpRequest, obj: DeadlinePolicy | None = None) -> bool:
        in_use = obj is not None and Deadline.objects.filter(policy=obj).exists()
        return super().has_change_permission(request, obj) and not in_use

    @admin.display(description=_("basis"))
    def basis(self, row: DeadlinePolicy) -> str:
        return row.basis


@admin.register(ReminderRule)
class ReminderRuleAdmin(ReadOnly, PortalAdmin):
    list_display = ("code", "max_days", "offset", "audience", "is_very_overdue")
    list_filter = ("audience",)
