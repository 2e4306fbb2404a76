"""Where news goes, and of what."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workinggroups.models import WorkingGroup

ALL = "all"


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Used for these letters only, seen by nobody, deleted when you end them."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def lists() -> list[tuple[str, str]]:
    """What may be followed but cases: all new ones, or those of a group."""
    groups = WorkingGroup.objects.filter(takes_proposals=True)
    return [(ALL, gettext("All working groups")), *((group.slug, group.name) for group in groups)]


class ListForm(forms.Form):
    """All new public cases, or those of one group."""

    group = forms.ChoiceField(label=_("New cases of"), choices=lists)

    def clean_group(self) -> WorkingGroup | None:
        """The group; none for all of them."""
        return WorkingGroup.objects.filter(slug=self.cleaned_data["group"]).first()


class ListByMailForm(ListForm, AddressForm):
    field_order = ("group", "email")
