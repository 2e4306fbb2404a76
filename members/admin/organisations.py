"""Organisations, ministries, fields and laws."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.actions.bodies import align_name
from members.actions.organisations import index_organisation
from members.forms.organisations import OrganisationForm
from members.models import Affiliation, Domain, Law, Organisation, ProfileChange
from members.resources import OrganisationResource

from .base import FirstView, PortalAdmin, Rights
from .importing import SheetAdmin


class AffiliationsHere(Rights, admin.TabularInline):
    """Who holds which role here; roles are given and ended on the page of affiliations."""

    model = Affiliation
    fields = readonly_fields = ("user", "role", "starts_on", "ends_on")
    extra = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("user", "organisation")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ProfileChangesHere(Rights, admin.TabularInline):
    """Who changed which parts of the profile, and when: the secretariat looks, and nobody writes."""

    model = ProfileChange
    fields = readonly_fields = ("moment", "by", "what")
    extra = 0
    can_delete = False

    @admin.display(description=_("changed on"))
    def moment(self, row: ProfileChange) -> datetime:
        return row.at

    @admin.display(description=_("parts"))
    def what(self, row: ProfileChange) -> str:
        return row.said

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by", "organisation")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembersFirst(FirstView):
    views = (
        ("members", pgettext_lazy("organisations", "Members today"), lambda rows: rows.members()),
        (
            "former",
            pgettext_lazy("organisations", "Former members"),
            lambda rows: rows.filter(left_on__lte=clock.today()),
        ),
        (
            "others",
            pgettext_lazy("organisations", "Never members"),
            lambda rows: rows.filter(joined_on=None),
        ),
    )


@admin.register(Organisation)
class OrganisationAdmin(SheetAdmin, PortalAdmin):
    resource_class = OrganisationResource
    form = OrganisationForm
    list_display = ("name_zh", "name_en", "sector", "kind", "parent", "joined_on", "left_on")
    list_filter = (MembersFirst, "sector", "kind")
    list_select_related = ("parent",)
    search_fields = ("name_zh", "name_en", "short_zh", "short_en", "slug", "ubn")
    autocomplete_fields = ("parent", "successor")
    inlines = (AffiliationsHere, ProfileChangesHere)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name_zh", "name_en"),
                    ("short_zh", "short_en"),
                    ("sector", "kind"),
                    "slug",
                    ("joined_on", "left_on", "left_for"),
                )
            },
        ),
        (_("Reachable at"), {"fields": (("mailbox", "website"), ("area", "ubn"))}),
        (_("Text"), {"fields": (("about_zh", "about_en"),), "classes": ("side-by-side",)}),
        (
            _("Government body"),
            {
                "fields": (
                    "self_name",
                    "parent",
                    "successor",
                    ("valid_from", "valid_to"),
                    ("oid", "org_code"),
                ),
                "classes": ("collapse",),
            },
        ),
    )

    def get_inlines(self, request: HttpRequest, obj: Organisation | None) -> Any:
        return self.inlines if obj else (AffiliationsHere,)

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Organisation | None = None
    ) -> dict[str, Any]:
        return {"slug": ("name_en",)} if obj is None and self.writes(request) else {}

    def save_model(self, request: HttpRequest, obj: Organisation, form: Any, change: bool) -> None:
        """Writes the words to be found by in the same transaction."""
        super().save_model(request, obj, form, change)
        index_organisation(obj)
        if obj.is_body:
            align_name(obj)


@admin.register(Domain)
class DomainAdmin(PortalAdmin):
    list_display = ("name_zh", "name_en", "slug")
    search_fields = ("name_zh", "name_en")


@admin.register(Law)
class LawAdmin(PortalAdmin):
    list_display = ("name_zh", "name_en", "code", "is_checked")
    list_filter = ("is_checked",)
    search_fields = ("name_zh", "name_en", "code")
