"""What the proposer writes after the answer: a rating, a wish for reconsideration, for a second look."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from proposals.models import AnswerRating, Ask

from .fields import LONG, Prose

USEFULNESS = [
    (5, pgettext_lazy("usefulness", "5 – very useful")),
    (4, pgettext_lazy("usefulness", "4 – useful")),
    (3, pgettext_lazy("usefulness", "3 – in part")),
    (2, pgettext_lazy("usefulness", "2 – hardly")),
    (1, pgettext_lazy("usefulness", "1 – not at all")),
]


class RatingForm(forms.Form):
    usefulness = forms.TypedChoiceField(
        label=_("How useful is the answer to you?"),
        choices=USEFULNESS,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    answered = forms.ChoiceField(
        label=_("Does it answer your question?"),
        choices=AnswerRating.Answered.choices,
        widget=forms.RadioSelect,
    )
    text = Prose(
        required=False,
        max_length=2000,
        label=_("What you want to say about it"),
        help_text=_("Read by the bodies that answered and by the secretariat only. Figures are public."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ClosingForm(RatingForm):
    """As `RatingForm`, on the page on which the answer is accepted: nothing of it must be filled in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class ReconsiderForm(forms.Form):
    asks = forms.ModelMultipleChoiceField(
        label=_("The asks whose answers are to be reconsidered"),
        queryset=Ask.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the asks whose answers are to be reconsidered.")},
    )
    reason = Prose(
        max_length=LONG,
        label=_("Why they should be reconsidered"),
        help_text=_("Public on the page of the case. Leave out business secrets."),
    )

    def __init__(self, *args: Any, asks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["asks"].queryset = asks
        if not self.is_bound and len(asks) == 1:
            self.initial["asks"] = list(asks)


class SecondLookForm(forms.Form):
    reason = Prose(
        max_length=LONG,
        label=_("Why the decision should be looked at again"),
        help_text=_("Read by the parties of the case only."),
    )


class PublicReasonForm(forms.Form):
    text = Prose(
        max_length=LONG,
        label=_("Reason"),
        help_text=_("Public on the page of the case."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
