"""Invitations to comment before the referral, and the comments. The actions check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Organisation
from proposals.models import Proposal, SavedText

from .answering import text_field
from .triage import DecisionForm, grouped


class InviteForm(DecisionForm):
    takes_case = True
    saved_texts = ("note", SavedText.Kind.REFER)
    bodies = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Bodies to invite"), widget=forms.CheckboxSelectMultiple
    )
    note = text_field(
        _("What the group would like to know (optional)"), required=False, help_text=_("Goes to the bodies.")
    )

    def __init__(self, *args: Any, case: Proposal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bodies"]
        field.queryset = Organisation.objects.bodies().existing().select_related("parent")
        if case is not None:
            field.queryset = field.queryset.exclude(pk__in=case.consultations.values("ministry"))
        field.choices = grouped(field.queryset)


class CommentForm(forms.Form):
    text = text_field(
        _("Comment"),
        rows=8,
        help_text=_(
            "Read at once by the group and the proposer, and by everybody once the case is public. It is no "
            "answer, and no clock runs."
        ),
    )
