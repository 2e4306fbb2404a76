"""Referrals as the secretariat sees them: it records letters, days of receipt and what stops a clock."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from members import clock
from members.admin.base import FirstView, PortalAdmin, ReadOnly
from members.models import User
from members.permissions import is_secretariat
from members.refusals import Refused
from members.said import countdown, day, due_tone
from members.templatetags.face import badge
from proposals.actions.secretariat import record_correspondence
from proposals.models import Referral, Reminder
from proposals.permissions import can_take_referral_step
from proposals.states import REFERRAL_STEPS, ReferralState
from proposals.templatetags.cases import part_badge

from .letterpacks import letter_odt, letter_page, letter_pdf
from .paper import paper_page
from .referral_steps import step_page, steps_open_to

LETTERS = ("letter_number", "letter_on", "received_on", "reply_number", "reply_on")
ENDED = (ReferralState.RETURNED, ReferralState.CANCELLED)


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


class OpenFirst(FirstView):
    """At first those that are not answered yet; the secretariat asks after what nobody has received."""

    views = (
        ("open", _("Open"), lambda rows: rows.open()),
        ("missing", _("not received yet"), lambda rows: rows.not_received()),
        ("late", _("Overdue"), lambda rows: rows.overdue()),
        ("very", _("Very overdue"), lambda rows: rows.very_overdue()),
        (
            "answered",
            pgettext_lazy("referral", "Answered"),
            lambda rows: rows.filter(state=ReferralState.ANSWERED),
        ),
        ("ended", pgettext_lazy("queue", "Ended"), lambda rows: rows.filter(state__in=ENDED)),
    )


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
        "sent_on",
        "received_cell",
    )
    list_filter = (
        OpenFirst,
        "part",
        ("ministry", admin.RelatedOnlyFieldListFilter),
    )
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

    def get_urls(self) -> list[Any]:
        step = path(
            "<int:pk>/step/<slug:step>/",
            self.admin_site.admin_view(partial(step_page, self)),
            name="proposals_referral_step",
        )
        letters = [
            path(
                f"<int:pk>/letter{ending}",
                self.admin_site.admin_view(partial(view, self)),
                name=f"proposals_referral_{name}",
            )
            for ending, name, view in (
                ("/", "letter", letter_page),
                (".odt", "letter_odt", letter_odt),
                (".pdf", "letter_pdf", letter_pdf),
            )
        ]
        paper = path(
            "<int:pk>/paper/",
            self.admin_site.admin_view(partial(paper_page, self)),
            name="proposals_referral_paper",
        )
        return [step, paper, *letters, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        context = {
            "steps": steps_open_to(request.user, row),
            "may_enter_paper": can_take_referral_step(request.user, row, "enter_paper"),
            **(extra_context or {}),
        }
        return super().change_view(request, object_id, form_url, context)

    def save_model(self, request: HttpRequest, obj: Referral, form: Any, change: bool) -> None:
        """Nothing: the action has written what it allowed."""

    @admin.display(description=_("case number"), ordering="proposal__number")
    def case_number(self, row: Referral) -> str:
        return str(row.proposal.number)

    @admin.display(description=_("state"), ordering="state")
    def state_cell(self, row: Referral) -> SafeString:
        part = part_badge(row)
        return badge(part["tone"], part["icon"], part["text"])

    @admin.display(description=_("due"), ordering="due_on")
    def due_cell(self, row: Referral) -> SafeString | str:
        if row.due_on is None or not row.is_open:
            return "–"
        if row.is_paused or row.received_on is None or row.is_proved:
            return day(row.due_on)
        tone = due_tone(row.due_on)
        return badge(tone, "alert" if tone == "late" else "clock", countdown(row.due_on))

    @admin.display(description=_("referred"), ordering="sent_at")
    def sent_on(self, row: Referral) -> str:
        return day(row.sent_at)

    @admin.display(description=_("received on"), ordering="received_on")
    def received_cell(self, row: Referral) -> SafeString | str:
        """Of one that nobody has received how long ago it was sent."""
        if row.received_on or not row.is_open:
            return day(row.received_on) or "–"
        days = (clock.today() - clock.local_date(row.sent_at)).days
        text = ngettext("not received for %(days)d day", "not received for %(days)d days", days)
        return badge("soon", "mail", text % {"days": days})


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
