"""For which of one's organisations a case is taken over."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Organisation


class TakeoverForm(forms.Form):
    organisation = forms.TypedChoiceField(label=_("For which organisation"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_key = {str(row.pk): row for row in organisations}
        self.fields["organisation"].choices = [(key, row.name) for key, row in by_key.items()]
        self.fields["organisation"].coerce = by_key.__getitem__
        if len(by_key) == 1:
            self.fields["organisation"].initial = next(iter(by_key))
            self.fields["organisation"].widget = forms.HiddenInput()
