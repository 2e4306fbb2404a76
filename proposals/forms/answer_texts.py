"""A ministry's saved texts: the form for one, and what the page of a draft offers."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from members.models import Organisation, User
from proposals.models import Referral, SavedText

from .answering import text_field
from .saved_texts import BETWEEN, Choice

LONGEST = 4000


class AnswerTextForm(forms.Form):
    """The body is asked for only where somebody answers for several."""

    body = forms.ModelChoiceField(
        label=_("Body"), queryset=Organisation.objects.none(), to_field_name="slug", empty_label=None
    )
    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("By it the text is found in the list; nobody else reads it."),
    )
    text_zh = text_field(_("Text (Chinese)"), rows=6, required=False)
    text_en = text_field(_("Text (English)"), rows=4, required=False)

    def __init__(self, *args: Any, bodies: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = Organisation.objects.filter(pk__in=[body.pk for body in bodies])
        if len(bodies) == 1:
            self.fields["body"].widget = forms.HiddenInput()
            self.fields["body"].initial = bodies[0].slug
        for name in ("text_zh", "text_en"):
            self.fields[name].max_length = LONGEST


def offered(user: User, referral: Referral) -> list[Choice]:
    """The texts in use for answers: the body's own first, then those that are everybody's. One statement."""
    rows = SavedText.objects.visible_to(user).active().filter(kind=SavedText.Kind.ANSWER)
    rows = rows.filter(Q(body=referral.ministry_id) | Q(body__isnull=True, group__isnull=True))
    found = sorted(rows, key=lambda row: (row.body_id is None, row.position, row.title))
    return [Choice(row.pk, row.title, row.text_in(get_language() or "")) for row in found]


def with_text(data: Any, choices: list[Choice]) -> Any:
    """What was sent from the page of a draft, with the chosen text below the reason of its ask."""
    ask = data.get("insert", "")
    words = next((choice.words for choice in choices if str(choice.pk) == data.get(f"saved-{ask}")), "")
    typed = data.copy()
    if words:
        reason = f"ask-{ask}-reason"
        typed[reason] = BETWEEN.join(filter(None, [typed.get(reason, "").rstrip(), words]))
    return typed
