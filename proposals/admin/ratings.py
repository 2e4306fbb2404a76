"""What proposers make of the answers: read by the secretariat and the auditors, never written here."""

from django.contrib import admin

from members.admin.base import PortalAdmin, ReadOnly
from proposals.models import AnswerRating


@admin.register(AnswerRating)
class AnswerRatingAdmin(ReadOnly, PortalAdmin):
    list_display = ("proposal", "round", "usefulness", "answered", "rated_at")
    list_filter = ("usefulness", "answered")
    list_select_related = ("proposal",)
    fields = ("proposal", "round", "usefulness", "answered", "text", "rated_at")
