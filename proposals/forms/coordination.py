"""What is typed about cases that no body leads, and about further bodies. The actions check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Organisation
from proposals.actions.coordination import has_answered
from proposals.actions.triage import shut_bodies
from proposals.models import Coordination, Proposal, Referral, SavedText

from .pauses import day_field, text_field
from .triage import DecisionForm, grouped


class SupportForm(DecisionForm):
    takes_case = True
    supporting = forms.ModelMultipleChoiceField(
        Organisation.objects.none(), label=_("Supporting bodies"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, case: Proposal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shut = shut_bodies(case, Referral.Part.SUPPORT) if case is not None else ()
        field = self.fields["supporting"]
        field.queryset = Organisation.objects.bodies().existing().select_related("parent")
        field.queryset = field.queryset.exclude(pk__in=shut)
        field.choices = grouped(field.queryset)


class UnownedForm(DecisionForm):
    saved_texts = ("text", SavedText.Kind.DECLINE)
    text = text_field(
        _("Reason for the proposer"),
        help_text=_("Goes to the proposer word for word; the public does not see it."),
    )


class CoordinationForm(forms.ModelForm):
    class Meta:
        model = Coordination
        fields = ("contact", "meeting_on", "minutes")


class DecisionOnCompetenceForm(DecisionForm):
    is_found = forms.ChoiceField(
        label=_("What the letter decides"),
        choices=[
            ("", _("Choose …")),
            ("yes", _("This body is competent:")),
            ("no", _("No government body is competent")),
        ],
    )
    body = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Competent body"),
        required=False,
        empty_label=_("Choose …"),
        help_text=_("The case is referred to it at once, as the lead, and it cannot return the case again."),
    )
    decision_number = forms.CharField(
        label=_("Number of the decision letter"), max_length=60, help_text=_("Public.")
    )
    decided_on = day_field(_("Date of the decision letter"), help_text=_("Public."))
    text = text_field(_("What the letter says (optional)"), required=False, help_text=_("Public."))

    def __init__(self, *args: Any, case: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        field.queryset = Organisation.objects.bodies().existing().select_related("parent")
        field.queryset = field.queryset.exclude(pk__in=has_answered(case))
        field.choices = [("", field.empty_label), *grouped(field.queryset)]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        is_found = data.pop("is_found", None)
        if is_found == "yes" and not data.get("body"):
            self.add_error("body", _("Choose the body that the letter names."))
        if is_found == "no":
            data["body"] = None
        return data
