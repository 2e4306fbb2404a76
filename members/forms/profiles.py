"""The form of a profile: what the member is, and its rows. Nothing typed is lost."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.profiles import MOST_ROWS, ROWS, Content
from members.models import Domain, FundingRecord, UseCase
from members.models.profiles import EARLIEST, LATEST

Choices = list[tuple[int, str]]


def domain_choices() -> Choices:
    return [(domain.pk, domain.name) for domain in Domain.objects.all()]


def year(label: Any, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=EARLIEST, max_value=LATEST)


def link() -> forms.URLField:
    return forms.URLField(
        label=_("Link"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


class ProfileForm(forms.Form):
    about_zh = forms.CharField(
        label=_("About (Chinese)"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    about_en = forms.CharField(
        label=_("About (English)"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 5})
    )
    website = forms.URLField(
        label=_("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"autocomplete": "url", "placeholder": "https://"}),
    )
    founded = year(_("Founded in"))
    is_startup = forms.BooleanField(label=_("We are a start-up"), required=False)
    is_closed_to_contact = forms.BooleanField(
        label=_("We take no contact requests from other members"),
        required=False,
        help_text=_(
            "Otherwise representatives of other members can write to you through the portal. "
            "They never see an address of yours unless you give it."
        ),
    )
    domains = forms.TypedMultipleChoiceField(
        label=_("Fields of application"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    stamp = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False)

    def __init__(self, *args: Any, domains: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domains"].choices = domains  # type: ignore[attr-defined]


class UseCaseForm(forms.Form):
    domain_id = forms.TypedChoiceField(label=_("Field of application"), coerce=int)
    kind = forms.ChoiceField(label=_("Use"), choices=[("", "—"), *UseCase.Kind.choices])
    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=120)
    title_en = forms.CharField(label=_("Title (English)"), max_length=160, required=False)
    year = year(_("Since the year"))
    url = link()

    def __init__(self, *args: Any, domains: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["domain_id"].choices = [("", "—"), *domains]  # type: ignore[attr-defined]


class SolutionForm(forms.Form):
    title_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    title_en = forms.CharField(label=_("Name (English)"), max_length=160, required=False)
    text_zh = forms.CharField(label=_("In a sentence (Chinese)"), max_length=300, required=False)
    text_en = forms.CharField(label=_("In a sentence (English)"), max_length=300, required=False)
    url = link()


class FundingForm(forms.Form):
    round = forms.ChoiceField(label=_("Round"), choices=[("", "—"), *FundingRecord.Round.choices])
    year = year(_("Year of the round"), required=True)
    currency = forms.ChoiceField(
        label=_("Currency"), choices=FundingRecord.Currency.choices, initial=FundingRecord.Currency.TWD
    )
    amount = forms.IntegerField(label=_("Amount"), required=False, min_value=0, max_value=10**15)
    amount_to = forms.IntegerField(
        label=_("Up to, where it is a span"), required=False, min_value=0, max_value=10**15
    )
    source = forms.CharField(label=_("Source"), max_length=200, required=False)
    visibility = forms.ChoiceField(
        label=_("Who reads it"),
        choices=FundingRecord.Visibility.choices,
        initial=FundingRecord.Visibility.MEMBERS,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        least, most = data.get("amount"), data.get("amount_to")
        if most is not None and (least is None or most <= least):
            self.add_error("amount_to", _("The end of a span is larger than its beginning."))
        return data


FORMS = {"use_cases": UseCaseForm, "solutions": SolutionForm, "funding": FundingForm}
HEADINGS = {
    "use_cases": _("Use cases"),
    "solutions": _("Products and services"),
    "funding": _("Funding"),
}


class WholeProfile:
    """The form and its three tables, as one thing that is valid or not."""

    def __init__(self, content: Content, data: Any = None) -> None:
        domains = domain_choices()
        first = {name: getattr(content, name) for name in ProfileForm.base_fields if name != "stamp"}
        self.form = ProfileForm(data, initial=first | {"stamp": content.stamp}, domains=domains)
        self.tables = {
            name: forms.formset_factory(
                form,
                extra=1,
                max_num=MOST_ROWS,
                absolute_max=MOST_ROWS + 1,
                validate_max=True,
                can_delete=True,
            )(
                data,
                prefix=name,
                initial=getattr(content, name),
                form_kwargs={"domains": domains} if name == "use_cases" else {},
            )
            for name, form in FORMS.items()
        }

    @property
    def parts(self) -> list[tuple[str, Any, Any]]:
        return [(name, HEADINGS[name], table) for name, table in self.tables.items()]

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(table.is_valid() for table in self.tables.values())])

    @property
    def content(self) -> Content:
        said = {name: value for name, value in self.form.cleaned_data.items() if name != "stamp"}
        said["domains"] = sorted(said["domains"])
        return Content(**said, **{name: self._rows(name) for name in ROWS})

    def _rows(self, name: str) -> list[dict[str, Any]]:
        kept = [form.cleaned_data for form in self.tables[name].forms if form.cleaned_data]
        return [{c: row[c] for c in ROWS[name][1]} for row in kept if not row.get("DELETE")]

    def renew(self, stamp: str) -> None:
        """After a refusal the reader has been told of the change: the next sending counts."""
        self.form.data = self.form.data.copy()
        self.form.data["stamp"] = stamp
