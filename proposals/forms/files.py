from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from proposals import uploads


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads; an empty one gets through to be refused by its name."""

    def clean(self, data: list[Any], initial: object = None) -> list[Any]:
        if not data:
            raise forms.ValidationError(_("Choose at least one file."))
        return [super(FilesField, self).clean(upload) for upload in data]


class FilesForm(forms.Form):
    """One or several files to attach; whether each is taken is decided by its content in `uploads`."""

    use_required_attribute = False

    files = FilesField(
        allow_empty_file=True,
        label=_("Choose files"),
        widget=SeveralFiles(attrs={"accept": uploads.ACCEPT}),
        help_text=_(
            "PDF, ODT, ODS, DOCX, XLSX, PNG or JPEG, each up to 10 MB; at most ten files and 30 MB together."
        ),
    )
    is_restricted = forms.BooleanField(
        required=False,
        label=_("Restricted: contains business secrets"),
        help_text=_("Read only by those who read the restricted text, and every opening is logged for you."),
    )
