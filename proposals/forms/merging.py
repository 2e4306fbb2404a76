"""What an officer fills in who merges a case into another one, or takes that back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import User
from proposals.models import Proposal
from proposals.states import ProposalState

from .triage import DecisionForm


class MergeForm(DecisionForm):
    into = forms.CharField(
        label=_("Number of the case that goes on"),
        help_text=_("Open and not yet referred, as 115-0012."),
        max_length=20,
    )
    reason = forms.CharField(
        label=_("Why the two are one"),
        help_text=_("Goes to both proposers word for word; public where both cases are."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = Proposal.objects.visible_to(user).exclude(state=ProposalState.DRAFT)

    def clean_into(self) -> Proposal:
        case = self.known.numbered(self.cleaned_data["into"]).first()
        if case is None:
            raise forms.ValidationError(_("There is no case of this number that you may read."))
        return case


class UnmergeForm(DecisionForm):
    text = forms.CharField(
        label=_("Why the case goes on by itself"),
        help_text=_("Goes to both proposers word for word; public where both cases are."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )
