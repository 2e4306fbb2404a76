"""The forms of one's own account."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import NotificationChoice, User
from members.topics import TOPICS

Choice = NotificationChoice.Choice


class OwnAccountForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Those who work with you read it. Public pages name organisations, not persons."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=User.Language.choices,
        widget=forms.RadioSelect,
        help_text=_("Of the letters to you. A page is in the language that you switch it to, at its top."),
    )


class LettersForm(forms.Form):
    """One choice for each topic; what may not wait offers no week."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in TOPICS:
            choices = [row for row in Choice.choices if topic.weekly or row[0] != Choice.WEEKLY]
            self.fields[topic.code] = forms.ChoiceField(
                label=topic.label, help_text=topic.about, choices=choices, widget=forms.RadioSelect
            )
