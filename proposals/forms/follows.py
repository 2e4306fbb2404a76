"""Where news goes, and of what."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workinggroups.models import WorkingGroup


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Used for these letters only, seen by nobody, deleted when you end them."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class GroupChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: WorkingGroup) -> str:
        return str(obj.name)


class ListForm(forms.Form):
    """All new public cases, or those of one group."""

    group = GroupChoice(
        label=_("New cases of"),
        queryset=WorkingGroup.objects.filter(takes_proposals=True),
        to_field_name="slug",
        required=False,
        empty_label=_("All working groups"),
    )


class ListByMailForm(ListForm, AddressForm):
    field_order = ("group", "email")
