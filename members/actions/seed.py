"""Puts the known bodies, organisations, fields and laws into the tables; leaves alone what is there."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from members.facts.bodies import BODIES, FORMER_NAMES, GIVEN_AWAY, Body
from members.facts.organisations import ORGANISATIONS
from members.facts.taxonomy import DOMAINS, LAWS
from members.models import BodyName, Domain, Law, Organisation, SecretariatTerm, Succession
from members.models.secretariat import OWN_OFFICE

from .bodies import open_name
from .organisations import index_organisation

FOUNDED_ON = date(2019, 7, 12)
"""The day on which the alliance was founded: its own office is the secretariat until another is named."""

Counts = dict[str, int]


@transaction.atomic
def seed_members() -> Counts:
    """Adds what is missing and returns how many of each. Never changes a row that exists."""
    return {
        "bodies": seed_bodies(),
        "names of bodies": seed_names(),
        "successions": seed_successions(),
        "organisations": seed_organisations(),
        "terms of the secretariat": seed_secretariat(),
        "domains": seed_domains(),
        "laws": seed_laws(),
        "indexed": index_missing(),
    }


def seed_bodies() -> int:
    """Government bodies with their parents and successors. Known by address or by agency code."""
    known = known_bodies()
    missing = [body for body in BODIES if body.code not in known]
    rows = {body.code: _as_organisation(body) for body in missing}
    Organisation.objects.bulk_create(rows.values())
    known |= rows
    for body in missing:
        rows[body.code].parent = known.get(body.parent)
        rows[body.code].successor = known.get(body.successor)
    Organisation.objects.bulk_update(rows.values(), ["parent", "successor"])
    return len(missing)


def known_bodies() -> dict[str, Organisation]:
    """The bodies that are in the tables already, by the code of the facts."""
    found = Organisation.objects.bodies().filter(
        Q(slug__in=[body.slug for body in BODIES])
        | Q(org_code__in=[body.org_code for body in BODIES if body.org_code])
    )
    by_slug = {row.slug: row for row in found}
    by_code = {row.org_code: row for row in found if row.org_code}
    rows = {body.code: by_slug.get(body.slug) or by_code.get(body.org_code) for body in BODIES}
    return {code: row for code, row in rows.items() if row}


def seed_names() -> int:
    """What each body that has no names yet was called before, and what it is called now."""
    unnamed = {code: row for code, row in known_bodies().items() if not row.names.exists()}
    former = {row.code: row for row in FORMER_NAMES}
    rows = []
    for code, body in unnamed.items():
        before = former.get(code)
        if before:
            names = {field: value for field, value in before._asdict().items() if field != "code"}
            rows.append(BodyName(body=body, **names))
        since = before.ends_on if before else body.valid_from
        rows.append(open_name(body, since))
    return len(BodyName.objects.bulk_create(rows))


def seed_successions() -> int:
    """Who followed bodies that ended, and to whom others gave a part of their matters."""
    known = known_bodies()
    ended = [(body.code, body.successor, body.valid_to, False) for body in BODIES if body.successor]
    given = [(*row, True) for row in GIVEN_AWAY]
    rows = [
        Succession(predecessor=known[code], successor=known[to], on=on, is_partial=is_partial)
        for code, to, on, is_partial in [*ended, *given]
        if on and code in known and to in known
    ]
    there = set(Succession.objects.values_list("predecessor", "successor"))
    missing = [row for row in rows if (row.predecessor_id, row.successor_id) not in there]
    return len(Succession.objects.bulk_create(missing))


def _as_organisation(body: Body) -> Organisation:
    same = {
        field: getattr(body, field) for field in Body._fields if field not in ("code", "parent", "successor")
    }
    return Organisation(
        slug=body.slug,
        short_en=body.short_en,
        sector=Organisation.Sector.GOVERNMENT,
        kind=Organisation.Kind.BODY,
        **same,
    )


def seed_organisations() -> int:
    """The organisations around the alliance, none of them a member yet, and the secretariat's own."""
    rows = [Organisation(**known._asdict()) for known in ORGANISATIONS]
    rows.append(
        Organisation(
            slug=OWN_OFFICE,
            name_zh="臺灣區塊鏈大聯盟秘書處",
            name_en="Secretariat of the Taiwan Blockchain Alliance",
            short_zh="秘書處",
            short_en="Secretariat",
            sector=Organisation.Sector.INDUSTRY,
            kind=Organisation.Kind.ASSOCIATION,
        )
    )
    there = set(Organisation.objects.values_list("slug", flat=True))
    missing = [row for row in rows if row.slug not in there]
    return len(Organisation.objects.bulk_create(missing))


def seed_secretariat() -> int:
    """The alliance's own office is the secretariat, where no organisation has been it yet."""
    if SecretariatTerm.objects.exists():
        return 0
    office = Organisation.objects.get(slug=OWN_OFFICE)
    SecretariatTerm.objects.create(organisation=office, starts_on=FOUNDED_ON)
    return 1


def seed_domains() -> int:
    there = set(Domain.objects.values_list("slug", flat=True))
    return len(
        Domain.objects.bulk_create(Domain(**row._asdict()) for row in DOMAINS if row.slug not in there)
    )


def seed_laws() -> int:
    there = set(Law.objects.values_list("name_zh", flat=True))
    return len(Law.objects.bulk_create(Law(**row._asdict()) for row in LAWS if row.name_zh not in there))


def index_missing() -> int:
    """Writes the search words of organisations that have none."""
    rows = list(Organisation.objects.filter(search__isnull=True))
    for row in rows:
        index_organisation(row)
    return len(rows)
