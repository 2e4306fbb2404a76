"""Writes down which rungs have been reached, and from that one letter a day to each person.

The question is always "whose moment has passed and is not recorded": a planner may run twice, in two
places, or after a week's silence. In each audience only the latest stage is sent then.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Max

from members import clock
from members.actions.letters import write_letter
from members.models import Affiliation, Letter, User
from proposals.actions.timing import pauses_of
from proposals.deadlines import Calendar
from proposals.models import Deadline, Reminder, ReminderRule
from proposals.models.follow_ups import OUT_OF_HAND

from .audiences import has_audience, mailboxes, people_in, recipients
from .due_dates import due_dates
from .items import Item
from .rungs import HOUR, NEVER_LATE, Stage, stages

HANGS_ON = (
    "proposal__group",
    "proposal__organisation",
    "referral__ministry",
    "referral__proposal__group",
    "referral__proposal__organisation",
    "question__referral__ministry",
    "question__referral__proposal__organisation",
    "follow_up__referral__ministry",
    "follow_up__proposal__group",
    "follow_up__proposal__organisation",
    "meeting__group",
)


def is_hour_of_reminders(calendar: Calendar) -> bool:
    """From nine in the morning of a day on which offices work. What is left waits for the next such day."""
    now = clock.now()
    return calendar.is_workday(now.date()) and now.time() >= HOUR


def deadlines_to_plan() -> list[int]:
    rows = Deadline.objects.to_remind(clock.today()).order_by("next_reminder_on", "pk")
    return list(rows.values_list("pk", flat=True))


@transaction.atomic
def plan_deadline(pk: int, rules: Sequence[ReminderRule], calendar: Calendar) -> int:
    """Records the rungs that a deadline has reached; returns for how many people there is something to send.

    A deadline that another planner holds, or that has been settled or paused meanwhile, is left alone.
    """
    deadline = (
        Deadline.objects.to_remind(clock.today())
        .select_for_update(of=("self",), skip_locked=True)
        .select_related(*HANGS_ON)
        .filter(pk=pk)
        .first()
    )
    if deadline is None:
        return 0
    if is_out_of_hand(deadline):
        deadline.next_reminder_on = clock.today() + timedelta(days=1)
        deadline.save(update_fields=["next_reminder_on"])
        return 0
    found = [
        stage
        for stage in stages(deadline, rules, calendar, since=_runs_since(deadline))
        if has_audience(deadline, stage.rule.audience)
        and (can_be_late(deadline) or clock.local_date(stage.moment) <= deadline.due_on)
    ]
    now = clock.now()
    planned = _record(deadline, [stage for stage in found if stage.moment <= now])
    ahead = [stage.moment.date() for stage in found if stage.moment > now]
    deadline.next_reminder_on = min(ahead, default=None)
    deadline.save(update_fields=["next_reminder_on"])
    return planned


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


def _runs_since(deadline: Deadline) -> date:
    """The event day, or the last day on which the clock stood still: no rung is made up for from before."""
    ends = [pause.ends_on for pause in pauses_of(deadline) if pause.ends_on]
    return max([deadline.counted_from, *ends])


def _record(deadline: Deadline, reached: list[Stage]) -> int:
    if not reached:
        return 0
    recorded = set(deadline.reminders.filter(due_on=deadline.due_on).values_list("rule", flat=True))
    reminded_at = dict(
        deadline.reminders.filter(is_skipped=False)
        .exclude(due_on=deadline.due_on)
        .order_by()
        .values_list("rule__audience")
        .annotate(Max("planned_at"))
    )
    is_too_late = not can_be_late(deadline) and deadline.due_on < clock.today()
    reached.sort(key=lambda stage: stage.rule.audience)
    rows = []
    for audience, group in groupby(reached, key=lambda stage: stage.rule.audience):
        climbed = list(group)
        new = [stage for stage in climbed if stage.rule.pk not in recorded]
        people = recipients(deadline, audience) if new else []
        since = reminded_at.get(audience)
        for stage in new:
            is_reminded = since is not None and since >= stage.moment
            is_skipped = stage is not climbed[-1] or is_reminded or is_too_late
            rows += [_reminder(deadline, stage.rule, user, is_skipped) for user in people]
    Reminder.objects.bulk_create(rows)
    return sum(not row.is_skipped for row in rows)


def _reminder(deadline: Deadline, rule: ReminderRule, user: User, is_skipped: bool) -> Reminder:
    return Reminder(
        deadline=deadline,
        rule=rule,
        due_on=deadline.due_on,
        recipient=user,
        planned_at=clock.now(),
        is_skipped=is_skipped,
    )


def people_to_write_to() -> list[int]:
    rows = Reminder.objects.filter(is_skipped=False, letter=None).order_by("recipient")
    return list(rows.values_list("recipient", flat=True).distinct())


@transaction.atomic
def write_reminders(user_pk: int) -> Letter | None:
    """One letter with everything that waits for a person; None if nothing does any more.

    What was settled, paused or moved since it was planned is dropped. A second letter of the same day
    has a key of its own, so that it can neither hide the first nor be hidden by it.
    """
    user = User.objects.select_for_update(no_key=True, skip_locked=True).filter(pk=user_pk).first()
    if user is None:
        return None
    rows = list(
        Reminder.objects.filter(recipient=user, is_skipped=False, letter=None)
        .select_for_update(of=("self",))
        .select_related("rule", *[f"deadline__{name}" for name in HANGS_ON])
        .order_by("due_on", "deadline", "rule")
    )
    current = [row for row in rows if user.is_active and _still_holds(row)]
    dropped = [row.pk for row in rows if row not in current]
    Reminder.objects.filter(pk__in=dropped).update(is_skipped=True)
    if not current:
        return None
    items = _items(user, current)
    prefix = f"reminder/{user.pk}/{clock.today().isoformat()}/"
    letter = write_letter(
        key=f"{prefix}{Letter.objects.filter(key__startswith=prefix).count() + 1}",
        kind="reminder",
        recipient=user,
        template="proposals/letters/reminder.txt",
        context={"items": items},
        copies=mailboxes(user, current),
        calendar=due_dates(items, user.language),
    )
    Reminder.objects.filter(pk__in=[row.pk for row in current]).update(letter=letter)
    return letter


def _still_holds(row: Reminder) -> bool:
    deadline = row.deadline
    is_running = deadline.settled_at is None and not deadline.is_paused
    return is_running and deadline.due_on == row.due_on and not is_out_of_hand(deadline)


def _items(user: User, rows: list[Reminder]) -> list[Item]:
    """One item for each deadline; of several rungs the one for whoever must act.

    Only of the secretariat it is asked whether it stands in for people who are not there.
    """
    may_stand_in = user.has_role(Affiliation.Role.SECRETARIAT)
    items: dict[int, Item] = {}
    for row in rows:
        deadline, audience = row.deadline, row.rule.audience
        item = Item(deadline, audience, may_stand_in and user not in people_in(deadline, audience))
        if row.deadline_id not in items or item.is_actor:
            items[row.deadline_id] = item
    return list(items.values())
