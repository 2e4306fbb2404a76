"""遮蔽 in the admin: words blacked out of a case, texts removed at once, files withdrawn or replaced."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from members.admin.base import PortalAdmin, ReadOnly
from members.permissions import reads_all
from members.refusals import Attempt, Refused
from proposals import personal
from proposals.actions import redaction
from proposals.actions.redaction.removal import is_removable
from proposals.actions.redaction.texts import is_seen
from proposals.forms.redaction import REPLACE, BlackOutForm, FileForm, OrderForm, WordsForm
from proposals.models import Access, Attachment, PaperAnswer, Proposal, Redaction, TimelineEntry
from proposals.permissions import can_redact
from proposals.redactable import snippets, strings_in

from .words import version_in

EXCERPT = 90


@dataclass(frozen=True)
class Shown:
    """A text as the page lists it; one that the reader may not read has neither words nor findings."""

    text: redaction.Text
    excerpt: str
    found: list[personal.Found]
    removable: bool


def urls(model_admin: Any) -> list[Any]:
    """The pages of this room below the case of the queue."""
    pages: list[tuple[str, str, Callable[..., HttpResponse]]] = [
        ("<int:pk>/redact/", "redact", words_page),
        ("<int:pk>/redact/text/<str:key>/", "remove_text", text_page),
        ("<int:pk>/redact/file/<str:key>/", "redact_file", file_page),
    ]
    return [
        path(
            address,
            model_admin.admin_site.admin_view(_bound(model_admin, view)),
            name=f"proposals_proposal_{name}",
        )
        for address, name, view in pages
    ]


def _bound(model_admin: Any, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def page(request: HttpRequest, pk: int, **rest: Any) -> HttpResponse:
        case = model_admin.get_object(request, str(pk))
        if not can_redact(request.user, case):
            raise PermissionDenied
        return view(model_admin, request, case, **rest)

    return page


def title_hits(case: Proposal) -> list[str]:
    """What looks like personal data in the titles, masked: everybody reads those first."""
    found = personal.found_in({"title": f"{case.title}\n{case.title_other}"})
    return list(dict.fromkeys(hit.masked for hit in found))


# --- words -----------------------------------------------------------------------------------------


def words_page(model_admin: Any, request: HttpRequest, case: Proposal) -> HttpResponse:
    """The texts of the case; then what would be blacked out; then it is done. Nothing typed is lost."""
    form = WordsForm(request.POST if request.method == "POST" else None)
    order = BlackOutForm(request.POST if "confirm" in request.POST else None)
    preview, refusal, status = None, None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with Attempt() as attempt:
                if _is_confirmed(request, form, order):
                    return _black_out(request, case, form, order)
                preview = redaction.preview_words(
                    user=request.user, proposal=case, words=form.cleaned_data["words"]
                )
                status = 422 if order.errors else 200
            if attempt.refusal:
                refusal, status = attempt.refusal, 409
                case = model_admin.get_object(request, str(case.pk))
                if "confirm" in request.POST:
                    preview = redaction.preview_words(
                        user=request.user, proposal=case, words=form.cleaned_data["words"]
                    )
    context = {
        **_context(model_admin, request, case, _("Redact")),
        "form": form,
        "order": order,
        "preview": preview,
        "found": [(change, list(snippets(change.becomes))) for change in preview.changes] if preview else [],
        "chosen": set(request.POST.getlist("place")) if "confirm" in request.POST else None,
        "refusal": refusal,
        "texts": [] if preview else list(shown_texts(request, case)),
        "files": [] if preview else list(files_of(request, case)),
    }
    return TemplateResponse(request, "admin/proposals/redact.html", context, status=status)


def _is_confirmed(request: HttpRequest, form: WordsForm, order: BlackOutForm) -> bool:
    is_same = request.POST.get("previewed") == form.previewed
    return "confirm" in request.POST and is_same and order.is_valid()


def _black_out(request: HttpRequest, case: Proposal, form: WordsForm, order: BlackOutForm) -> HttpResponse:
    redaction.redact_words(
        user=request.user,
        proposal=case,
        words=form.cleaned_data["words"],
        chosen=request.POST.getlist("place"),
        expected_version=version_in(request, "version"),
        **order.cleaned_data,
    )
    messages.success(request, _("Blacked out. The history says so, and the authors are told."))
    return redirect("admin:proposals_proposal_change", case.pk)


def shown_texts(request: HttpRequest, case: Proposal) -> Iterator[Shown]:
    """Those in which something looks like personal data first; of texts not to be read their names only.

    Versions and the details of the history repeat what stands elsewhere: they are listed for a finding only.
    """
    seen = redaction.seen_by(request.user, case)
    rows = []
    for text in redaction.texts_of(case):
        if is_seen(text, seen):
            words = "\n".join(strings_in(text.value))
            found = personal.found_in({text.label: words})
            if found or is_removable(text):
                rows.append(Shown(text, " ".join(words.split())[:EXCERPT], found, is_removable(text)))
        elif text.place.never_shown:
            rows.append(Shown(text, "", [], True))
    return iter(sorted(rows, key=lambda row: not row.found))


# --- a text at once --------------------------------------------------------------------------------


def text_page(model_admin: Any, request: HttpRequest, case: Proposal, key: str) -> HttpResponse:
    """What removing a text means, and the button that does it."""
    seen = redaction.seen_by(request.user, case)
    text = next((text for text in redaction.texts_of(case) if text.key == key), None)
    if text is None or not is_removable(text) or not (is_seen(text, seen) or text.place.never_shown):
        raise Http404
    form = OrderForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                entries = redaction.remove_text(
                    user=request.user,
                    proposal=case,
                    key=key,
                    expected_version=version_in(request, "version"),
                    **form.cleaned_data,
                )
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("Removed everywhere, from the next request on."))
                return _to_access(request, case, entries)
    context = {
        **_context(model_admin, request, case, _("Remove a text at once")),
        "form": form,
        "text": text,
        "words": "\n".join(strings_in(text.value)) if is_seen(text, seen) else "",
    }
    return TemplateResponse(request, "admin/proposals/redact_text.html", context, status=status)


def _to_access(request: HttpRequest, case: Proposal, entries: list[TimelineEntry]) -> HttpResponse:
    listed = Access.objects.filter(entry__in=entries).values_list("entry", flat=True).first()
    if listed and reads_all(request.user):
        return redirect("admin:proposals_redaction_access", listed)
    return redirect("admin:proposals_proposal_change", case.pk)


# --- files -----------------------------------------------------------------------------------------


def files_of(request: HttpRequest, case: Proposal) -> Iterator[dict[str, Any]]:
    """The files of the case; of a restricted one that the reader may not open the kind only."""
    readable = set(
        Attachment.objects.visible_to(request.user).filter(proposal=case).values_list("pk", flat=True)
    )
    for file in case.attachments.all():
        yield {"file": file, "key": f"file-{file.pk}", "is_named": file.pk in readable}
    for paper in PaperAnswer.objects.filter(referral__proposal=case).select_related("referral"):
        yield {"file": paper, "key": f"paper-{paper.pk}", "is_named": True}


def file_page(model_admin: Any, request: HttpRequest, case: Proposal, key: str) -> HttpResponse:
    """A file withdrawn, or replaced; the upload is chosen again where something was refused."""
    row = next((row for row in files_of(request, case) if row["key"] == key), None)
    if row is None:
        raise Http404
    form = FileForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                entries = _do_to_file(request, row["file"], form.cleaned_data)
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                messages.success(request, _("Done. The old file is gone, and the history says so."))
                return _to_access(request, case, entries)
    context = {**_context(model_admin, request, case, _("Withdraw or replace a file")), "form": form, **row}
    return TemplateResponse(request, "admin/proposals/redact_file.html", context, status=status)


def _do_to_file(
    request: HttpRequest, file: Attachment | PaperAnswer, data: dict[str, Any]
) -> list[TimelineEntry]:
    order = {"user": request.user, "file": file, "kind": data["kind"], "reason": data["reason"]}
    if data["what"] == REPLACE:
        return redaction.replace_file(upload=data["upload"], **order)
    return redaction.withdraw_file(is_emergency=data["is_emergency"], **order)


def _context(model_admin: Any, request: HttpRequest, case: Proposal, title: Any) -> dict[str, Any]:
    return {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "case": case,
    }


# --- what was done ---------------------------------------------------------------------------------


@admin.register(Redaction)
class RedactionAdmin(ReadOnly, PortalAdmin):
    """Reads: the secretariat and the auditors. The words stand nowhere, and the digests are not shown."""

    list_display = ("made_at", "case_number", "place_cell", "kind", "is_emergency", "made_by", "access")
    list_filter = ("kind", "is_emergency")
    list_select_related = ("proposal", "made_by", "entry")
    search_fields = ("proposal__number", "reason")
    date_hierarchy = "made_at"
    fields = ("case_number", "place_cell", "kind", "reason", "is_emergency", "made_by", "made_at", "access")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Redaction]:
        return Redaction.objects.visible_to(request.user)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.access_view)
        return [path("access/<int:entry>/", view, name="proposals_redaction_access"), *super().get_urls()]

    def access_view(self, request: HttpRequest, entry: int) -> HttpResponse:
        """Who had access to what was removed, by name: for the secretariat and the auditors."""
        if not reads_all(request.user):
            raise PermissionDenied
        emergencies = TimelineEntry.objects.visible_to(request.user).filter(redactions__is_emergency=True)
        trace = get_object_or_404(emergencies.select_related("proposal", "note"), pk=entry)
        rows = Access.objects.visible_to(request.user).filter(entry=trace)
        rows = rows.select_related("user", "body", "letter").order_by("how", "at", "pk")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Who had access"),
            "opts": self.opts,
            "trace": trace,
            "case": trace.proposal,
            "groups": [
                (Access.How(how).label, list(each)) for how, each in groupby(rows, lambda row: row.how)
            ],
        }
        return TemplateResponse(request, "admin/proposals/redact_access.html", context)

    @admin.display(description=_("case number"), ordering="proposal__number")
    def case_number(self, row: Redaction) -> str:
        return str(row.proposal.number)

    @admin.display(description=_("where"))
    def place_cell(self, row: Redaction) -> str:
        return row.place_label

    @admin.display(description=_("Who had access"))
    def access(self, row: Redaction) -> SafeString | str:
        if not row.is_emergency:
            return "–"
        address = reverse("admin:proposals_redaction_access", args=[row.entry_id])
        return format_html('<a href="{}">{}</a>', address, gettext("Who had access"))
