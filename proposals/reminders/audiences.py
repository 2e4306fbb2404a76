"""Whom a rung of the ladder speaks to."""

from collections.abc import Iterable

from members.models import Affiliation, User
from proposals.actions.notices import liaisons_of, people_of, secretariat, triage_officers
from proposals.models import Deadline, Reminder, ReminderRule
from proposals.models.case import representatives_of
from proposals.models.deadlines import Kind
from workinggroups.models import Seat

Audience = ReminderRule.Audience
Role = Affiliation.Role

MINISTRY = (Kind.ACCEPTANCE, Kind.PRELIMINARY, Kind.ANSWER, Kind.SUPPORT)
ALLIANCE = (Kind.SCREENING, Kind.DISCUSSION)


def recipients(deadline: Deadline, audience: str) -> list[User]:
    """The people of an audience today. Where nobody is left to act, the secretariat hears of it instead."""
    if deadline.kind in MINISTRY:
        return _of_ministry(deadline, audience)
    if deadline.kind in ALLIANCE:
        return _of_alliance(deadline, audience)
    return list(representatives_of(deadline.case)) if audience == Audience.ACTORS else []


def _of_ministry(deadline: Deadline, audience: str) -> list[User]:
    assert deadline.referral is not None
    body = deadline.referral.ministry
    people: Iterable[User]
    match audience:
        case Audience.ACTORS:
            people = liaisons_of(body) or secretariat()
        case Audience.SUPERVISOR:
            people = people_of(body, Role.SUPERVISOR, Role.RESEARCH)
        case Audience.CONVENER:
            people = triage_officers(deadline.case)
        case _:
            people = chairs()
    return list(people)


def _of_alliance(deadline: Deadline, audience: str) -> list[User]:
    people: Iterable[User]
    match audience:
        case Audience.ACTORS:
            people = triage_officers(deadline.case)
        case Audience.SUPERVISOR:
            people = []
        case Audience.CONVENER:
            people = secretariat()
        case _:
            people = chairs()
    return list(people)


def chairs() -> list[User]:
    rows = Seat.objects.current().filter(role=Seat.Role.CHAIR)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True))


def mailboxes(user: User, reminders: Iterable[Reminder]) -> list[str]:
    """The unit mailboxes that get a copy of a person's letter: of each body one of its people's, not all."""
    bodies = {
        row.deadline.referral.ministry
        for row in reminders
        if row.rule.audience == Audience.ACTORS and row.deadline.referral
    }
    return [body.mailbox for body in bodies if liaisons_of(body).order_by("pk").first() == user]
