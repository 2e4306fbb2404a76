"""The people of audiences, looked up once for many deadlines."""

import logging
from collections.abc import Collection, Iterable
from functools import cached_property

from members.models import Affiliation, User
from members.models.people import secretariat
from proposals.actions.due_dates import body_of
from proposals.actions.notices import answering_people
from proposals.models import Deadline, Reminder, ReminderRule

from .audiences import SUPERVISING, people_in

log = logging.getLogger(__name__)

Audience = ReminderRule.Audience


class People:
    """Who stands where today: three queries for the bodies of all deadlines, one for each audience else.

    Made anew for each slice of deadlines or of people, so that it is never older than that.
    """

    def __init__(self, deadlines: Iterable[Deadline]) -> None:
        self._found: dict[tuple[object, ...], list[User]] = {}
        if bodies := {body.pk for deadline in deadlines if (body := body_of(deadline))}:
            self._look_up(bodies)

    def _look_up(self, bodies: Collection[int]) -> None:
        """The people of all bodies at once."""
        for body, people in answering_people(bodies).items():
            self._found[Audience.ACTORS, body] = people
            self._found[Audience.SUPERVISOR, body] = []
        rows = Affiliation.objects.current().with_role(*SUPERVISING)
        rows = rows.filter(organisation__in=bodies, user__is_active=True)
        for row in rows.select_related("user").order_by("user_id"):
            found = self._found[Audience.SUPERVISOR, row.organisation_id]
            if row.user not in found:
                found.append(row.user)

    def of(self, deadline: Deadline, audience: str) -> list[User]:
        key = _key(deadline, audience)
        if key not in self._found:
            self._found[key] = people_in(deadline, audience)
        return self._found[key]

    def recipients(self, deadline: Deadline, audience: str) -> list[User]:
        """The people of an audience today. Where there is nobody, the secretariat hears of it instead."""
        found = self.of(deadline, audience) or self.secretariat
        if not found:
            log.error("Nobody is left to remind of %s, not even in the secretariat.", deadline)
        return found

    def stands_in(self, user: User, deadline: Deadline, audience: str) -> bool:
        """Whether one of the secretariat is written to in place of people who are not there."""
        return user in self.secretariat and user not in self.of(deadline, audience)

    def mailboxes(self, user: User, reminders: Iterable[Reminder]) -> list[str]:
        """The unit mailboxes that get a copy of a person's letter: only that of one person of each body."""
        return [
            body.mailbox
            for row in reminders
            if row.rule.audience == Audience.ACTORS
            and (body := body_of(row.deadline))
            and self.of(row.deadline, Audience.ACTORS)[:1] == [user]
        ]

    @cached_property
    def secretariat(self) -> list[User]:
        return list(secretariat())


def _key(deadline: Deadline, audience: str) -> tuple[object, ...]:
    """Deadlines with the same key have the same people in an audience."""
    if audience == Audience.CHAIR:
        return (audience,)
    if (body := body_of(deadline)) and audience in (Audience.ACTORS, Audience.SUPERVISOR):
        return audience, body.pk
    if deadline.meeting:
        return audience, "group", deadline.meeting.group_id
    return audience, deadline.kind, deadline.case.pk
