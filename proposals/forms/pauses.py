"""What the secretariat types about clocks: pauses for a cause, letters. The actions check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members import clock
from proposals.models import Referral

from .triage import DecisionForm


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


def text_field(label: Any, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), max_length=4000, **kwargs)


class PauseForm(DecisionForm):
    starts_on = day_field(_("First day on which the clock stands"))
    ends_on = day_field(
        _("Day from which it runs on (optional)"),
        required=False,
        help_text=_("Only where the cause has ended already."),
    )
    reason = text_field(_("Reason"), help_text=_("Public."))
    evidence_url = forms.URLField(
        label=_("Address of the public evidence"),
        help_text=_("The announcement or notice in which everybody can read of the cause. Public."),
        assume_scheme="https",
        max_length=200,
    )


class RunOnForm(DecisionForm):
    ends_on = day_field(_("Day from which the clock runs on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"ends_on": clock.today()}, **kwargs})


class ProofForm(DecisionForm):
    reply_on = day_field(_("Date of the ministry's letter"))
    reply_number = forms.CharField(label=_("Number of the ministry's letter"), max_length=60)
    text = text_field(
        _("How it is proved (optional)"), required=False, help_text=_("Public, with number and date.")
    )

    @classmethod
    def known(cls, referral: Referral) -> dict[str, Any]:
        return {"reply_on": referral.reply_on, "reply_number": referral.reply_number}
