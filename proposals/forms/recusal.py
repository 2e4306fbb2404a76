"""What officers, proposers and the secretariat write about a recusal (迴避). The actions check again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.said import day
from proposals.actions.recusal import seats_that_triage
from proposals.models import Proposal, Recusal
from proposals.models.circles import recused_of
from workinggroups.models import Seat

from .fields import LONG, Prose
from .triage import DecisionForm


class StandAsideForm(DecisionForm):
    reason = forms.CharField(
        label=_("Your interest in the case"),
        help_text=_("Read by the secretariat and the auditors; the public reads which seat stands aside."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )


class RecusalsForm(DecisionForm):
    """About one of the case's recusals."""

    takes_case = True
    recusal = forms.ModelChoiceField(Recusal.objects.none(), label=_("Officer"), empty_label=None)

    def __init__(self, *args: Any, case: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recusal"].queryset = self.rows(case).select_related("user")

    def rows(self, case: Proposal) -> Any:
        return case.recusals.in_force()


class DecideRecusalForm(RecusalsForm):
    is_granted = forms.TypedChoiceField(
        label=_("Is it granted?"),
        choices=[("yes", _("Granted: the officer takes no part")), ("no", _("Not granted"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason of the decision"),
        help_text=_("Goes to the proposer and the officer word for word."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
    )

    def rows(self, case: Proposal) -> Any:
        return case.recusals.undecided()


class RequestRecusalForm(forms.Form):
    """Seats are named by their role and day: pages name organisations, never persons."""

    seat = forms.TypedChoiceField(
        label=_("Who should take no part in your case"), coerce=int, widget=forms.RadioSelect
    )
    reason = Prose(
        max_length=LONG,
        label=_("The facts from which a bias is to be feared"),
        help_text=_("Read by the secretariat, the auditors and the officer who is meant."),
    )

    def __init__(self, *args: Any, case: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        aside = set(recused_of(case).values_list("pk", flat=True))
        self.seats: dict[int, Seat] = {
            seat.pk: seat for seat in seats_that_triage(case) if seat.user_id not in aside
        }
        self.fields["seat"].choices = [
            (pk, _("%(role)s, since %(day)s") % {"role": seat.get_role_display(), "day": day(seat.starts_on)})
            for pk, seat in self.seats.items()
        ]

    @property
    def chosen(self) -> Seat:
        return self.seats[self.cleaned_data["seat"]]
