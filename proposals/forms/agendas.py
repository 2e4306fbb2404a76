"""On which meeting's agenda a case is put. The action checks again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members import clock
from members.said import moment
from proposals.models import Proposal
from workinggroups.models import Meeting

from .triage import DecisionForm


class DatedMeetings(forms.ModelChoiceField):
    """Each with its day: titles repeat."""

    def label_from_instance(self, obj: Meeting) -> str:
        return f"{moment(obj.starts_at)} · {obj.title}"


class AgendaForm(DecisionForm):
    takes_case = True
    meeting = DatedMeetings(
        Meeting.objects.none(),
        label=_("Meeting"),
        empty_label=_("Choose …"),
        help_text=_("The coming meetings of the group. Call one under “Meetings” where none is listed."),
    )

    def __init__(self, *args: Any, case: Proposal | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case is not None:
            coming = Meeting.objects.held().filter(group=case.group_id, starts_at__gt=clock.now())
            self.fields["meeting"].queryset = coming.exclude(agenda__case__proposal=case).order_by(
                "starts_at"
            )
