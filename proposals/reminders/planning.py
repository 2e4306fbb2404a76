"""Writes down which rungs have been reached, for many deadlines at a time.

The question is always "whose moment has passed and is not recorded": a planner may run twice, in two
places, or after a week's silence. In each audience only the latest stage is sent then.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models.functions import Coalesce

from members import clock
from members.models import User
from proposals.models import Deadline, Pause, Reminder, ReminderRule
from proposals.models.deadlines import PROPOSERS
from proposals.models.follow_ups import OUT_OF_HAND
from proposals.workdays import Calendar

from .audiences import has_audience
from .people import People
from .rungs import HOUR, NEVER_LATE, Stage, stages

HANGS_ON = (
    "proposal__group",
    "proposal__organisation",
    "proposal__taken_over_by",
    "referral__ministry",
    "referral__proposal__group",
    "referral__proposal__organisation",
    "question__referral__ministry",
    "question__referral__proposal__organisation",
    "question__referral__proposal__taken_over_by",
    "follow_up__ministry",
    "follow_up__proposal__group",
    "follow_up__proposal__organisation",
    "meeting__group",
)


def is_hour_of_reminders(calendar: Calendar) -> bool:
    """From nine in the morning of a day on which offices work. What is left waits for the next such day."""
    now = clock.now()
    return calendar.is_workday(now.date()) and now.time() >= HOUR


def deadlines_to_plan() -> dict[int, int | None]:
    """The deadlines with a rung to be planned, each with the body or organisation that it lies with.

    Those of one body come together, so that its people need not wait for all others.
    """
    bodies = Coalesce(
        "referral__ministry",
        "follow_up__ministry",
        "question__referral__proposal__taken_over_by",
        "question__referral__proposal__organisation",
        "proposal__taken_over_by",
        "proposal__organisation",
    )
    rows = Deadline.objects.to_remind(clock.today()).annotate(body=bodies)
    return dict(rows.order_by("body", "pk").values_list("pk", "body"))


def still_to_plan(pks: Collection[int]) -> set[int]:
    """Those that are due as before: another planner holds them, or their planning broke."""
    rows = Deadline.objects.to_remind(clock.today()).filter(pk__in=pks)
    return set(rows.values_list("pk", flat=True))


@transaction.atomic
def plan_deadlines(pks: Sequence[int], rules: Sequence[ReminderRule], calendar: Calendar) -> int:
    """Records the rungs that deadlines have reached; returns for how many of them there is something to send.

    The same number of queries for one and for many. A deadline that another planner holds, or that has been
    settled or paused meanwhile, is left alone.
    """
    due = (
        Deadline.objects.to_remind(clock.today())
        .select_for_update(of=("self",), skip_locked=True)
        .select_related(*HANGS_ON)
        .filter(pk__in=pks)
        .order_by("pk")
    )
    next_on: dict[date | None, list[int]] = defaultdict(list)
    running = []
    for deadline in due:
        if is_out_of_hand(deadline):
            next_on[clock.today() + timedelta(days=1)].append(deadline.pk)
        else:
            running.append(deadline)
    people, told, since = People(running), Told.of(running), _run_since(running)
    new: list[Reminder] = []
    for deadline in running:
        found = [
            stage
            for stage in stages(deadline, rules, calendar, since=since[deadline.pk])
            if has_audience(deadline, stage.rule.audience)
            and (can_be_late(deadline) or clock.local_date(stage.moment) <= deadline.due_on)
        ]
        now = clock.now()
        new += _reached(deadline, [stage for stage in found if stage.moment <= now], people, told)
        ahead = [stage.moment.date() for stage in found if stage.moment > now]
        next_on[min(ahead, default=None)].append(deadline.pk)
    Reminder.objects.bulk_create(new)
    for day, planned in next_on.items():
        Deadline.objects.filter(pk__in=planned).update(next_reminder_on=day)
    return len({row.deadline_id for row in new if not row.is_skipped})


def is_out_of_hand(deadline: Deadline) -> bool:
    """Whether nobody can be late any more: the Legislative Yuan decides, or a letter proves the answer."""
    if deadline.follow_up:
        return not deadline.follow_up.is_open or deadline.follow_up.milestone in OUT_OF_HAND
    proved_on = deadline.referral.proved_on if deadline.referral else None
    return proved_on is not None and proved_on <= deadline.due_on


def can_be_late(deadline: Deadline) -> bool:
    """Not a body of whom nobody knows that it has the case: its receipt counts the date anew."""
    if deadline.kind in NEVER_LATE:
        return False
    return deadline.referral is None or deadline.referral.received_on is not None


@dataclass
class Told:
    """What is recorded: rungs of deadlines' present dates, and when which audience heard of others."""

    rungs: set[tuple[int, int]] = field(default_factory=set)
    heard_at: dict[tuple[int, str], datetime] = field(default_factory=dict)

    @classmethod
    def of(cls, deadlines: Iterable[Deadline]) -> "Told":
        told, due_on = cls(), {deadline.pk: deadline.due_on for deadline in deadlines}
        rows = Reminder.objects.filter(deadline__in=due_on).order_by("planned_at")
        columns = ("deadline", "due_on", "rule", "rule__audience", "is_skipped", "planned_at")
        for pk, day, rule, audience, is_skipped, planned_at in rows.values_list(*columns):
            if day == due_on[pk]:
                told.rungs.add((pk, rule))
            elif not is_skipped:
                told.heard_at[pk, audience] = planned_at
        return told


def _run_since(deadlines: Iterable[Deadline]) -> dict[int, date]:
    """The event days, or the last days on which clocks stood still: no rung is made up for from before."""
    since = {deadline.pk: deadline.counted_from for deadline in deadlines}
    paused: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    for row in deadlines:
        if not (row.meeting or row.follow_up or row.kind in PROPOSERS):
            paused[row.case.pk, row.referral_id].append(row.pk)
    stood = Pause.objects.filter(proposal__in={case for case, _ in paused})
    for case, referral, ends_on in stood.values_list("proposal", "referral", "ends_on"):
        for pk in paused.get((case, referral), ()):
            since[pk] = max(since[pk], ends_on or since[pk])
    return since


def _reached(deadline: Deadline, reached: list[Stage], people: People, told: Told) -> list[Reminder]:
    """The new rows of a deadline; in each audience all but the latest stage are skipped."""
    is_too_late = not can_be_late(deadline) and deadline.due_on < clock.today()
    reached.sort(key=lambda stage: stage.rule.audience)
    rows = []
    for audience, group in groupby(reached, key=lambda stage: stage.rule.audience):
        climbed = list(group)
        new = [stage for stage in climbed if (deadline.pk, stage.rule.pk) not in told.rungs]
        recipients = people.recipients(deadline, audience) if new else []
        since = told.heard_at.get((deadline.pk, audience))
        for stage in new:
            is_reminded = since is not None and since >= stage.moment
            is_skipped = stage is not climbed[-1] or is_reminded or is_too_late
            rows += [_reminder(deadline, stage.rule, user, is_skipped) for user in recipients]
    return rows


def _reminder(deadline: Deadline, rule: ReminderRule, user: User, is_skipped: bool) -> Reminder:
    return Reminder(
        deadline=deadline,
        rule=rule,
        due_on=deadline.due_on,
        recipient=user,
        planned_at=clock.now(),
        is_skipped=is_skipped,
    )
