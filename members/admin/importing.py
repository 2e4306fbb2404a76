"""Tables in and out of the admin: a file, then what it would do row by row, then the word to do it."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from tablib import Dataset

from members import clock
from members.permissions import is_secretariat, reads_all
from members.refusals import Refused
from members.resources import SheetResource, changed_columns
from members.sheets import KINDS, MAX_BYTES, read_sheet, write_sheet

SHOWN = 200
"""As many rows of a preview are shown, those with errors first."""


@dataclass
class ShownRow:
    """One row of the file: what becomes of it, its values, and what is wrong in which column."""

    number: int
    kind: str
    values: list[str]
    changed: list[str] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Preview:
    headings: list[str]
    rows: list[ShownRow]
    counts: dict[str, int]

    @property
    def has_errors(self) -> bool:
        return bool(self.counts.get("error"))

    @property
    def changes(self) -> int:
        return self.counts.get("new", 0) + self.counts.get("update", 0)

    @property
    def shown(self) -> list[ShownRow]:
        order = {"error": 0, "new": 1, "update": 2, "skip": 3}
        return sorted(self.rows, key=lambda row: (order[row.kind], row.number))[:SHOWN]


class SheetForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("CSV, XLSX or ODS, up to 1 MB."))

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than 1 MB. Divide it, and import the parts one after the other.")
            )
        return upload.read()


class SheetAdmin:
    """Put in front of `PortalAdmin`: the secretariat imports, whoever reads all exports."""

    resource_class: type[SheetResource]
    change_list_template = "admin/members/sheet/change_list.html"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"  # type: ignore[attr-defined]
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [
            path("import/", view(self.import_view), name=f"{name}_import"),
            path("export/<slug:kind>/", view(self.export_view), name=f"{name}_export"),
            *super().get_urls(),  # type: ignore[misc]
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        base = f"admin:{self.opts.app_label}_{self.opts.model_name}"  # type: ignore[attr-defined]
        links = {
            "import_url": reverse(f"{base}_import") if is_secretariat(request.user) else "",
            "export_urls": [(kind, reverse(f"{base}_export", args=[kind])) for kind in KINDS]
            if reads_all(request.user)
            else [],
        }
        return super().changelist_view(request, links | (extra_context or {}))  # type: ignore[misc]

    def export_view(self, request: HttpRequest, kind: str) -> HttpResponse:
        """All rows, in the form that the import takes."""
        if not reads_all(request.user):
            raise PermissionDenied
        if kind not in KINDS:
            raise Http404
        content = write_sheet(self.resource_class(request.user).export(), kind)
        name = f"{self.opts.model_name}-{clock.today().isoformat()}.{kind}"  # type: ignore[attr-defined]
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type=KINDS[kind], headers=headers)

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not is_secretariat(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return self._page(request, SheetForm())
        if "content" in request.POST:
            return self._confirmed(request)
        form = SheetForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=422)
        return self._previewed(request, form.cleaned_data["file"], form)

    def _previewed(self, request: HttpRequest, content: bytes, form: SheetForm | None = None) -> HttpResponse:
        form = form or SheetForm()
        try:
            found = self._try(request, content)
        except Refused as refusal:
            return self._page(request, form, problem=str(refusal), status=422)
        more = {
            "found": found,
            "content": base64.b64encode(content).decode(),
            "digest": hashlib.sha256(content).hexdigest(),
        }
        return self._page(request, form, status=422 if found.has_errors else 200, **more)

    def _confirmed(self, request: HttpRequest) -> HttpResponse:
        """The file that was looked at, and no other: its digest says so. All rows, or none."""
        try:
            content = base64.b64decode(request.POST["content"], validate=True)
        except ValueError:
            content = b""
        if hashlib.sha256(content).hexdigest() != request.POST.get("digest"):
            problem = gettext("The file was not sent whole. Choose it again; nothing was imported.")
            return self._page(request, SheetForm(), problem=problem, status=422)
        try:
            with transaction.atomic():
                done = self._try(request, content, dry_run=False)
                if done.has_errors:
                    transaction.set_rollback(True)
        except Refused as refusal:
            return self._page(request, SheetForm(), problem=str(refusal), status=422)
        if done.has_errors:
            return self._previewed(request, content)
        counts = {name: done.counts.get(name, 0) for name in ("new", "update", "skip")}
        said = gettext("Imported: %(new)d new, %(update)d changed, %(skip)d as they were.") % counts
        self.message_user(request, said)  # type: ignore[attr-defined]
        return redirect(self._list_url())

    def _try(self, request: HttpRequest, content: bytes, *, dry_run: bool = True) -> Preview:
        table = read_sheet(content)
        resource = self.resource_class(request.user)
        resource.check_headings(list(table.headers))
        headings = list(table.headers)
        values = [list(row) for row in table]
        result = resource.import_data(
            Dataset(*values, headers=headings), dry_run=dry_run, raise_errors=False, use_transactions=True
        )
        rows = [
            self._row(resource, number, kept, outcome)
            for number, (kept, outcome) in enumerate(zip(values, result.rows, strict=True), start=2)
        ]
        counts: dict[str, int] = {}
        for row in rows:
            counts[row.kind] = counts.get(row.kind, 0) + 1
        return Preview(headings, rows, counts)

    def _row(self, resource: SheetResource, number: int, values: list[str], outcome: Any) -> ShownRow:
        if outcome.validation_error is not None:
            error = outcome.validation_error
            named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            said = [
                ("" if name == "__all__" else name, text) for name, texts in named.items() for text in texts
            ]
            return ShownRow(number, "error", values, errors=said)
        if outcome.errors:
            return ShownRow(
                number, "error", values, errors=[("", str(fault.error)) for fault in outcome.errors]
            )
        return ShownRow(number, outcome.import_type, values, changed_columns(resource, outcome))

    def _list_url(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")  # type: ignore[attr-defined]

    def _page(self, request: HttpRequest, form: SheetForm, status: int = 200, **more: Any) -> HttpResponse:
        found = more.get("found")
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "opts": self.opts,  # type: ignore[attr-defined]
            "title": gettext("Import a table"),
            "back": self._list_url(),
            "form": form,
            "columns": [row.column_name for row in self.resource_class(request.user).get_import_fields()],
            "required": self.resource_class.required,
            "hidden": len(found.rows) - len(found.shown) if found else 0,
            "summary": _summary(found) if found else [],
            **more,
        }
        return TemplateResponse(request, "admin/members/sheet/import.html", context, status=status)


def _summary(found: Preview) -> list[tuple[str, str]]:
    texts = {
        "error": ngettext("%(n)d row with errors", "%(n)d rows with errors", found.counts.get("error", 0)),
        "new": ngettext("%(n)d new row", "%(n)d new rows", found.counts.get("new", 0)),
        "update": ngettext("%(n)d row changes", "%(n)d rows change", found.counts.get("update", 0)),
        "skip": ngettext(
            "%(n)d row stays as it is", "%(n)d rows stay as they are", found.counts.get("skip", 0)
        ),
    }
    return [
        (kind, text % {"n": found.counts[kind]}) for kind, text in texts.items() if found.counts.get(kind)
    ]
