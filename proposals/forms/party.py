"""What the proposer writes after submitting."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import LONG, Prose


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
        help_text=_(
            "Question and reply are public on the page of the case. What is secret belongs into the "
            "restricted part below."
        ),
    )
    restricted = Prose(
        required=False,
        max_length=LONG,
        label=_("Restricted part"),
        help_text=_(
            "Business secrets. Read by whoever reads your restricted text: the bodies of this case and its "
            "officers without an interest. You see in the log who has opened it. It opens to the public on "
            "your word alone."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class SecrecyForm(forms.Form):
    """Fine as it is, or what of it is secret."""

    is_fine = forms.TypedChoiceField(
        label=_("Your word on it"),
        choices=[
            ("yes", _("Nothing of it is a business secret: it may be published")),
            ("no", _("Some of it is secret")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("Say whether some of it is secret.")},
    )
    objection = Prose(
        required=False,
        max_length=LONG,
        label=_("Which words are secret, and why"),
        help_text=_("Read by you and this ministry alone. It decides what it publishes."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        if values.get("is_fine") is False and not str(values.get("objection", "")).strip():
            self.add_error("objection", _("Write which words are secret, and why."))
        return values


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


class AnnounceForm(forms.Form):
    """The sentence that the proposer confirms before what is restricted opens to everybody."""

    is_meant = forms.BooleanField(
        label=_(
            "I have read it once more in full. It may be read by everybody from that day on, for good, and "
            "my organisation wants that."
        ),
        error_messages={"required": _("Confirm the sentence, or leave it restricted.")},
    )
