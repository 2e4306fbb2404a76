"""The outbox. Letters are written by what happens; a person may only have an undelivered one sent again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from members.actions.resend import send_letter_again
from members.models import Letter
from members.permissions import is_secretariat
from members.refusals import Refused
from members.templatetags.face import badge

from .base import PortalAdmin, ReadOnly

TONES = {
    Letter.State.DUE: ("brand", "hourglass"),
    Letter.State.SENDING: ("brand", "send"),
    Letter.State.SENT: ("ok", "check"),
    Letter.State.FAILED: ("late", "alert"),
    Letter.State.CANCELLED: ("muted", "close"),
    Letter.State.HELD: ("paused", "hourglass"),
    Letter.State.UNWANTED: ("muted", "minus"),
}

KEY = _("Not shown: the letter carries a personal key.")
UNREAD = {
    "invitation": KEY,
    "application": KEY,
    "follow_confirm": KEY,
    "follow_news": KEY,
    "contact": _("Not shown: it is between the two members."),
}
"""Kinds of letters whose text the desk does not read, and why."""


class DeliveryFilter(admin.SimpleListFilter):
    """Letters that nobody received: refused for good by a relay, or sent and come back."""

    title = _("delivery")
    parameter_name = "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("undelivered", _("not delivered")),
            ("came-back", _("came back")),
            ("copy", _("only the copy came back")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        if self.value() == "undelivered":
            return queryset.undelivered()  # type: ignore[attr-defined]
        if self.value() == "copy":
            return queryset.with_lost_copy()  # type: ignore[attr-defined]
        return queryset.filter(bounced_at__isnull=False) if self.value() == "came-back" else queryset


@admin.register(Letter)
class LetterAdmin(ReadOnly, PortalAdmin):
    list_display = ("subject", "to", "state_cell", "attempts", "created_at", "sent_at")
    list_filter = (DeliveryFilter, "state", "language")
    search_fields = ("to", "subject", "recipient__name")
    date_hierarchy = "created_at"
    actions = ("send_again",)
    readonly_fields = ("text",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "subject",
                    "text",
                    ("to", "copies"),
                    ("state", "sent_at", "bounced_at"),
                    "redacted_at",
                )
            },
        ),
        (
            _("Delivery"),
            {"fields": ("attempts", "last_error", "not_before", "created_at", "kind", "message_id")},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return super().get_queryset(request).for_the_desk()  # type: ignore[attr-defined]

    @admin.display(description=_("text"))
    def text(self, letter: Letter) -> str:
        """Not of a letter whose key would open an account, nor of one with an address given in confidence."""
        return str(UNREAD.get(letter.kind, letter.body))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return super().get_actions(request) if is_secretariat(request.user) else {}

    @admin.action(description=_("Send again, to the person's present address"))
    def send_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        addresses = []
        for letter in queryset:
            try:
                addresses.append(send_letter_again(user=request.user, letter=letter).to)
            except Refused as refusal:
                line = gettext("%(case)s: %(said)s") % {"case": letter, "said": refusal}
                self.message_user(request, line, messages.ERROR)
        if addresses:
            sent = len(addresses)
            text = ngettext("%(n)d letter will be sent again.", "%(n)d letters will be sent again.", sent)
            said = [text % {"n": sent}, *dict.fromkeys(addresses)]
            self.message_user(request, " ".join(said), messages.SUCCESS)

    @admin.display(description=_("state"), ordering="state")
    def state_cell(self, letter: Letter) -> SafeString:
        if letter.bounced_at:
            return badge(*TONES[Letter.State.FAILED], gettext("came back"))
        return badge(*TONES[Letter.State(letter.state)], letter.get_state_display())
