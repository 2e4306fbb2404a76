"""When which rung of the ladder of reminders is reached. Pure: rows in, moments out."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple

from members.clock import TAIPEI
from proposals.deadlines import Period
from proposals.models import Deadline, ReminderRule
from proposals.models.deadlines import Kind
from proposals.workdays import Calendar, add_workdays

HOUR = time(9)
# A missing preliminary reply is shown, not chased; an answered case closes by itself; nobody must take over.
NEVER_LATE = (Kind.PRELIMINARY, Kind.CLOSING, Kind.TAKEOVER)


class Stage(NamedTuple):
    moment: datetime
    rule: ReminderRule


def ladder(period: Period, rules: Iterable[ReminderRule]) -> list[ReminderRule]:
    """The rules of the shortest bracket that holds the period, or of the longest there is."""
    rules = list(rules)
    brackets = sorted({rule.max_days for rule in rules})
    fitting = next((days for days in brackets if days >= period.nominal_days), None)
    bracket = fitting if fitting is not None else brackets[-1] if brackets else None
    return [rule for rule in rules if rule.max_days == bracket]


def stages(
    deadline: Deadline, rules: Iterable[ReminderRule], calendar: Calendar, *, since: date
) -> list[Stage]:
    """The rungs of a deadline in the order of their moments: nine o'clock, on working days.

    What lies before the deadline was made, or not after `since` (its event day, or the end of its last
    pause), is left out.
    """
    found = []
    for rule in ladder(deadline.period, rules):
        if deadline.kind in NEVER_LATE and (rule.offset > 0 or rule.is_very_overdue):
            continue
        day = add_workdays(_base(deadline, rule), rule.offset, calendar)
        moment = datetime.combine(day, HOUR, TAIPEI)
        if day > since and moment >= deadline.created_at:
            found.append(Stage(moment, rule))
    return sorted(found, key=lambda stage: (stage.moment, stage.rule.pk))


def _base(deadline: Deadline, rule: ReminderRule) -> date:
    return deadline.very_overdue_on if rule.is_very_overdue else deadline.due_on
