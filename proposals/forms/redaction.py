"""What is typed when words, texts or files are taken out of a case. The actions check again."""

import hashlib
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from proposals.redactable import words_in
from workinggroups.models import Document
from workinggroups.states import RedactionKind

from .pauses import text_field
from .triage import DecisionForm

WITHDRAW, REPLACE = "withdraw", "replace"


class WordsForm(DecisionForm):
    words = forms.CharField(
        label=_("Words to black out, one to a line"),
        help_text=_(
            "Exactly as they stand in the text; capital and small letters, full and half width are the "
            "same. What you type here is not stored."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        max_length=4000,
    )

    def clean_words(self) -> list[str]:
        return words_in(self.cleaned_data["words"])

    @property
    def previewed(self) -> str:
        """Names what a preview showed, so that nothing else is blacked out unseen."""
        return hashlib.sha256("\n".join(self.chosen()).encode()).hexdigest()[:32]

    def chosen(self) -> list[str]:
        return self.cleaned_data["words"]


class OrderForm(DecisionForm):
    kind = forms.ChoiceField(
        label=_("Kind of reason"), choices=RedactionKind.choices, initial=RedactionKind.PERSONAL
    )
    reason = text_field(
        _("Reason"), help_text=_("Stands in the history of the case. Leave out the words and all names.")
    )


class BlackOutForm(OrderForm):
    unseen = forms.BooleanField(
        label=_("Also in texts of the case that you may not read"),
        help_text=_(
            "Drafts of ministries and restricted text. You are not told whether the words stand there; "
            "whoever may read those texts is."
        ),
        required=False,
        initial=True,
    )


class FileForm(OrderForm):
    what = forms.ChoiceField(
        label=_("What happens to the file"),
        choices=[
            (WITHDRAW, _("Withdraw it: its place says so, with the day")),
            (REPLACE, _("Replace it by a blacked-out copy")),
        ],
        widget=forms.RadioSelect,
        initial=WITHDRAW,
    )
    upload = forms.FileField(
        label=_("The blacked-out copy"),
        help_text=_("Make sure that the words cannot be copied from under the black."),
        required=False,
    )
    is_emergency = forms.BooleanField(
        label=_("It is an emergency: list who had access to the file"), required=False
    )
    field_order = ("what", "upload", "kind", "reason", "is_emergency")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what") == REPLACE and not data.get("upload"):
            self.add_error("upload", _("Choose the blacked-out copy."))
        return data


class RecordForm(WordsForm):
    """Words, papers, or both."""

    papers = forms.ModelMultipleChoiceField(
        Document.objects.none(),
        label=_("Papers to withdraw"),
        help_text=_("The file is deleted; its place says so, with the day."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, papers: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].required = False
        self.fields["papers"].queryset = papers = papers.filter(withdrawn_on=None)
        if not papers:
            del self.fields["papers"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("words") and not data.get("papers"):
            raise forms.ValidationError(_("Type words, or choose a paper."))
        return data

    def chosen(self) -> list[str]:
        papers = self.cleaned_data.get("papers") or ()
        return [*super().chosen(), *sorted(str(paper.pk) for paper in papers)]


class RecordOrderForm(OrderForm):
    where = _("Stands on the page of the meeting and on its minutes. Leave out the words and all names.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = self.where


class PapersOrderForm(RecordOrderForm):
    where = _("Stands on the page of the group. Leave out the words and all names.")
