"""What cases are weighed by: kept by the secretariat, put out of use, never deleted."""

from django.contrib import admin

from members.admin.base import PortalAdmin
from proposals.models import Criterion


@admin.register(Criterion)
class CriterionAdmin(PortalAdmin):
    list_display = ("name", "highest", "position", "is_active")
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
