from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from members.models import Organisation
from proposals.models import Proposal


class SponsorForm(forms.Form):
    """Which member is asked to stand behind the draft."""

    use_required_attribute = False

    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Member to invite"), required=False
    )

    def __init__(self, draft: Proposal, data: QueryDict | None = None):
        super().__init__(data, prefix="sponsor")
        named = draft.sponsors.active().values("organisation")
        others = Organisation.objects.members().exclude(pk=draft.organisation_id)
        self.fields["organisation"].queryset = others.exclude(pk__in=named).order_by("name_zh")
