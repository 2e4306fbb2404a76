"""What the secretariat enters from a ministry's letter. The action checks again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.refusals import Refused
from proposals import uploads
from proposals.actions.answering import possible_outcomes
from proposals.models import Ask, Referral

from .pauses import day_field
from .triage import DecisionForm

LONGEST_TEXT = 20_000


class PaperForm(DecisionForm):
    letter_number = forms.CharField(label=_("Number of the ministry's letter"), max_length=60)
    letter_on = day_field(
        _("Date of the ministry's letter"),
        help_text=_("Whether the ministry is in time is judged by this day."),
    )
    scan = forms.FileField(label=_("Scan of the letter"), help_text=_("PDF. Public, with the answer."))
    is_blacked_out = forms.BooleanField(
        label=_("Personal data in the scan has been blacked out"),
        help_text=_("Names, telephone numbers and addresses of officials who handle the case too."),
    )

    def clean_scan(self) -> Any:
        scan = self.cleaned_data["scan"]
        try:
            uploads.content_type(scan.file, uploads.clean_name(scan.name), scan.size)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return scan


class SaidForm(DecisionForm):
    """What the letter says to one ask; without an outcome it says nothing to it."""

    outcome = forms.ChoiceField(label=_("Outcome"), required=False)
    reason = forms.CharField(
        label=_("Reason, word for word"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    legal_basis = forms.CharField(label=_("Legal basis"), required=False, max_length=300)
    next_step = forms.CharField(label=_("Next step"), required=False, max_length=300)
    next_on = day_field(_("Next date"), required=False)

    def __init__(self, *args: Any, ask: Ask, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"ask-{ask.pk}", **kwargs)
        self.ask = ask
        choices = [(outcome.value, outcome.label) for outcome in possible_outcomes(referral)]
        self.fields["outcome"].choices = [("", _("The letter does not answer this ask")), *choices]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not data.get("outcome") and any(data.get(name) for name in ("reason", "legal_basis", "next_step")):
            self.add_error("outcome", _("Choose the outcome that the letter states."))
        return data


def said_forms(referral: Referral, data: Any = None) -> list[SaidForm]:
    """One for each ask that is not answered yet."""
    done = referral.answers.values("ask")
    asks = referral.asked.exclude(pk__in=done).select_related("law").order_by("number")
    return [SaidForm(data, ask=ask, referral=referral) for ask in asks]
