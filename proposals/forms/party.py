"""What the proposer writes after submitting."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .drafting import LONG, Prose


class InformationForm(forms.Form):
    text = Prose(
        max_length=LONG,
        label=_("The information"),
        help_text=_(
            "Read by the parties only: the group, the secretariat, and bodies the case is referred to."
        ),
    )


class ReplyForm(forms.Form):
    text = Prose(
        max_length=LONG,
        label=_("Your reply"),
        help_text=_("Question and reply are public on the page of the case. Leave out business secrets."),
    )


class ProlongForm(forms.Form):
    reason = Prose(
        required=False,
        max_length=LONG,
        label=_("Reason"),
        help_text=_("Not needed. Where the case is public, what you write is public too."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class WithdrawForm(forms.Form):
    text = Prose(
        required=False,
        max_length=LONG,
        label=_("Reason"),
        help_text=_("Read by the parties of the case only."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
