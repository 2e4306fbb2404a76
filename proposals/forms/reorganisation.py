"""What the secretariat enters of a reorganisation, and who takes over what. The action checks again."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Named, Organisation
from proposals.actions.reorganisation import Takers
from proposals.models import Consultation, FollowUp, Referral, Reorganisation, RoutingRule

from .answering import day_field
from .triage import grouped

Kind = Reorganisation.Kind


class ReorganisationForm(forms.Form):
    """The document: what becomes of which body. Its preview is a GET: a colleague can be sent the address."""

    body = forms.ModelChoiceField(Organisation.objects.none(), label=_("Government body"))
    kind = forms.ChoiceField(label=_("What becomes of it"), choices=Kind.choices)
    effective_on = day_field(_("Takes effect on"))
    document_number = forms.CharField(
        label=_("Document number"),
        max_length=80,
        help_text=_("Of the order or the act. Applied once: a second time with it changes nothing."),
    )
    successors = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=_("Bodies that take over"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several of them in a split. A body that is missing is entered among the bodies first."),
    )
    name_zh = forms.CharField(label=_("New name (Chinese)"), max_length=120, required=False)
    name_en = forms.CharField(label=_("New name (English)"), max_length=160, required=False)
    short_zh = forms.CharField(label=_("New short name (Chinese)"), max_length=40, required=False)
    short_en = forms.CharField(label=_("New short name (English)"), max_length=40, required=False)
    self_name = forms.CharField(
        label=_("Calls itself"),
        max_length=10,
        required=False,
        help_text=_("本部, 本會, 本行, 本署 … in letters."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.bodies().existing().select_related("parent").order_by("name_zh")
        self.fields["body"].queryset = bodies
        successors = self.fields["successors"]
        successors.queryset = bodies
        successors.choices = grouped(bodies)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == Kind.RENAMED and not data.get("name_zh"):
            self.add_error("name_zh", _("Enter the new name in Chinese."))
        if data.get("kind") in (Kind.ENDED, Kind.PARTIAL):
            if not data.get("successors"):
                self.add_error("successors", _("Name the body that takes the matters over."))
            elif data.get("body") in data["successors"]:
                self.add_error("successors", _("A body does not succeed itself."))
        return data

    @property
    def names(self) -> Named:
        return Named.read(self.cleaned_data)

    @property
    def takers(self) -> list[Organisation]:
        """Those to whom something may pass: the successors, and the body itself where it goes on."""
        data = self.cleaned_data
        own = [data["body"]] if data["kind"] == Kind.PARTIAL else []
        return [*own, *data["successors"]]


Passing = Referral | FollowUp | Consultation | RoutingRule


class TakersForm(forms.Form):
    """Of each thing that passes: which body takes it. With a single successor it is chosen."""

    def __init__(
        self,
        *args: Any,
        bodies: list[Organisation],
        referrals: Iterable[Referral] = (),
        follow_ups: Iterable[FollowUp] = (),
        consultations: Iterable[Consultation] = (),
        rules: Iterable[RoutingRule] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(body.pk): body for body in bodies}
        self.things: dict[str, list[Passing]] = {
            "referral": list(referrals),
            "follow_up": list(follow_ups),
            "consultation": list(consultations),
            "rule": list(rules),
        }
        choices = [(key, body.short_name) for key, body in self.bodies.items()]
        if len(choices) > 1:
            choices = [("", _("Choose a body")), *choices]
        for name, row in self._named():
            self.fields[name] = forms.ChoiceField(choices=choices, label=label_of(row))

    def _named(self) -> list[tuple[str, Passing]]:
        return [(f"{kind}-{row.pk}", row) for kind, rows in self.things.items() for row in rows]

    def rows(self) -> list[tuple[Passing, forms.BoundField]]:
        """Each thing with its field, for the table of the preview."""
        return [(row, self[name]) for name, row in self._named()]

    def chosen(self) -> Takers:
        referrals, follow_ups, consultations, rules = (
            {row.pk: self.bodies[self.cleaned_data[f"{kind}-{row.pk}"]] for row in rows}
            for kind, rows in self.things.items()
        )
        return Takers(referrals, follow_ups, consultations, rules)


def label_of(row: Passing) -> str:
    """What it is, for whoever does not see the table around the field."""
    if isinstance(row, FollowUp):
        return row.title
    return row.subject if isinstance(row, RoutingRule) else row.proposal.local_title
