"""Referrals as the secretariat sees them: it records letters and days of receipt, and nothing else."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.admin.base import PortalAdmin, ReadOnly
from members.models import User
from members.permissions import is_secretariat
from members.refusals import Refused
from members.said import countdown, due_tone
from members.templatetags.face import badge
from proposals.actions.secretariat import record_correspondence
from proposals.models import Referral, Reminder
from proposals.states import REFERRAL_STEPS

LETTERS = ("letter_number", "letter_on", "received_on", "reply_number", "reply_on")


class LettersForm(forms.ModelForm):
    """The action is tried while the form is checked, in the request's transaction: what it refuses
    stands above the form, with everything that was typed."""

    user: User

    class Meta:
        model = Referral
        fields = LETTERS

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.errors and self.has_changed():
            try:
                record_correspondence(
                    user=self.user, referral=self.instance, **{name: data[name] for name in LETTERS}
                )
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data


@admin.register(Referral)
class ReferralAdmin(PortalAdmin):
    form = LettersForm
    list_display = (
        "case_number",
        "ministry",
        "part",
        "state_cell",
        "due_cell",
        "letter_number",
        "received_on",
    )
    list_filter = ("state", "part", ("ministry", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("proposal", "ministry")
    search_fields = ("proposal__number", "proposal__title", "ministry__name_zh", "letter_number")
    ordering = ("due_on", "pk")
    shown = ("proposal", "ministry", "part", "state", "sent_at", "receipt", "due_on", "returned_to")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Referral | None = None) -> bool:
        takes_letters = obj is None or obj.state in REFERRAL_STEPS["record"].sources
        return is_secretariat(request.user) and takes_letters

    def get_queryset(self, request: HttpRequest) -> QuerySet[Referral]:
        return Referral.objects.visible_to(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.shown

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        return (*self.shown, ("letter_number", "letter_on"), "received_on", ("reply_number", "reply_on"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Referral, form: Any, change: bool) -> None:
        """Nothing: the action has written what it allowed."""

    @admin.display(description=_("case number"), ordering="proposal__number")
    def case_number(self, row: Referral) -> str:
        return str(row.proposal.number)

    @admin.display(description=_("state"), ordering="state")
    def state_cell(self, row: Referral) -> SafeString:
        return badge(*row.tone, row.get_state_display())

    @admin.display(description=_("due"), ordering="due_on")
    def due_cell(self, row: Referral) -> SafeString | str:
        if row.due_on is None or not row.is_open:
            return "–"
        tone = due_tone(row.due_on)
        return badge(tone, "alert" if tone == "late" else "clock", countdown(row.due_on))


@admin.register(Reminder)
class ReminderAdmin(ReadOnly, PortalAdmin):
    """Which rung was reached for whom; the letter beside it says whether it was sent."""

    list_display = ("planned_at", "recipient", "case_number", "step", "due_on", "is_skipped", "letter_state")
    list_filter = ("is_skipped", "deadline__kind")
    list_select_related = (
        "recipient",
        "letter",
        "deadline__proposal",
        "deadline__referral__proposal",
        "deadline__question__referral__proposal",
    )
    search_fields = ("recipient__name", "recipient__email")
    date_hierarchy = "planned_at"
    fields = ("deadline", "rule", "due_on", "recipient", "planned_at", "is_skipped", "letter")

    @admin.display(description=_("case number"))
    def case_number(self, row: Reminder) -> str:
        return str(row.deadline.case.number)

    @admin.display(description=_("step"))
    def step(self, row: Reminder) -> str:
        return row.deadline.get_kind_display()

    @admin.display(description=_("letter"))
    def letter_state(self, row: Reminder) -> str:
        return row.letter.get_state_display() if row.letter else "–"
