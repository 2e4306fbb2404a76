"""Meetings as their officers keep them: agenda, people, minutes, what is to be done; each step a button."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.admin.base import FirstView
from members.admin.importing import SheetAdmin
from members.permissions import reads_all
from members.refusals import Attempt
from members.templatetags.face import badge
from workinggroups.actions.meetings import keep_meeting
from workinggroups.models import ActionItem, AgendaItem, Meeting, Participant, WorkingGroup
from workinggroups.permissions import triaged_groups
from workinggroups.resources import MeetingResource

from .base import OfGroup, PartOf, SpokenForms
from .choosing import OfMeeting, urls_of
from .steps import STEPS, open_steps

TEMPLATES = "admin/workinggroups/meeting"


class MeetingForm(forms.ModelForm):
    """A meeting ends after it begins."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        begins, ends = data.get("starts_at"), data.get("ends_at")
        if begins and ends and ends <= begins:
            self.add_error("ends_at", _("The end lies after the beginning."))
        return data


class AgendaForms(SpokenForms):
    """An item without a title is a case, which is not taken away here: its parties have been told."""

    def clean(self) -> None:
        super().clean()
        for form in self.deleted_forms:
            if form.instance.pk and not form.instance.title_zh:
                raise forms.ValidationError(
                    _("A case stays on the agenda to which it was put: decide on it, or adjourn it.")
                )


class Written(PartOf):
    """Kept until the minutes are approved; from then on a correction comes first."""

    def writes(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().writes(request, obj) and not (obj and _is_settled(obj))


def _is_settled(meeting: Meeting) -> bool:
    last = meeting.minutes.order_by("version").last()
    return last is not None and not last.is_draft


class AgendaHere(Written):
    model = AgendaItem
    formset = AgendaForms
    fields = ("position", "title_zh", "title_en", "minutes_text", "decision_text")
    verbose_name_plural = _("Agenda and what was said")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("minutes_text", "decision_text"):
            kwargs["widget"] = forms.Textarea(attrs={"rows": 3, "cols": 28})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ParticipantsHere(Written, OfMeeting):
    model = Participant
    fields = ("user", "organisation", "part", "reply", "presence", "represented_by")
    readonly_fields = ("reply",)
    verbose_name_plural = _("Participants and who came")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        return super().get_queryset(request).select_related("user", "organisation")


class ActionItemsHere(OfMeeting):
    model = ActionItem
    fields = ("text", "owner", "organisation", "due_on", "done_at")
    readonly_fields = ("done_at",)
    verbose_name_plural = _("What is to be done")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ActionItem]:
        return super().get_queryset(request).select_related("owner", "organisation")


class OwnGroupFilter(admin.SimpleListFilter):
    """By group, for whoever keeps several."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        groups = WorkingGroup.objects.all()
        if not reads_all(request.user):
            groups = groups.filter(pk__in=triaged_groups(request.user))
        return [(str(group.pk), group.name) for group in groups]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Meeting]) -> QuerySet[Meeting]:
        return queryset.filter(group=self.value()) if (self.value() or "").isdecimal() else queryset


def _to_look_after(rows: Any) -> Any:
    lacking = Meeting.objects.without_minutes().values("pk")
    return rows.filter(Q(starts_at__gte=clock.now()) | Q(pk__in=lacking))


class StandingFilter(FirstView):
    """At first what a secretary looks after: what is to come, and what still lacks its minutes."""

    title = _("standing")
    parameter_name = "standing"
    views = (
        ("open", pgettext_lazy("meetings", "to look after"), _to_look_after),
        ("coming", pgettext_lazy("meetings", "to come"), lambda rows: rows.coming()),
        ("lacking", _("without minutes"), lambda rows: rows.without_minutes()),
        ("past", pgettext_lazy("meetings", "past"), lambda rows: rows.past()),
    )


@admin.register(Meeting)
class MeetingAdmin(SheetAdmin, OfGroup):
    resource_class = MeetingResource
    form = MeetingForm
    change_form_template = f"{TEMPLATES}/change_form.html"
    list_display = ("starts_at", "title_cell", "group", "kind", "items", "state_cell", "is_public")
    list_display_links = ("starts_at", "title_cell")
    list_filter = (StandingFilter, OwnGroupFilter, "kind", "is_public")
    list_select_related = ("group",)
    search_fields = ("title_zh", "title_en")
    date_hierarchy = "starts_at"
    inlines = (AgendaHere, ParticipantsHere, ActionItemsHere)
    readonly_fields = ("minutes_published_on",)
    fields = (
        ("title_zh", "title_en"),
        ("group", "kind", "series", "number"),
        ("starts_at", "ends_at"),
        ("place_zh", "place_en"),
        "online_url",
        ("chaired_by", "recorded_by", "letter_number"),
        "is_public",
        "minutes_published_on",
    )

    def has_change_permission(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        return self.writes(request, obj) and not (obj and obj.is_cancelled)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Meeting]:
        return super().get_queryset(request).annotate(item_count=Count("agenda"))

    def get_inlines(self, request: HttpRequest, obj: Meeting | None) -> Any:
        return self.inlines if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "series":
            keeper = self.admin_site.get_model_admin(field.queryset.model)
            field.queryset = keeper.get_queryset(request)
        return field

    def save_model(self, request: HttpRequest, obj: Meeting, form: Any, change: bool) -> None:
        keep_meeting(user=request.user, meeting=obj, changed=form.changed_data)

    def get_urls(self) -> list[Any]:
        step = path(
            "<int:pk>/step/<slug:step>/",
            self.admin_site.admin_view(self.step_view),
            name="workinggroups_meeting_step",
        )
        return [step, *urls_of(self), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        steps = open_steps(request.user, row) if self.writes(request, row) else []
        minutes = row.minutes.order_by("version").last()
        context = {"steps": steps, "minutes": minutes, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """One step on a page of its own; what is refused comes back as it was typed."""
        row: Any = self.get_object(request, str(pk))
        if step not in STEPS:
            raise Http404
        if not self.writes(request, row):
            raise PermissionDenied
        chosen, status = STEPS[step], 200
        form = chosen.form(request.POST if request.method == "POST" else None, initial=chosen.initial(row))
        if request.method == "POST":
            status = 422
            if form.is_valid():
                with Attempt() as attempt:
                    chosen.run(user=request.user, meeting=row, **form.cleaned_data)
                    messages.success(request, chosen.done)
                    return redirect("admin:workinggroups_meeting_change", pk)
                status = attempt.told_in(form)
        context = {
            **self.admin_site.each_context(request),
            "title": chosen.label,
            "opts": self.opts,
            "meeting": row,
            "step": chosen,
            "form": form,
        }
        return TemplateResponse(request, f"{TEMPLATES}/step.html", context, status=status)

    @admin.display(description=_("title"))
    def title_cell(self, meeting: Meeting) -> str:
        return meeting.title

    @admin.display(description=_("items"), ordering="item_count")
    def items(self, meeting: Any) -> int:
        return meeting.item_count

    @admin.display(description=_("state"))
    def state_cell(self, meeting: Meeting) -> SafeString:
        """What it lacks, in one word."""
        if meeting.is_cancelled:
            return badge("muted", "close", str(_("Cancelled")))
        if meeting.minutes_published_on:
            return badge("ok", "check", str(_("minutes published")))
        if meeting.closes_at < clock.now():
            return badge("soon", "edit", str(_("without minutes")))
        if meeting.invited_at:
            return badge("brand", "mail", str(pgettext_lazy("meeting", "invited")))
        return badge("muted", "hourglass", str(_("not invited yet")))
