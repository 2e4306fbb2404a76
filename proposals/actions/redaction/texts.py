"""The texts of a case as rows of `redactable.PLACES`, and which of them a reader may see."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from members.permissions import AnyUser
from proposals.models import Proposal, Referral
from proposals.models.timeline import Visibility
from proposals.redactable import PLACES, Place, says


@dataclass(frozen=True)
class Text:
    """One text column of one row, with what it says now."""

    place: Place
    row: Any
    column: str

    @property
    def key(self) -> str:
        """How a form names it; `found` reads it."""
        return f"{self.place.model.lower()}:{self.row.pk}:{self.column}"

    @property
    def name(self) -> str:
        """As the trace names it: the table and the column, no row."""
        return self.place.name_of(self.column)

    @property
    def value(self) -> Any:
        return getattr(self.row, self.column)

    @property
    def longest(self) -> int | None:
        return self.row._meta.get_field(self.column).max_length

    @property
    def label(self) -> str:
        """For whoever chooses: which of several rows it is."""
        words = says(self.place, self.column)
        number = getattr(self.row, "number", None)
        if self.place.model in ("proposals.Ask", "proposals.TextVersion") and number:
            words = f"{words} ({number})"
        referral = self.referral
        return f"{words} ({referral.ministry.short_name})" if referral else words

    @property
    def referral(self) -> Referral | None:
        """Of a text that a ministry wrote, or that belongs to its part: the referral."""
        row = self.row
        for step in self.place.to_referral.split("__") if self.place.to_referral else ():
            row = getattr(row, step)
        return row if self.place.to_referral else None

    @property
    def circle(self) -> Visibility:
        """Who reads of it that something was taken out here."""
        if self.place.circle != "of_entry":
            return Visibility(self.place.circle)
        entry = self.row if self.place.model == "proposals.TimelineEntry" else self.row.entry
        return Visibility(entry.visibility)


def rows_of(place: Place, case: Proposal) -> QuerySet[Any]:
    """The rows of one place that belong to the case, whoever may read them."""
    rows = apps.get_model(place.model)._base_manager.filter(**{place.to_case: case.pk}, **place.only)
    if place.to_referral:
        rows = rows.select_related(f"{place.to_referral}__ministry")
    if place.read_with == "entry":
        rows = rows.select_related("entry__referral")
    return rows


def texts_of(case: Proposal) -> list[Text]:
    """Every text of the case that says something."""
    return list(_texts(case))


def _texts(case: Proposal) -> Iterator[Text]:
    for place in PLACES:
        for row in rows_of(place, case).order_by("pk"):
            yield from (text for column in place.fields if (text := Text(place, row, column)).value)


def seen_by(user: AnyUser, case: Proposal, models: Collection[str] = ()) -> set[tuple[str, Any]]:
    """Of which rows, or those of `models`, the reader may see the words: by the same reads as every page."""
    places = [place for place in PLACES if not models or place.model in models]
    return {(place.model, pk) for place in places for pk in _seen(place, case, user)}


def _seen(place: Place, case: Proposal, user: AnyUser) -> Any:
    model = apps.get_model(place.model)
    mine = {place.to_case: case.pk, **place.only}
    if place.read_with:
        whole: Any = model._meta.get_field(place.read_with).related_model
        known = whole._default_manager.visible_to(user).values("pk")
        return model._base_manager.filter(**mine, **{f"{place.read_with}__in": known}).values_list(
            "pk", flat=True
        )
    rows: Any = model._default_manager
    if place.never_shown:
        rows = rows.public()
    else:
        rows = rows.visible_to(user) if hasattr(rows, "visible_to") else rows.published()
    return rows.filter(**mine).values_list("pk", flat=True)


def is_seen(text: Text, seen: set[tuple[str, Any]]) -> bool:
    return (text.place.model, text.row.pk) in seen


def found(case: Proposal, key: str) -> Text | None:
    """The text that a form names, if the case has it."""
    return next((text for text in texts_of(case) if text.key == key), None)
