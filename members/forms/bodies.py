from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.bodies import LONGEST_COMMENT


class CommentForm(forms.Form):
    """What a body says of its own figures."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("At most a thousand characters. Public at once, beside the figures, with its date."),
    )
    text_en = forms.CharField(
        label=_("The same in English"),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
