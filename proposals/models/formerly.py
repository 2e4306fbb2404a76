"""Whose part of a case it was before a reorganisation, as the part itself keeps it: no queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Self

from members import clock
from members.models import Named, Organisation


@dataclass(frozen=True)
class Former:
    """A body, by its name of the time, until the moment of a hand-over or of another name.

    `booked_days` of the days after a hand-over belong to the reorganisation.
    """

    pk: int
    named: Named
    until: datetime
    is_handed: bool
    booked_days: int = 0

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        return cls(
            pk=row["pk"],
            named=Named.read(row),
            until=datetime.fromisoformat(row["until"]),
            is_handed=row["is_handed"],
            booked_days=row["booked_days"],
        )


def at(rows: Iterable[Mapping[str, Any]], moment: datetime) -> Former | None:
    """The body whose part it was at a moment; None where that is the one of today."""
    return next((row for row in map(Former.read, rows) if row.until > moment), None)


def handed(rows: Iterable[Mapping[str, Any]]) -> Former | None:
    """The body that handed the part over last."""
    return next((row for row in map(Former.read, reversed(list(rows))) if row.is_handed), None)


def left(
    rows: Sequence[Mapping[str, Any]], body: Organisation, until: datetime, booked_days: int
) -> list[dict[str, Any]]:
    """What a part keeps once `body` has handed it over, with the names that it bore before."""
    begins = datetime.fromisoformat(rows[-1]["until"]) if rows else None
    found = [dict(row) for row in rows]
    for name in body.former_names:
        ended = datetime.combine(date.fromisoformat(name["until"]), time(), clock.TAIPEI)
        if begins is None or ended > begins:
            found.append(_row(body, Named.read(name), ended))
    return [*found, _row(body, body.named, until, is_handed=True, booked_days=booked_days)]


def _row(
    body: Organisation, named: Named, until: datetime, *, is_handed: bool = False, booked_days: int = 0
) -> dict[str, Any]:
    return {
        "pk": body.pk,
        "name_zh": named.name_zh,
        "name_en": named.name_en,
        "short_zh": named.short_zh,
        "short_en": named.short_en,
        "until": until.isoformat(),
        "is_handed": is_handed,
        "booked_days": booked_days,
    }
