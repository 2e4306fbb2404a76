"""Puts the working groups and the government's programmes into the tables; leaves alone what is there."""

from typing import Any

from django.db import transaction
from django.db.models import Manager

from members.models import Domain, Organisation
from workinggroups.facts import GROUPS, PROGRAMMES, KnownProgramme
from workinggroups.models import Programme, WorkingGroup


@transaction.atomic
def seed_groups() -> dict[str, int]:
    """Adds missing groups and programmes and returns how many of each. Needs the bodies and the domains.

    Never changes a row that exists: charters and mottos are edited by the secretariat.
    """
    groups = _missing(WorkingGroup.objects, [row._asdict() for row in GROUPS])
    WorkingGroup.objects.bulk_create(WorkingGroup(position=n, **row) for n, row in groups)
    programmes = _missing(Programme.objects, [row._asdict() for row in PROGRAMMES])
    for position, row in programmes:
        _add_programme(position, PROGRAMMES[position - 1], row)
    return {"groups": len(groups), "programmes": len(programmes)}


def _missing(manager: Manager[Any], rows: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    there = set(manager.values_list("slug", flat=True))
    return [(n, row) for n, row in enumerate(rows, start=1) if row["slug"] not in there]


def _add_programme(position: int, known: KnownProgramme, row: dict[str, Any]) -> None:
    texts = {name: value for name, value in row.items() if name not in ("bodies", "domains")}
    programme = Programme.objects.create(position=position, **texts)
    slugs = [code.lower() for code in known.bodies]
    programme.bodies.set(Organisation.objects.bodies().filter(slug__in=slugs))
    programme.domains.set(Domain.objects.filter(slug__in=known.domains))
