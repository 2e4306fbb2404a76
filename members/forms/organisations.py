"""What the admin asks of an organisation beyond its fields."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Organisation


class OrganisationForm(forms.ModelForm):
    """The day on which a membership ends goes with its reason, and the reason with a day."""

    class Meta:
        model = Organisation
        fields = "__all__"  # noqa: DJ007  # the admin names them

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        if values.get("left_on") and "left_for" in self.fields and not values.get("left_for"):
            self.add_error("left_for", _("Say why the membership ends."))
        if values.get("left_for") and "left_on" in self.fields and not values.get("left_on"):
            self.add_error("left_on", _("Say on which day the membership ends."))
        return values
