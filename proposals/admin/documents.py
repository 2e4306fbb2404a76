"""Documents of groups and papers of meetings: added after a look at the file, never exchanged."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from members.permissions import is_secretariat, reads_all
from members.refusals import Refused
from proposals import uploads
from proposals.actions.documents import add_document
from proposals.templatetags.redaction import withdrawn
from workinggroups.admin.base import OfGroup
from workinggroups.models import AgendaItem, Document, Meeting
from workinggroups.permissions import triaged_groups


class DocumentForm(forms.ModelForm):
    upload = forms.FileField(
        label=_("File"),
        help_text=_("PDF, ODT, ODS, DOCX, XLSX, PNG or JPEG, up to 10 MB."),
        widget=forms.FileInput(attrs={"accept": uploads.ACCEPT}),
    )

    def clean_upload(self) -> Any:
        """What it really is; the action looks again."""
        sent = self.cleaned_data["upload"]
        try:
            uploads.content_type(sent.file, sent.name, sent.size)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return sent

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "group" not in self.fields:
            return data
        item, meeting = data.get("item"), data.get("meeting")
        if bool(data.get("group")) == bool(meeting):
            raise forms.ValidationError(_("Choose a group, or a meeting: one of the two."))
        if item and item.meeting_id != (meeting.pk if meeting else None):
            self.add_error("item", _("Choose an item of the agenda of that meeting."))
        return data


@admin.register(Document)
class DocumentAdmin(OfGroup):
    form = DocumentForm
    list_display = ("title_cell", "belongs_to", "is_public", "size_cell", "uploaded_at")
    list_filter = ("is_public",)
    list_select_related = ("group", "meeting__group", "item")
    search_fields = ("title_zh", "title_en", "name")
    fields = (("group", "meeting"), "item", ("title_zh", "title_en"), "is_public", "upload")
    fixed = ("group", "meeting", "item", "name", "size_cell", "uploaded_at", "uploaded_by", "withdrawal")

    def group_of(self, obj: Document) -> int | None:
        group = obj.owning_group
        return group.pk if group else None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        rows = Document.objects.select_related("group", "meeting__group")
        if reads_all(request.user):
            return rows
        own = triaged_groups(request.user)
        return rows.filter(Q(group__in=own) | Q(meeting__group__in=own))

    def get_fields(self, request: HttpRequest, obj: Document | None = None) -> Any:
        return ("title_zh", "title_en", "is_public", *self.fixed) if obj else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Document | None = None) -> tuple[str, ...]:
        return self.fixed if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The file is chosen once; afterwards only its title and its readers may change."""
        if obj:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        own = Q() if is_secretariat(request.user) else Q(group__in=triaged_groups(request.user))
        if db_field.name == "meeting":
            kwargs["queryset"] = Meeting.objects.filter(own).order_by("-starts_at")
        if db_field.name == "item":
            meetings = Meeting.objects.filter(own)
            kwargs["queryset"] = AgendaItem.objects.filter(meeting__in=meetings).exclude(title_zh="")
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "group":
            field.required = False
        return field

    def save_model(self, request: HttpRequest, obj: Document, form: Any, change: bool) -> None:
        if change:
            obj.save()
        else:
            add_document(user=request.user, document=obj, upload=form.cleaned_data["upload"])

    @admin.display(description=_("title"))
    def title_cell(self, document: Document) -> str:
        return document.title

    @admin.display(description=_("withdrawal"))
    def withdrawal(self, document: Document) -> SafeString:
        """Why the file is gone and since when, or the way to take it away."""
        if document.withdrawn_on:
            return withdrawn(document)
        if document.meeting_id:
            address = reverse("proposals:redact_meeting", args=[document.meeting_id])
        else:
            assert document.group
            address = reverse("proposals:redact_papers", args=[document.group.slug])
        return format_html('<a href="{}">{}</a>', address, _("Withdraw the file, with a trace"))

    @admin.display(description=_("belongs to"))
    def belongs_to(self, document: Document) -> str:
        return str(document.meeting or document.group)

    @admin.display(description=_("size"), ordering="size")
    def size_cell(self, document: Document) -> str:
        return filesizeformat(document.size)
