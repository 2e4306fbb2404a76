"""Puts office days, closures, periods, reminder ladders and what triage starts with into the tables."""

from functools import partial

from django.db import transaction

from members.models import Domain, Law, Organisation
from proposals.facts import (
    CALENDAR_LABEL,
    CALENDAR_SOURCE,
    CLOSURES,
    CRITERIA,
    LADDERS,
    POLICIES,
    POLICIES_FROM,
    ROUTES,
    office_days,
)
from proposals.models import (
    CalendarDay,
    CalendarVersion,
    Criterion,
    DeadlinePolicy,
    ReminderRule,
    RoutingRule,
    SavedText,
    WorkSuspension,
)
from proposals.phrases import PHRASES

SEEDED = "holidays-"


@transaction.atomic
def seed_time() -> dict[str, int]:
    """Adds what is missing and returns how many of each. Changes no period and no ladder that exists."""
    return {
        "calendar days": seed_calendar(),
        "closures": seed_closures(),
        "policies": seed_policies(),
        "reminder rules": seed_ladders(),
    }


def seed_calendar() -> int:
    """The office days of the library, as a version of their own.

    An official calendar that was imported after the last seed stands; a newer library's days then wait
    for the next official one. Dates already counted are not touched.
    """
    newest = CalendarVersion.objects.last()
    if newest and (newest.label == CALENDAR_LABEL or not newest.label.startswith(SEEDED)):
        return 0
    version = CalendarVersion.objects.create(label=CALENDAR_LABEL, source=CALENDAR_SOURCE)
    days = CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=day, is_workday=is_workday, name=name[:60], version=version)
            for day, is_workday, name in office_days()
        ],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_workday", "name", "version"],
    )
    return len(days)


def seed_closures() -> int:
    there = set(WorkSuspension.objects.values_list("on", "area", "starts_at"))
    missing = [row for row in CLOSURES if (row.on, row.area, row.starts_at) not in there]
    rows = [WorkSuspension(**row._asdict(), moves_last_day=row.moves_last_day) for row in missing]
    return len(WorkSuspension.objects.bulk_create(rows))


def seed_policies() -> int:
    """General periods, for the steps that have none yet."""
    there = set(DeadlinePolicy.objects.filter(group__isnull=True).values_list("kind", flat=True))
    return len(
        DeadlinePolicy.objects.bulk_create(
            DeadlinePolicy(valid_from=POLICIES_FROM, **row._asdict())
            for row in POLICIES
            if row.kind not in there
        )
    )


def seed_ladders() -> int:
    there = set(ReminderRule.objects.values_list("code", flat=True))
    return len(
        ReminderRule.objects.bulk_create(ReminderRule(**r._asdict()) for r in LADDERS if r.code not in there)
    )


def seed_criteria() -> dict[str, int]:
    """The criteria of triage, for a portal that has none yet."""
    if Criterion.objects.exists():
        return {"criteria": 0}
    rows = [Criterion(position=place, **row._asdict()) for place, row in enumerate(CRITERIA, 1)]
    return {"criteria": len(Criterion.objects.bulk_create(rows))}


@transaction.atomic
def seed_triage() -> dict[str, int]:
    """What triage starts with; what officers have written, ended or put out of use since is left alone."""
    return {**seed_criteria(), "saved texts": seed_phrases(), "routing rules": seed_routes()}


def seed_phrases() -> int:
    """Texts for all groups, for a portal that has none yet."""
    if SavedText.objects.filter(group__isnull=True, body__isnull=True).exists():
        return 0
    rows = [SavedText(position=place, **row._asdict()) for place, row in enumerate(PHRASES, 1)]
    return len(SavedText.objects.bulk_create(rows))


def seed_routes() -> int:
    """Rules for the laws and domains that have none yet, ended ones included, where the body is known."""
    bodies = {body.slug: body for body in Organisation.objects.bodies()}
    laws = {law.name_zh: law for law in Law.objects.all()}
    domains = {domain.slug: domain for domain in Domain.objects.all()}
    rows = []
    for route in ROUTES:
        body = bodies.get(route.body)
        if body is None:
            continue
        rule = partial(RoutingRule, body=body, part=route.part)
        rows += [rule(law=laws[name]) for name in route.laws if name in laws]
        rows += [rule(domain=domains[slug]) for slug in route.domains if slug in domains]
    there = set(RoutingRule.objects.values_list("law", "domain"))
    missing = [row for row in rows if (row.law_id, row.domain_id) not in there]
    return len(RoutingRule.objects.bulk_create(missing))
