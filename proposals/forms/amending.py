"""The words of a submitted case, changed while the group asks for more."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from proposals.actions.drafting import DRAFT_FIELDS
from proposals.models import Proposal

from .drafting import MAX_ASKS, Typed, WordsForm, asks_of
from .fields import Line


class AmendForm(WordsForm):
    """The public words of a submitted case, while the group asks for more."""

    reason = Line(
        required=False,
        max_length=300,
        label=_("What you changed, and why"),
        help_text=_("Public, in the history of the case. One sentence is enough."),
    )


class Amended(Typed):
    """The words of a submitted case as they are typed anew."""

    @staticmethod
    def words(draft: Proposal, data: QueryDict | None) -> forms.Form:
        return AmendForm(data, initial={name: getattr(draft, name) for name in DRAFT_FIELDS})

    @staticmethod
    def shown_asks(draft: Proposal) -> list[dict[str, str]]:
        """The asks, and room for one more."""
        return [*asks_of(draft), {}][:MAX_ASKS]
