"""What cases are weighed by: kept by the secretariat, put out of use, never deleted."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from members.admin.base import PortalAdmin
from proposals.models import Criterion


@admin.register(Criterion)
class CriterionAdmin(PortalAdmin):
    list_display = ("name_cell", "highest", "position", "is_active")
    list_filter = ("is_active",)
    fields = (
        "slug",
        ("name_zh", "name_en"),
        "description_zh",
        "description_en",
        "highest",
        "position",
        "is_active",
    )

    @admin.display(description=_("name"))
    def name_cell(self, row: Criterion) -> str:
        return row.name
