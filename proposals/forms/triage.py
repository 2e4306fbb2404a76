"""What convener and secretary fill in when they decide. The actions check again."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import Organisation
from proposals.actions.triage import shut_bodies
from proposals.models import Proposal, Referral, SavedText
from proposals.routing import Proposed, proposed_for
from proposals.states import DECLINE_REASONS, ProposalState, ReferralState
from workinggroups.models import WorkingGroup

Grouped = list[tuple[str, list[tuple[int, str]]]]


class DecisionForm(forms.Form):
    """Labels stand above their fields, without a colon."""

    saved_texts = ("", "")
    """The field that takes a saved text, and of which kind; none here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})


class AskForm(DecisionForm):
    saved_texts = ("text", SavedText.Kind.ASK)
    text = forms.CharField(
        label=_("What should the proposer add?"),
        help_text=_(
            "Goes to the proposer word for word; of a public case it is published as the reason why the "
            "alliance's clock stands."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )


class DeclineForm(DecisionForm):
    saved_texts = ("text", SavedText.Kind.DECLINE)
    reason = forms.ChoiceField(
        label=_("Kind of reason"),
        help_text=_("Public, with the number and the group."),
        choices=[("", _("Choose …")), *DECLINE_REASONS],
    )
    text = forms.CharField(
        label=_("Reason for the proposer"),
        help_text=_("Goes to the proposer word for word; the public does not see it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
    )


class MoveForm(DecisionForm):
    saved_texts = ("text", SavedText.Kind.REFER)
    group = forms.ModelChoiceField(
        WorkingGroup.objects.filter(takes_proposals=True),
        label=_("Group that should decide"),
        empty_label=_("Choose …"),
    )
    text = forms.CharField(
        label=_("Reason"),
        help_text=_("Goes to both groups and the proposer word for word; public where the case is public."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )


class NoteForm(DecisionForm):
    saved_texts = ("text", SavedText.Kind.NOTE)
    text = forms.CharField(
        label=_("Note"),
        help_text=_("For the triage officers of the group; proposer, ministries and public never see it."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )


class ReferForm(DecisionForm):
    """Filled in after the routing rules and after what the last lead named; the officer has the last word."""

    takes_case = True
    proposed = Proposed()
    lead = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Lead body"), empty_label=_("Choose …")
    )
    supporting = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Supporting bodies (optional)"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    letter_number = forms.CharField(
        label=_("Number of the alliance's letter (optional)"),
        required=False,
        max_length=60,
        help_text=_("May follow later: the secretariat can add it."),
    )
    letter_on = forms.DateField(
        label=_("Date of the alliance's letter (optional)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, case: Proposal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.bodies().existing().select_related("parent")
        if case is not None:
            self.proposed = proposed_for([case])[case.pk]
            self.initial = self._filled_in(case) | self.initial
        for name, part in (("lead", Referral.Part.LEAD), ("supporting", Referral.Part.SUPPORT)):
            shut = shut_bodies(case, part) if case is not None else ()
            field = self.fields[name]
            field.queryset = bodies.exclude(pk__in=shut)
            field.choices = grouped(field.queryset, self.proposed.reasons_of(part))
        self.fields["lead"].choices = [("", self.fields["lead"].empty_label), *self.fields["lead"].choices]

    def _filled_in(self, case: Proposal) -> dict[str, Any]:
        """After a return the body that was named goes before the rules; others have been asked by then."""
        named = named_after_return(case)
        lead = named or (self.proposed.lead.body if self.proposed.lead else None)
        is_first = case.state != ProposalState.REFERRED
        supporting = [row.body.pk for row in self.proposed.supporting if is_first and row.body != lead]
        return {"lead": lead.pk if lead else None, "supporting": supporting}

    def clean_letter_on(self) -> Any:
        day = self.cleaned_data["letter_on"]
        if day and day > clock.today():
            raise forms.ValidationError(_("The date of a letter lies not in the future."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("lead") in list(data.get("supporting") or []):
            self.add_error("supporting", _("A body can be named once only: as lead, or as supporting."))
        return data


def grouped(bodies: Iterable[Organisation], reasons: Mapping[int, str] | None = None) -> Grouped:
    """The bodies as choices: those of the first rank, then each one's own units under its name.

    Bodies for which there are reasons stand before them, with the reason.
    """
    reasons = reasons or {}
    first = [(body.pk, f"{body.name} – {reasons[body.pk]}") for body in bodies if body.pk in reasons]
    bodies = [body for body in bodies if body.pk not in reasons]
    rows = sorted(bodies, key=lambda body: (body.parent.name_zh if body.parent else "", body.name_zh))
    groups = groupby(rows, key=lambda body: body.parent.name if body.parent else "")
    proposed = [(str(_("Proposed by the routing rules")), first)] if first else []
    return proposed + [
        (parent or str(_("Ministries and commissions")), [(body.pk, body.name) for body in units])
        for parent, units in groups
    ]


def named_after_return(case: Proposal) -> Organisation | None:
    """The body that the last returning lead named as competent."""
    last = (
        case.referrals.filter(state=ReferralState.RETURNED, part=Referral.Part.LEAD)
        .select_related("returned_to")
        .order_by("-pk")
        .first()
    )
    return last.returned_to if last else None
