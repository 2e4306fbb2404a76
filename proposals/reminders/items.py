"""What a reminder says of one deadline. Read by the template, in the language of the letter."""

import logging
from dataclasses import dataclass

from django.utils.translation import gettext

from members import clock
from members.actions.letters import address_of
from members.said import WEEKDAYS_EN, countdown, day, in_chinese, iso
from proposals.explanations import explain
from proposals.models import Deadline, ReminderRule
from proposals.models.deadlines import ALLIANCES, Kind

from .audiences import body_of, group_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Item:
    deadline: Deadline
    audience: str
    is_stand_in: bool = False

    @property
    def is_actor(self) -> bool:
        return self.audience == ReminderRule.Audience.ACTORS and not self.is_stand_in

    @property
    def number(self) -> str:
        """The case's number; a meeting has none and goes by its day."""
        meeting = self.deadline.meeting
        return iso(meeting.starts_at) if meeting else self.deadline.case.number or ""

    @property
    def title(self) -> str:
        deadline = self.deadline
        if deadline.meeting:
            return deadline.meeting.title
        return deadline.follow_up.title if deadline.follow_up else deadline.case.local_title

    @property
    def what(self) -> str:
        return str(Kind(self.deadline.kind).label)

    @property
    def audience_name(self) -> str:
        return str(ReminderRule.Audience(self.audience).label)

    @property
    def whose(self) -> str:
        """Who must act."""
        if body := body_of(self.deadline):
            return body.name
        if self.deadline.kind in ALLIANCES:
            group = group_of(self.deadline)
            return group.name if group else ""
        organisation = self.deadline.case.organisation
        return organisation.name if organisation else ""

    @property
    def due(self) -> str:
        """The due date with its year, its day of the week, and as ISO writes it; provisional where it is."""
        said = said_in_full(self.deadline)
        return gettext("%(day)s (provisional)") % {"day": said} if self.deadline.is_provisional else said

    @property
    def left(self) -> str:
        return countdown(self.deadline.due_on)

    @property
    def days_late(self) -> int:
        """Calendar days past the due date; none while it is in time."""
        return max(0, (clock.today() - self.deadline.due_on).days)

    @property
    def url(self) -> str:
        """The one page on which it is done, or for those who only watch, the page of the case."""
        deadline = self.deadline
        if deadline.meeting:
            return address_of("admin:workinggroups_meeting_change", deadline.meeting.pk)
        number = deadline.case.number
        watches = self.audience in (ReminderRule.Audience.CONVENER, ReminderRule.Audience.CHAIR)
        if (watches or self.is_stand_in) and deadline.kind not in ALLIANCES:
            return address_of("proposals:detail", number)
        if deadline.referral:
            return address_of("proposals:referral", deadline.referral.pk)
        if deadline.follow_up:
            return address_of("proposals:own_follow_up", deadline.follow_up.pk)
        if deadline.question:
            return address_of("proposals:reply", number, deadline.question.pk)
        if deadline.kind == Kind.INFORMATION:
            return address_of("proposals:information", number)
        if deadline.kind in ALLIANCES:
            return address_of("admin:proposals_proposal_change", deadline.case.pk)
        return address_of("proposals:detail", number)

    @property
    def receipt_url(self) -> str:
        """The sheet on which the day is computed step by step; a meeting has none."""
        deadline = self.deadline
        return "" if deadline.meeting else address_of("proposals:receipt", deadline.case.number, deadline.pk)

    @property
    def reasons(self) -> list[str]:
        """Why it is due on that day, step by step. What cannot be told keeps no reminder back."""
        try:
            return explain(self.deadline)
        except Exception:
            log.exception("The computation of deadline %s cannot be told.", self.deadline.pk)
            return [gettext("The steps cannot be shown at the moment; the date itself holds.")]


def said_in_full(deadline: Deadline) -> str:
    """民國115年5月4日（一），2026-05-04 or Mon 4 May 2026 (2026-05-04)."""
    on = deadline.due_on
    if in_chinese():
        return f"{day(on, 'year')}，{iso(on)}"
    return f"{WEEKDAYS_EN[on.weekday()]} {day(on, 'year')} ({iso(on)})"
