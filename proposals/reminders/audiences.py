"""Whom a rung of the ladder speaks to."""

from collections.abc import Iterable

from members.models import Affiliation, User
from members.models.people import secretariat
from proposals.actions.due_dates import body_of
from proposals.actions.notices import liaisons_of, officers, people_of, triage_officers
from proposals.models import Deadline, ReminderRule
from proposals.models.circles import heirs_of, representatives_of
from proposals.models.deadlines import ALLIANCES, MINISTRIES, PROPOSERS, Kind
from workinggroups.models import Seat

Audience = ReminderRule.Audience
Role = Affiliation.Role

SUPERVISING = (Role.SUPERVISOR, Role.RESEARCH)


def has_audience(deadline: Deadline, audience: str) -> bool:
    """Whether a kind of deadline has such people at all: a group has no supervisor, a proposer has nobody."""
    if deadline.kind in (*PROPOSERS, Kind.TAKEOVER):
        return audience == Audience.ACTORS
    return audience != Audience.SUPERVISOR or deadline.kind in MINISTRIES


def people_in(deadline: Deadline, audience: str) -> list[User]:
    """The people of an audience today, nobody among them who stands in for others."""
    if deadline.kind in MINISTRIES:
        return list(_of_ministry(deadline, audience))
    if deadline.kind in ALLIANCES:
        return list(_of_alliance(deadline, audience))
    if deadline.kind == Kind.TAKEOVER:
        return list(heirs_of(deadline.case))
    return list(representatives_of(deadline.case))


def _of_ministry(deadline: Deadline, audience: str) -> Iterable[User]:
    body = body_of(deadline)
    assert body is not None
    match audience:
        case Audience.ACTORS:
            return liaisons_of(body)
        case Audience.SUPERVISOR:
            return people_of(body, *SUPERVISING)
        case Audience.CONVENER:
            return triage_officers(deadline.case)
        case _:
            return chairs()


def _of_alliance(deadline: Deadline, audience: str) -> Iterable[User]:
    match audience:
        case Audience.ACTORS if deadline.meeting:
            return officers(deadline.meeting.group) if deadline.meeting.group else secretariat()
        case Audience.ACTORS:
            return triage_officers(deadline.case)
        case Audience.CONVENER:
            return secretariat()
        case _:
            return chairs()


def chairs() -> list[User]:
    return list(Seat.objects.current().with_role(Seat.Role.CHAIR).people())
