"""Handing the secretariat over: to whom and when, then who takes it over and how it is reached."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.secretariat import Invited, Reached
from members.models import Affiliation, Organisation, SecretariatTerm, User


class HandOverForm(forms.Form):
    """The new organisation and the day. Its preview is a GET: a colleague can be sent the address."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("New secretariat"))
    on = forms.DateField(
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The first day on which the new organisation is the secretariat."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        present = SecretariatTerm.objects.lasting().values("organisation")
        others = Organisation.objects.existing().exclude(pk__in=present)
        self.fields["organisation"].queryset = others.order_by("name_zh")
        self.fields["on"].initial = clock.today()


class TakersForm(forms.ModelForm):
    """Who of the new organisation takes it over, who is invited, and how the new secretariat is reached."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Who gets the role"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    invited = forms.CharField(
        label=_("Who else is invited by mail"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One person in a line: the name, then the e-mail address."),
    )

    class Meta:
        model = SecretariatTerm
        fields = ("email", "phone", "address_zh", "address_en", "hours_zh", "hours_en")

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        there = Affiliation.objects.current().filter(organisation=organisation)
        self.fields["people"].queryset = there.people().order_by("name", "pk")
        self.fields["people"].label_from_instance = lambda user: f"{user.name} ({user.email})"
        self.fields["email"].required = True
        self.fields["email"].help_text = _("Pages and letters name it from the first day on.")
        self.order_fields(["people", "invited", *self.Meta.fields])

    def clean_invited(self) -> list[Invited]:
        rows = []
        for line in filter(None, map(str.strip, self.cleaned_data["invited"].splitlines())):
            name, _space, address = line.rpartition(" ")
            name, email = name.strip(" ,;"), address.strip("<>")
            try:
                validate_email(email)
            except ValidationError:
                name = ""
            if not name:
                said = _("“%(line)s”: write the name, a space and the e-mail address.")
                raise ValidationError(said % {"line": line[:80]})
            rows.append(Invited(name[:80], email))
        return rows

    def _post_clean(self) -> None:
        """The row is the action's to write, and to check."""

    @property
    def reached(self) -> Reached:
        return Reached(**{name: self.cleaned_data[name] for name in self.Meta.fields})
