"""What somebody writes about an interest of their own (利益揭露)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from members import clock
from members.models import Organisation
from workinggroups.models import InterestDeclaration


class InterestForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("Organisation"), empty_label=_("Choose an organisation")
    )
    nature = forms.ChoiceField(
        label=pgettext_lazy("of an interest", "Nature"),
        choices=InterestDeclaration.Nature.choices,
        widget=forms.RadioSelect,
    )
    starts_on = forms.DateField(
        label=_("Since"), widget=forms.DateInput(attrs={"type": "date"}), initial=clock.today
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=300,
        required=False,
        help_text=_("Read by you, the secretariat, the auditors and your group's convener; never published."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = Organisation.objects.members().order_by("name_zh")
