"""組織調整 in the admin: the document, its preview with a choice for each open matter, and applying it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from members import clock
from members.admin.base import PortalAdmin, ReadOnly, Rights
from members.models import Affiliation, Organisation
from members.refusals import Attempt
from members.said import day
from proposals.actions.handing_over import earliest_due
from proposals.actions.reorganisation import (
    open_follow_ups,
    open_invitations,
    open_referrals,
    rename,
    reorganise,
    standing_rules,
)
from proposals.forms.reorganisation import Passing, ReorganisationForm, TakersForm
from proposals.models import FollowUp, Handover, Referral, Reorganisation

Kind = Reorganisation.Kind


class HandoversHere(ReadOnly, Rights, admin.TabularInline):
    """What passed, to whom, and how far its date moved."""

    model = Handover
    fields = readonly_fields = ("what", "to_body", "old_due_on", "new_due_on", "booked_days")
    verbose_name = _("hand-over")
    verbose_name_plural = _("what passed")
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Handover]:
        rows = Handover.objects.visible_to(request.user)
        return rows.select_related(
            "referral__proposal", "follow_up__proposal", "consultation__proposal", "from_body", "to_body"
        )

    @admin.display(description=_("what"))
    def what(self, row: Handover) -> str:
        if row.follow_up:
            return f"{row.follow_up.proposal.number} {row.follow_up.title}"
        of_case = row.referral or row.consultation
        assert of_case is not None
        return f"{of_case.proposal.number} {of_case.proposal.local_title}"


@admin.register(Reorganisation)
class ReorganisationAdmin(PortalAdmin):
    list_display = ("document_number", "body", "kind", "effective_cell", "applied_at", "passed")
    list_filter = ("kind",)
    list_select_related = ("body",)
    search_fields = ("document_number", "body__name_zh", "body__name_en")
    fields = readonly_fields = (
        "body",
        "kind",
        "effective_on",
        "document_number",
        "applied_at",
        "applied_by",
    )
    inlines = (HandoversHere,)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is applied once, and for good."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reorganisation]:
        rows = Reorganisation.objects.visible_to(request.user)
        return rows.annotate(count=Count("handovers")).order_by("-applied_at")

    @admin.display(description=_("takes effect on"), ordering="effective_on")
    def effective_cell(self, row: Reorganisation) -> str:
        return day(row.effective_on, "year")

    @admin.display(description=_("passed"))
    def passed(self, row: Any) -> str:
        return ngettext("%(count)d matter", "%(count)d matters", row.count) % {"count": row.count}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """The document is a GET form; with it filled in, the preview; its POST applies what is chosen there.

        Nothing is written before. What is refused comes back as it was typed.
        """
        if not self.has_add_permission(request):
            raise PermissionDenied
        is_filled = "document_number" in request.GET
        form = ReorganisationForm(request.GET if is_filled else None)
        preview: dict[str, Any] = {}
        status = 200
        if is_filled and form.is_valid():
            preview = preview_of(form, request)
            takers: TakersForm = preview["takers"]
            if request.method == "POST" and takers.is_valid():
                with Attempt() as attempt:
                    act = _apply(request, form, takers)
                    messages.success(request, _("Applied. Everybody concerned is told."))
                    return redirect("admin:proposals_reorganisation_change", act.pk)
                preview["refusal"] = str(attempt.refusal)
                status = 409
        context = {
            **self.admin_site.each_context(request),
            "title": _("Reorganise a body"),
            "opts": self.opts,
            "form": form,
            **preview,
        }
        return TemplateResponse(request, "admin/proposals/reorganisation/add.html", context, status=status)


def preview_of(form: ReorganisationForm, request: HttpRequest) -> dict[str, Any]:
    """What would happen today: which matters pass, whose dates move, who is left without a contact."""
    data = form.cleaned_data
    passes = data["kind"] != Kind.RENAMED
    body = data["body"]
    takers = TakersForm(
        request.POST if request.method == "POST" else None,
        bodies=form.takers if passes else [],
        referrals=open_referrals(body) if passes else [],
        follow_ups=open_follow_ups(body) if passes else [],
        consultations=open_invitations(body) if passes else [],
        rules=standing_rules(body) if passes else [],
    )
    least = earliest_due(clock.today()) if passes else None
    return {
        "takers": takers,
        "rows": [(row, field, moved_to(row, least)) for row, field in takers.rows()],
        "least": least,
        "act": data,
        "kind": Kind(data["kind"]),
        "passes": passes,
        "ends": data["kind"] == Kind.ENDED,
        "leaving": Affiliation.objects.current().filter(organisation=body).count(),
        "units": list(body.units.existing().order_by("name_zh")),
        "alone": [row for row in data["successors"] if not _has_contact(row)] if passes else [],
        "is_early": data["effective_on"] > clock.today(),
        "was_applied": Reorganisation.objects.filter(document_number=data["document_number"].strip()).first(),
    }


def moved_to(row: Passing, least: Any) -> Any:
    """The day to which its date would move; None where it stays. One not received counts from its receipt."""
    if not isinstance(row, Referral | FollowUp):
        return None
    due_on = row.due_on if isinstance(row, Referral) else row.planned_on
    if isinstance(row, Referral) and row.received_on is None:
        return None
    if isinstance(row, FollowUp) and row.is_out_of_hand:
        return None
    return least if due_on and due_on < least else None


def _has_contact(body: Organisation) -> bool:
    rows = Affiliation.objects.current().with_role(*Affiliation.ANSWERING)
    return rows.filter(organisation=body).exists()


def _apply(request: HttpRequest, form: ReorganisationForm, takers: TakersForm) -> Reorganisation:
    data = form.cleaned_data
    said = {name: data[name] for name in ("body", "effective_on", "document_number")}
    if data["kind"] == Kind.RENAMED:
        return rename(user=request.user, names=form.names, self_name=data["self_name"], **said)
    return reorganise(
        user=request.user,
        kind=data["kind"],
        successors=list(data["successors"]),
        takers=takers.chosen(),
        **said,
    )
