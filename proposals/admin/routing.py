"""Which body a law or a domain belongs to: kept by the secretariat, read by the officers of the groups."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.admin.base import FirstView, PortalAdmin
from members.models import Organisation
from members.permissions import reads_all
from members.templatetags.face import badge
from proposals.models import RoutingRule
from workinggroups.permissions import triaged_groups

SAYS = ("law", "domain", "body", "part", "valid_from")


class InForceFilter(FirstView):
    """At first the rules that hold today; the others are the history."""

    title = pgettext_lazy("rules", "valid")
    parameter_name = "valid"
    views = (
        ("today", pgettext_lazy("rules", "today"), lambda rows: rows.in_force()),
        (
            "coming",
            pgettext_lazy("rules", "from a later day"),
            lambda rows: rows.filter(valid_from__gt=clock.today()),
        ),
        (
            "ended",
            pgettext_lazy("rules", "no longer"),
            lambda rows: rows.filter(valid_to__lte=clock.today()),
        ),
    )


class RuleForm(forms.ModelForm):
    """What was proposed until yesterday stays as it was."""

    def clean_valid_from(self) -> Any:
        return self._not_before_today("valid_from", _("A rule begins today at the earliest."))

    def clean_valid_to(self) -> Any:
        return self._not_before_today("valid_to", _("A rule ends today at the earliest."))

    def _not_before_today(self, name: str, said: Any) -> Any:
        day = self.cleaned_data[name]
        if day and name in self.changed_data and day < clock.today():
            raise forms.ValidationError(said)
        return day

    def _get_validation_exclusions(self) -> set[str]:
        """What stands fixed is looked at too: a rule of which the end is taken back may have a follower."""
        return super()._get_validation_exclusions() - set(SAYS)


@admin.register(RoutingRule)
class RoutingRuleAdmin(PortalAdmin):
    """A rule says what it says from its first day on: it is ended, and another one takes its place."""

    form = RuleForm
    list_display = ("subject_cell", "body", "part_cell", "reason_cell", "valid_from", "valid_to")
    list_display_links = ("subject_cell",)
    list_filter = (InForceFilter, "part", ("body", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("law", "domain", "body")
    search_fields = ("law__name_zh", "law__name_en", "domain__name_zh", "body__name_zh", "body__name_en")
    fieldsets = (
        (
            None,
            {
                "fields": ("law", "domain", "body", "part"),
                "description": _(
                    "A rule for a law goes before one for a domain; one that names both holds where both are "
                    "given. Bodies are proposed to the officer, with the reason; nobody is referred to by a "
                    "rule alone."
                ),
            },
        ),
        (None, {"fields": (("reason_zh", "reason_en"),), "classes": ("side-by-side",)}),
        (None, {"fields": ("valid_from", "valid_to")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RoutingRule]:
        rows = RoutingRule.objects.visible_to(request.user)
        return rows.order_by(*self.get_ordering(request))

    def reads(self, request: HttpRequest, obj: Any = None) -> bool:
        return reads_all(request.user) or bool(triaged_groups(request.user))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A rule that has ended stands as it is."""
        is_over = obj is not None and obj.valid_to is not None and obj.valid_to <= clock.today()
        return super().has_change_permission(request, obj) and not is_over

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return SAYS if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "body":
            kwargs["queryset"] = Organisation.objects.bodies().existing().order_by("name_zh")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [F("law__name_zh").asc(nulls_last=True), "domain__slug", "part", "body__name_zh", "valid_from"]

    @admin.display(description=_("law or domain"), ordering="law__name_zh")
    def subject_cell(self, rule: RoutingRule) -> str:
        return rule.subject

    @admin.display(description=_("part"), ordering="part")
    def part_cell(self, rule: RoutingRule) -> SafeString:
        is_lead = rule.part == "lead"
        return badge("brand" if is_lead else "muted", "check" if is_lead else "plus", rule.get_part_display())

    @admin.display(description=_("reason"))
    def reason_cell(self, rule: RoutingRule) -> str:
        return rule.reason or "–"
