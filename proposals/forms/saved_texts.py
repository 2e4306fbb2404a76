"""The saved texts that a form offers for one of its fields, and the form again with one of them in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms

from members.models import User
from proposals.models import Proposal, SavedText

BETWEEN = "\n\n"


@dataclass(frozen=True)
class Choice:
    """A saved text as it would be put in."""

    pk: int
    title: str
    words: str


@dataclass(frozen=True)
class Offer:
    """Which field the texts are for, and the texts."""

    field: str
    choices: tuple[Choice, ...]

    def words(self, sent: str) -> str:
        """The words of the text that was chosen; nothing for anything else."""
        return next((choice.words for choice in self.choices if str(choice.pk) == sent), "")


class Offers:
    """The texts in use that a reader may take for some cases of a group, by what they are for. One query."""

    def __init__(self, user: User, cases: Iterable[Proposal]) -> None:
        cases = list(cases)
        languages = sorted({case.language for case in cases}, reverse=True)
        groups = {case.group_id for case in cases}
        self._choices: dict[str, list[Choice]] = {}
        for text in SavedText.objects.visible_to(user).active().filter(body__isnull=True):
            if text.group_id is None or groups == {text.group_id}:
                choice = Choice(text.pk, text.title, words_in(text, languages))
                self._choices.setdefault(text.kind, []).append(choice)

    def of(self, form: type[forms.Form] | None) -> Offer | None:
        """What a form is offered: its `saved_texts` names the field, and what for."""
        field, kind = getattr(form, "saved_texts", ("", ""))
        choices = self._choices.get(kind)
        return Offer(field, tuple(choices)) if choices else None


def words_in(text: SavedText, languages: Iterable[str]) -> str:
    """The words in each of the proposers' languages, one below the other."""
    return BETWEEN.join(dict.fromkeys(text.text_in(language) for language in languages))


def put_in(form: forms.Form, field: str, words: str) -> dict[str, Any]:
    """What was typed, as the `initial` of a new form, with the words below what stands in the field."""
    typed = {name: form[name].value() for name in form.fields}
    if words:
        typed[field] = BETWEEN.join(filter(None, [(typed[field] or "").rstrip(), words]))
    return typed
