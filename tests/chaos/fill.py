"""`python -m tests.chaos.fill COUNT`: so many bodies whose answer was due yesterday, each with one liaison.

One real case gives the pattern of its rows. Prints the moment at which the reminders are due, as ISO.
"""

import sys
from copy import copy
from datetime import datetime, time, timedelta

import django


def fill(count: int) -> datetime:
    from members import clock
    from members.models import Letter
    from proposals.actions.answering.receipt import set_receipt
    from proposals.actions.timing import office_calendar
    from proposals.models import Deadline
    from proposals.models.deadlines import Kind
    from proposals.states import ReferralState
    from proposals.workdays import add_workdays
    from tests import cases
    from workinggroups.models import Seat

    first = datetime.combine(clock.today() + timedelta(days=1), time(10), clock.TAIPEI)
    with clock.at(first):
        cases.time_rules()
        case = cases.referred(supporting=[cases.ministry("pattern")])
        referral = case.referrals.get(part="support")
        set_receipt(referral, clock.today(), "letter", actor=None)
    pattern = Deadline.objects.get(kind=Kind.SUPPORT)
    Deadline.objects.update(settled_at=clock.now(), next_reminder_on=None)
    Letter.objects.update(state=Letter.State.CANCELLED)
    Seat.objects.update(ends_on=clock.today())  # nobody has a week to read: reminders are all that is sent
    referral.refresh_from_db()
    referral.state = ReferralState.IN_PROGRESS
    bodies = make_bodies(count)
    parts = type(referral).objects.bulk_create(_with(referral, ministry=body) for body in bodies)
    Deadline.objects.bulk_create(_with(pattern, referral=part) for part in parts)
    day = add_workdays(pattern.due_on, 1, office_calendar(pattern.due_on))
    return datetime.combine(day, time(10), clock.TAIPEI)


def make_bodies(count: int) -> list:
    """Each with one person, who answers for it and supervises it: two rungs, one letter."""
    from members.models import Affiliation, Organisation, User
    from tests.cases import SINCE

    bodies = Organisation.objects.bulk_create(
        Organisation(
            slug=f"body{n}",
            sector=Organisation.Sector.GOVERNMENT,
            kind=Organisation.Kind.BODY,
            name_zh=f"第{n}機關",
        )
        for n in range(count)
    )
    people = User.objects.bulk_create(
        User(email=f"liaison@body{n}.gov.example", name=f"承辦{n}", password="!") for n in range(count)
    )
    Affiliation.objects.bulk_create(
        Affiliation(user=user, organisation=body, role=role, starts_on=SINCE)
        for user, body in zip(people, bodies, strict=True)
        for role in (Affiliation.Role.LIAISON, Affiliation.Role.SUPERVISOR)
    )
    return bodies


def _with(row, **changes):
    """An unsaved copy of a row."""
    fresh = copy(row)
    fresh.pk = None
    fresh._state = type(row._state)()
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


if __name__ == "__main__":
    django.setup()
    print(fill(int(sys.argv[1])).isoformat())  # noqa: T201
