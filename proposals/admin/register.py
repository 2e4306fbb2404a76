"""The register of clarifications: made from an answer, looked over, published, superseded; never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.admin.base import PortalAdmin
from members.permissions import is_secretariat, reads_all
from members.refusals import Refused
from members.templatetags.face import badge
from proposals.actions.register import (
    FIELDS,
    can_edit_register,
    check_clarification,
    new_entry,
    prefilled,
    save_clarification,
)
from proposals.models import Answer, Clarification
from proposals.models.case import HIDDEN_STATES
from proposals.states import CLARIFYING
from workinggroups.permissions import triaged_groups


def answers_for_register(request: HttpRequest) -> QuerySet[Answer]:
    """Published answers that clarify or permit, of the reader's groups, and are not entered yet."""
    rows = (
        Answer.objects.current()
        .filter(outcome__in=CLARIFYING, clarification__isnull=True, referral__proposal__origin="portal")
        .exclude(referral__proposal__state__in=HIDDEN_STATES)
    )
    if not is_secretariat(request.user):
        rows = rows.filter(referral__proposal__group__in=triaged_groups(request.user))
    return rows.select_related("referral__ministry", "referral__proposal", "ask").order_by("-published_at")


class AnswerChoice(forms.ModelChoiceField):
    def label_from_instance(self, answer: Answer) -> str:
        case = answer.referral.proposal
        return f"{case.number}-{answer.ask.number} {answer.referral.ministry.short_name}: {case.local_title}"


class ClarificationForm(forms.ModelForm):
    class Meta:
        model = Clarification
        fields = ("answer", *FIELDS)
        labels = {"is_published": _("Published in the register")}

    def validate_constraints(self) -> None:
        """What the database's rules say, the action has said in words."""

    def clean(self) -> dict[str, Any]:
        """What the action would refuse is said beside the form, before anything is written."""
        data = super().clean()
        answer = data.get("answer") or (self.instance.answer if self.instance.pk else None)
        if answer is not None and not self.errors:
            entry = self.instance if self.instance.pk else new_entry(answer)
            try:
                check_clarification(entry, {name: data[name] for name in FIELDS if name in data})
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data


@admin.register(Clarification)
class ClarificationAdmin(PortalAdmin):
    form = ClarificationForm
    list_display = ("question", "law", "article", "body", "nature", "dated_on", "standing")
    list_filter = ("is_published", "nature")
    list_select_related = ("law", "answer__referral__ministry")
    search_fields = ("question", "article", "letter_number", "law__name_zh", "slug")
    ordering = ("is_published", "-dated_on", "-pk")
    raw_id_fields = ("superseded_by",)
    fieldsets = (
        (None, {"fields": ("answer", "source", "question", "question_en", "law", "article")}),
        (_("Legal nature"), {"fields": ("nature", "facts", "letter_number", "dated_on")}),
        (_("In the register"), {"fields": ("is_published", "review_on", "superseded_by")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Clarification]:
        rows = super().get_queryset(request)
        if reads_all(request.user):
            return rows
        return rows.filter(answer__referral__proposal__group__in=triaged_groups(request.user))

    def reads(self, request: HttpRequest, obj: Any = None) -> bool:
        return reads_all(request.user) or self.writes(request, obj)

    def writes(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None:
            return can_edit_register(request.user, obj.answer)
        return is_secretariat(request.user) or bool(triaged_groups(request.user))

    def get_readonly_fields(self, request: HttpRequest, obj: Clarification | None = None) -> tuple[str, ...]:
        return ("source",)

    def get_fieldsets(self, request: HttpRequest, obj: Clarification | None = None) -> Any:
        """A new entry chooses its answer; of one that is there the answer is shown, and stays."""
        hidden = "answer" if obj else "source"
        return [
            (title, {"fields": [name for name in options["fields"] if name != hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]

    def get_exclude(self, request: HttpRequest, obj: Clarification | None = None) -> list[str]:
        return ["answer"] if obj else []

    @admin.display(description=_("answer"))
    def source(self, row: Clarification) -> SafeString:
        answer = row.answer
        case = answer.referral.proposal
        return format_html(
            '<a href="{}">{}</a> {}<p>{}</p>',
            case.get_absolute_url(),
            case,
            answer.referral.ministry.name,
            f"{answer.get_outcome_display()}: {answer.reason}",
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "answer":
            return AnswerChoice(
                queryset=answers_for_register(request),
                label=db_field.verbose_name,
                help_text=_("Published answers that clarify or permit, and are not in the register yet."),
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """`?answer=` fills the form from that answer."""
        chosen = request.GET.get("answer", "")
        answer = answers_for_register(request).filter(pk=chosen).first() if chosen.isdecimal() else None
        return {"answer": answer.pk, **prefilled(answer)} if answer else {}

    def save_model(self, request: HttpRequest, obj: Clarification, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in FIELDS if name in form.cleaned_data}
        entry = obj if change else new_entry(form.cleaned_data["answer"])
        saved = save_clarification(user=request.user, clarification=entry, fields=fields)
        obj.pk, obj.slug = saved.pk, saved.slug

    @admin.display(description=_("body"))
    def body(self, row: Clarification) -> str:
        return row.answer.referral.ministry.short_name

    @admin.display(description=_("state"))
    def standing(self, row: Clarification) -> SafeString:
        if row.is_superseded:
            return badge("muted", "swap", _("Superseded"))
        if row.is_published:
            return badge("ok", "check", _("Published"))
        return badge("soon", "edit", _("To be looked over"))
