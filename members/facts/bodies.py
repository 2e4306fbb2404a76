"""Government bodies that the founding documents of 2019 name, those that followed them, and their neighbours.

Sources: the alliance's founding article and speech (July 2019); the organisation acts in the Laws &
Regulations Database (law.moj.gov.tw); object identifiers of oid.nat.gov.tw; agency codes of the
public-participation platform's open archive. Empty where no public source was at hand. A body counts
as gone from `valid_to` on. The end of the Board of Science and Technology and the founding days of
the ministries of environment and sports are general knowledge, to be confirmed by the secretariat.

Where the founding year knew a body by another name and it is the same body, that name stands in
`body_names.csv` with the day on which it ended; where a body took the place of another, both are bodies.
"""

import csv
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple


class Body(NamedTuple):
    code: str
    name_zh: str
    name_en: str
    short_zh: str
    self_name: str
    parent: str
    website: str
    oid: str
    org_code: str
    valid_from: date | None
    valid_to: date | None
    successor: str
    area: str

    @property
    def slug(self) -> str:
        return self.code.lower()

    @property
    def short_en(self) -> str:
        return self.code


class FormerName(NamedTuple):
    code: str
    name_zh: str
    name_en: str
    short_zh: str
    short_en: str
    self_name: str
    ends_on: date


def _value(field: str, text: str) -> str | date | None:
    if field in ("valid_from", "valid_to", "ends_on"):
        return date.fromisoformat(text) if text else None
    return text


def _read(name: str, kind: Any) -> tuple[Any, ...]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    return tuple(kind._make(_value(field, row[field]) for field in kind._fields) for row in rows)


# In an order in which every parent and successor stands before whoever names it.
BODIES: tuple[Body, ...] = _read("bodies.csv", Body)
FORMER_NAMES: tuple[FormerName, ...] = _read("body_names.csv", FormerName)

# Units of these went into the Ministry of Digital Affairs on the day of its founding (K0000199).
GIVEN_AWAY = tuple((code, "MODA", date(2022, 8, 27)) for code in ("NDC", "NCC", "MOEA", "MOTC"))
