"""Reads how things stand, for `alliance.promises` to judge. Writes nothing."""

import time
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from members import clock
from members.models import Letter
from proposals.actions.timing import counted_now, office_calendar
from proposals.ledger import Owner, ledger
from proposals.models import (
    CalendarDay,
    CalendarVersion,
    Deadline,
    Heartbeat,
    Proposal,
    Reminder,
    TimelineEntry,
)
from proposals.models.deadlines import ANSWERS, Kind
from proposals.states import OPEN_PROPOSAL
from proposals.workdays import add_workdays

from .promises import State

UNSENT = (Letter.State.DUE, Letter.State.SENDING)
OLDEST = "oldest letter"

_started = time.monotonic()


def glance(*, is_page: bool = True) -> State:
    """What one cheap query tells: signs of life, and the oldest letter still due. For every page of staff.

    An engine that was silent before the process of a page started has a while from then on.
    """
    letter = Letter.objects.filter(state__in=UNSENT).order_by("not_before", "pk")
    letter = letter.annotate(what=Value(OLDEST)).values_list("what", "not_before")[:1]
    rows = dict(Heartbeat.objects.values_list("name", "at").union(letter, all=True))
    now = clock.now()
    up = timedelta(seconds=time.monotonic() - _started)
    return State(
        now=now,
        oldest_letter=rows.pop(OLDEST, None),
        beats={name: at.astimezone(clock.TAIPEI) for name, at in rows.items()},
        started_at=now - up if is_page else None,
    )


def survey(*, is_page: bool = True) -> State:
    """With what counting tells: letters, reminders, calendar, clocks."""
    state = glance(is_page=is_page)
    planned = state.beats.get("reminders")
    return replace(
        state,
        is_surveyed=True,
        undelivered=Letter.objects.undelivered().count(),
        last_workday=last_workday(),
        unplanned=unplanned(planned.date()).count() if planned else None,
        unreminded=unreminded(planned.date()).count() if planned else None,
        calendar_until=CalendarDay.objects.last_day(),
        skew_seconds=skew_seconds(),
    )


def audit(*, dates: int) -> State:
    """With what takes a while: open dates counted anew, so many at most, and the ledgers of open cases."""
    recounted, moved = recount_open(dates)
    ledgers, unequal = compare_ledgers()
    return replace(survey(is_page=False), recounted=recounted, moved=moved, ledgers=ledgers, unequal=unequal)


def last_workday() -> date | None:
    """The working day before today; None for an empty calendar."""
    try:
        return add_workdays(clock.today(), -1, office_calendar(clock.today()))
    except CalendarVersion.DoesNotExist:
        return None


def unplanned(on: date) -> QuerySet[Deadline]:
    """Running dates that were to be planned before the day on which planning last took place."""
    return Deadline.objects.to_remind(on - timedelta(days=1))


def unreminded(on: date) -> QuerySet[Deadline]:
    """Overdue referrals that planning has been through without a reminder of that date to anybody.

    Nobody is reminded of what a letter proves to be in time: that is no broken promise.
    """
    reminder = Reminder.objects.filter(deadline=OuterRef("pk"), due_on=OuterRef("due_on"))
    rows = Deadline.objects.running().exclude(referral__proved_on__lte=F("due_on"))
    return rows.filter(
        ~Exists(reminder),
        Q(next_reminder_on__isnull=True) | Q(next_reminder_on__gt=on),
        kind__in=(Kind.ACCEPTANCE, *ANSWERS),
        due_on__lt=on,
        created_at__date__lt=F("due_on"),
    )


def skew_seconds() -> float:
    """How far this machine's clock is ahead of the database's. Real clocks: ours may be set by a replay."""
    with connection.cursor() as cursor:
        started = time.monotonic()
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
        on_the_way = timedelta(seconds=(time.monotonic() - started) / 2)
    return (timezone.now() - on_the_way - there).total_seconds()


def recount_open(most: int) -> tuple[int, int]:
    """How many open dates were counted anew, the nearest first, and how many are other ones than stored."""
    rows = Deadline.objects.unsettled().exclude(kind=Kind.FOLLOW_UP).order_by("due_on", "pk")
    rows = rows.select_related(
        "proposal__organisation",
        "referral__ministry",
        "referral__extension",
        "referral__proposal__organisation",
        "question__referral__proposal__organisation",
    )[:most]
    moved = [deadline for deadline in rows if counted_now(deadline) != deadline.due_on]
    return len(rows), len(moved)


def compare_ledgers() -> tuple[int, int]:
    """How many open cases there are, and in how many the booked days are not the days since submission.

    A case that was closed and reopened has days of nobody, and is left out.
    """
    cases = Proposal.objects.filter(state__in=OPEN_PROPOSAL, submitted_at__isnull=False)
    cases = cases.exclude(origin=Proposal.Origin.IMPORTED)
    begun = dict(cases.values_list("pk", "submitted_at"))
    turns = defaultdict(list)
    rows = TimelineEntry.objects.turns().filter(proposal__in=cases).order_by("happened_at", "pk")
    for case, at, owner in rows.values_list("proposal", "happened_at", "turn"):
        turns[case].append((clock.local_date(at), Owner(owner)))
    today = clock.today()
    compared = {pk: at for pk, at in begun.items() if Owner.NOBODY not in {owner for _, owner in turns[pk]}}
    unequal = sum(
        sum(segment.days for segment in ledger(turns[pk], today)) != (today - clock.local_date(at)).days
        for pk, at in compared.items()
    )
    return len(compared), unequal
