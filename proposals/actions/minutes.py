"""The clock of a meeting's minutes. It hangs on no case: no timeline tells of it, only its date is kept."""

from datetime import date

from django.db import transaction

from members import clock
from proposals.models import Deadline
from proposals.models.deadlines import Kind
from workinggroups.models import Meeting

from .timing import open_deadline, recount, settle


@transaction.atomic
def open_minutes(*, meeting: Meeting) -> Deadline | None:
    """Starts the clock on the day on which the meeting ended; None where another round has done so."""
    row = Meeting.objects.select_for_update(of=("self",)).select_related("group").get(pk=meeting.pk)
    if row.minutes_published_on or row.deadlines.filter(kind=Kind.MINUTES).exists():
        return None
    return open_deadline(Kind.MINUTES, meeting=row, counted_from=ended_on(row))


@transaction.atomic
def follow_meeting(*, deadline: Deadline) -> Deadline:
    """Stops the clock once the minutes are published; counts it anew where the meeting was moved."""
    row = (
        Deadline.objects.unsettled()
        .select_for_update(of=("self",))
        .select_related("meeting__group")
        .get(pk=deadline.pk)
    )
    assert row.meeting is not None
    if row.meeting.minutes_published_on:
        settle([row])
    elif row.counted_from != ended_on(row.meeting):
        row.counted_from = ended_on(row.meeting)
        recount(row)
    return row


def ended_on(meeting: Meeting) -> date:
    return clock.local_date(meeting.ends_at or meeting.starts_at)
