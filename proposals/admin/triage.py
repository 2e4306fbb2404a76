"""The convener's queue, and the case beside its buttons. Every decision is an action."""

import re
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy
from django.views.decorators.http import require_GET

from members.admin.base import PortalAdmin, Queues
from members.bigrams import normalised
from members.refusals import NotAllowed, Refused
from members.said import countdown, day, days_left, due_tone
from members.templatetags.face import badge
from proposals.forms.saved_texts import Offers, put_in
from proposals.models import Proposal
from workinggroups.models import WorkingGroup
from workinggroups.permissions import triaged_groups

from . import redaction
from .bulk import BULK_STEPS, bulk_action
from .case import Kept, case_page, new_form, state_sign
from .merging import merge_page
from .queue import (
    ANSWERED,
    DECIDE,
    DISPUTED,
    LATE_FIRST,
    MINISTRIES,
    OVER,
    PROPOSER,
    QUEUES,
    WITHOUT_LEAD,
    cases_for,
    with_asks,
    with_due,
)
from .steps import STEPS, Step
from .words import said_of, version_in

NUMBER = re.compile(r"J?-?[0-9-]+")


class CaseQueues(Queues):
    """At first those that need a decision of the group."""

    queues = {
        DECIDE: (pgettext_lazy("queue", "To decide"), QUEUES[DECIDE]),
        PROPOSER: (pgettext_lazy("queue", "With the proposer"), QUEUES[PROPOSER]),
        MINISTRIES: (pgettext_lazy("queue", "With the ministries"), QUEUES[MINISTRIES]),
        WITHOUT_LEAD: (pgettext_lazy("queue", "Returned, without a lead"), QUEUES[WITHOUT_LEAD]),
        DISPUTED: (pgettext_lazy("queue", "Competence disputed"), QUEUES[DISPUTED]),
        ANSWERED: (pgettext_lazy("queue", "Answered"), QUEUES[ANSWERED]),
        OVER: (pgettext_lazy("queue", "Ended"), QUEUES[OVER]),
    }


class OwnGroupFilter(admin.SimpleListFilter):
    """By group, for whoever sees several."""

    title = _("group")
    parameter_name = "group"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        groups = WorkingGroup.objects.filter(takes_proposals=True)
        if own := triaged_groups(request.user):
            groups = groups.filter(pk__in=own)
        return [(str(group.pk), group.name) for group in groups]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> QuerySet[Proposal]:
        return queryset.filter(group=self.value()) if (self.value() or "").isdecimal() else queryset


class Queue(ChangeList):
    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Proposal]) -> list[Any]:
        """Late ones first, unless the reader sorts by a column."""
        return super().get_ordering(request, queryset) if ORDER_VAR in self.params else LATE_FIRST

    def get_ordering_field_columns(self) -> dict[int, str]:
        return super().get_ordering_field_columns() if ORDER_VAR in self.params else {}


@admin.register(Proposal)
class ProposalAdmin(PortalAdmin):
    """Reads: see `cases_for`. Writes: nobody here; the buttons call the actions, which ask for the right."""

    list_display = ("due_cell", "number", "title_cell", "proposer", "state_cell", "asks", "age")
    list_display_links = ("number", "title_cell")
    list_filter = (CaseQueues, OwnGroupFilter, ("domains", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("group", "organisation")
    search_fields = ("number", "title", "title_other")
    actions_selection_counter = True
    list_per_page = 25

    def reads(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.admin_site.has_permission(request)

    def writes(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        return with_asks(with_due(cases_for(request.user))).order_by(*LATE_FIRST)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return Queue

    def get_urls(self) -> list[Any]:
        wanted = {"proposals_proposal_changelist", "proposals_proposal_change"}
        own = [
            path(
                "<int:pk>/step/<slug:step>/",
                self.admin_site.admin_view(self.step_view),
                name="proposals_proposal_step",
            ),
            path(
                "<int:pk>/merge/",
                self.admin_site.admin_view(self.merge_view),
                name="proposals_proposal_merge",
            ),
        ]
        own += redaction.urls(self)
        return own + [url for url in super().get_urls() if url.name in wanted]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Proposal], search_term: str
    ) -> tuple[QuerySet[Proposal], bool]:
        """By a part of the number, else by the words by which the public finds a case: they have an index."""
        words = search_term.strip()
        if not words:
            return queryset, False
        number = normalised(words).upper()
        is_number = NUMBER.fullmatch(number) is not None
        return (queryset.filter(number__contains=number) if is_number else queryset.matching(words)), False

    # --- the list --------------------------------------------------------------------------------

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": _("Queue"), "steps": list(BULK_STEPS.values()), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not triaged_groups(request.user):
            return {}
        return {name: (bulk_action(step), name, step.label) for name, step in BULK_STEPS.items()}

    @admin.display(description=_("due"), ordering="due")
    def due_cell(self, case: Proposal) -> SafeString | str:
        if case.due is None:
            return "–"
        tone = due_tone(case.due)
        sign = badge(tone, "alert" if tone == "late" else "clock", countdown(case.due))
        return format_html('{} <span class="due-day">{}</span>', sign, day(case.due))

    @admin.display(description=_("title"), ordering="title")
    def title_cell(self, case: Proposal) -> str:
        return case.local_title or "–"

    @admin.display(description=_("proposer"), ordering="organisation__name_zh")
    def proposer(self, case: Proposal) -> str:
        return case.organisation.short_name if case.organisation else case.source_name or "–"

    @admin.display(description=_("state"), ordering="state")
    def state_cell(self, case: Proposal) -> SafeString:
        return state_sign(case)

    @admin.display(description=_("asks"))
    def asks(self, case: Proposal) -> int:
        return case.ask_count

    @admin.display(description=_("age"), ordering="submitted_at")
    def age(self, case: Proposal) -> str:
        days = -int(days_left(case.submitted_at)) if case.submitted_at else 0
        return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}

    # --- the case --------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return require_GET(self.case_view)(request, object_id)

    def case_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return case_page(self, request, self.get_object(request, object_id))

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return merge_page(self, request, self.get_object(request, str(pk)))

    def step_view(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        """One decision about one case. What was typed stays on the page when it is refused."""
        case = self.get_object(request, str(pk))
        if step not in STEPS or STEPS[step].page:
            raise Http404
        if request.method in ("GET", "HEAD"):
            return redirect(f"{reverse('admin:proposals_proposal_change', args=[pk])}#step-{step}")
        chosen = STEPS[step]
        form = bind(chosen, request, case)
        version, state = version_in(request, "version"), request.POST.get("state", "")
        if form is not None and "insert" in request.POST:
            filled = filled_in(chosen, form, request, case)
            return case_page(self, request, case, kept=Kept(chosen, filled, version, state))
        kept = Kept(chosen, form, version, state)
        if form is not None and not form.is_valid():
            return case_page(self, request, case, kept=kept, status=422)
        try:
            chosen.run(request.user, case, version, form.cleaned_data if form else {})
        except Refused as refusal:
            status = 403 if isinstance(refusal, NotAllowed) else 409
            fresh = self.get_object(request, str(pk))
            return case_page(self, request, fresh, kept=kept, refusal=refusal, status=status)
        messages.success(request, said_of(case, chosen.done))
        if chosen.name in ("note", "score"):
            return redirect("admin:proposals_proposal_change", case.pk)
        return redirect("admin:proposals_proposal_changelist")


def bind(step: Step, request: HttpRequest, case: Proposal) -> Any:
    """The step's form with what was sent, or None where it has none."""
    if step.form is None:
        return None
    extra = {"case": case} if step.takes_case else {}
    if step.takes_user:
        extra["user"] = request.user
    return step.form(request.POST, prefix=step.name, **extra)


def filled_in(step: Step, form: Any, request: HttpRequest, case: Proposal) -> Any:
    """The form again with all that was typed and the saved text that was chosen; nothing is checked yet."""
    offer = Offers(request.user, [case]).of(step.form)
    words = offer.words(request.POST.get("saved", "")) if offer else ""
    return new_form(step, case, request.user, put_in(form, form.saved_texts[0], words))
