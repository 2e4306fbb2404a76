"""An officer's own scores of a case, criterion by criterion. The action checks again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import User
from proposals.models import Criterion, Proposal, Score

from .triage import DecisionForm


class ScoreForm(DecisionForm):
    """Two fields for each criterion in use; an empty score takes one's own back."""

    takes_case = takes_user = True

    def __init__(self, *args: Any, case: Proposal, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(Criterion.objects.filter(is_active=True))
        own = {row.criterion_id: row for row in Score.objects.filter(proposal=case, officer=user)}
        for row in self.criteria:
            mine = own.get(row.pk)
            self.fields[f"score_{row.pk}"] = forms.IntegerField(
                label=row.name,
                help_text=_("0 to %(highest)d. %(description)s")
                % {"highest": row.highest, "description": row.description},
                min_value=0,
                max_value=row.highest,
                required=False,
                initial=mine.score if mine else None,
            )
            self.fields[f"note_{row.pk}"] = forms.CharField(
                label=_("Note on “%(name)s”") % {"name": row.name},
                max_length=500,
                required=False,
                initial=mine.note if mine else "",
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for row in self.criteria:
            if data.get(f"note_{row.pk}") and data.get(f"score_{row.pk}") is None and not self.errors:
                self.add_error(f"score_{row.pk}", _("A note needs its score."))
        if self.errors:
            return data
        return {"scores": {row: (data[f"score_{row.pk}"], data[f"note_{row.pk}"]) for row in self.criteria}}
