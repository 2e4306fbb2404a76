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
    extendable_by = forms.IntegerField(
        label=_("may be extended or prolonged once by"),
        min_value=1,
        max_value=1000,
        required=False,
        help_text=_("In the same unit, at most the period itself; empty: not at all."),
    )

    class Meta:
        model = DeadlinePolicy
        fields = (
            "kind",
            "group",
            "amount",
            "unit",
            "extendable_by",
            "valid_from",
            "valid_to",
            "basis_zh",
            "basis_en",
        )

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
        amount, most = data.get("amount"), data.get("extendable_by")
        if amount and most and most > amount:
            self.add_error(
                "extendable_by",
                _("The law allows no extension longer than the period itself (%(amount)s).")
                % {"amount": amount},
            )
        if not self.errors:
            self._refuse_overlap(data)
        return data

    def _refuse_overlap(self, data: dict[str, Any]) -> None:
        """Of one kind and group one period holds on a day; one without an end gives way to the next."""
        others = DeadlinePolicy.objects.filter(kind=data["kind"], group=data["group"])
        for other in others.exclude(pk=self.instance.pk).order_by("valid_from"):
            first, second = sorted(
                [(data["valid_from"], data["valid_to"]), (other.valid_from, other.valid_to)],
                key=lambda span: span[0],
            )
            if first[0] == second[0] or (first[1] is not None and first[1] > second[0]):
                until = other.valid_to.isoformat() if other.valid_to else "…"
                self.add_error(
                    "valid_from",
                    _("It overlaps the period “%(other)s” that holds from %(since)s to %(until)s.")
                    % {"other": other, "since": other.valid_from.isoformat(), "until": until},
                )
                return


@admin.register(DeadlinePolicy)
class DeadlinePolicyAdmin(PortalAdmin):
    form = PolicyForm
    list_display = ("kind", "group", "amount", "unit", "extendable_by", "valid_from", "valid_to", "basis")
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
