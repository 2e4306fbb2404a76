"""Calling meetings: numbered, invited to, moved and cancelled. Whoever was invited is told of each change."""

from calendar import monthrange
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.actions.letters import write_letter
from members.models import Absence, Affiliation, Letter, Organisation, User
from members.refusals import NotAllowed, Refused
from workinggroups.models import Meeting, MeetingSeries, Participant, Seat, WorkingGroup
from workinggroups.permissions import runs_group

from .calendars import invitation

MOVING = ("starts_at", "ends_at", "place_zh", "place_en", "online_url", "title_zh", "title_en")
"""A change of one of these is told to whoever is invited."""
MOST_AT_ONCE = 26
Rhythm = Literal["week", "fortnight", "month"]
WEEKS = {"week": 1, "fortnight": 2}


def lock_meeting(meeting: Meeting, user: User) -> Meeting:
    """The row as it is now, locked; raises NotAllowed for whoever does not keep the group's meetings."""
    row = Meeting.objects.select_for_update(of=("self",)).select_related("group").get(pk=meeting.pk)
    if not runs_group(user, row.group):
        raise NotAllowed
    return row


@transaction.atomic
def keep_meeting(*, user: User, meeting: Meeting, changed: Collection[str]) -> Meeting:
    """Saves a new meeting with its number, or a changed one; whoever is invited hears where it matters."""
    if not runs_group(user, meeting.group):
        raise NotAllowed
    if meeting._state.adding:
        if meeting.number is None:
            meeting.number = _next_number(meeting.group, meeting.kind)
        meeting.save()
        return meeting
    before = lock_meeting(meeting, user)
    if before.is_cancelled:
        raise Refused(_("This meeting was cancelled: call a new one."))
    is_moved = bool(before.invited_at and set(changed) & set(MOVING) and meeting.closes_at > clock.now())
    meeting.sequence = before.sequence + is_moved
    meeting.save(update_fields={*changed, "sequence"})
    if is_moved:
        _write(meeting, "meeting_changed")
    return meeting


@transaction.atomic
def send_invitations(*, user: User, meeting: Meeting) -> list[Letter]:
    """Invites everybody of the group and whoever was added; a second time only those added since."""
    row = lock_meeting(meeting, user)
    if row.is_cancelled:
        raise Refused(_("This meeting was cancelled: call a new one."))
    if row.has_begun:
        raise Refused(_("The meeting has begun: nobody can be invited any more."))
    _add_group(row)
    if not row.participants.exists():
        raise Refused(_("Nobody is on the list of participants yet: add them first."))
    row.invited_at = row.invited_at or clock.now()
    row.save(update_fields=["invited_at"])
    return _write(row, "meeting_invitation", only_new=True)


@transaction.atomic
def cancel_meeting(*, user: User, meeting: Meeting, reason: str) -> Meeting:
    """Calls a coming meeting off, with a reason that everybody reads who may know of it. It stays listed."""
    row = lock_meeting(meeting, user)
    if row.is_cancelled:
        raise Refused(_("This meeting was cancelled already. Nothing was changed."))
    if row.has_begun:
        raise Refused(_("The meeting has begun: it can no longer be cancelled."))
    if not reason.strip():
        raise Refused(_("Write why the meeting does not take place."))
    row.cancelled_at, row.cancel_reason = clock.now(), reason.strip()
    row.sequence += 1
    row.save()
    if row.invited_at:
        _write(row, "meeting_cancelled")
    return row


@transaction.atomic
def plan_meetings(
    *, user: User, series: MeetingSeries, first_at: datetime, minutes: int, rhythm: Rhythm, count: int
) -> list[Meeting]:
    """Makes the next meetings of a series, each with its number; what is taken already is left out."""
    if not runs_group(user, series.group):
        raise NotAllowed
    if first_at <= clock.now():
        raise Refused(_("The first date lies in the past. Correct it."))
    taken = set(series.meetings.values_list("starts_at", flat=True))
    made = []
    for starts_at in dates_of(first_at, rhythm, count):
        if starts_at in taken:
            continue
        number = _next_number(series.group, series.kind)
        made.append(
            Meeting.objects.create(
                group=series.group,
                series=series,
                kind=series.kind,
                number=number,
                title_zh=f"{series.name_zh}第{number}次會議",
                title_en=f"{series.name_en or series.name_zh}, no. {number}",
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=minutes),
            )
        )
    return made


def _next_number(group: WorkingGroup | None, kind: str) -> int:
    """Of two officers who call a meeting at the same moment, one waits: no number is given twice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('numbers of meetings'))")
    return Meeting.objects.next_number(group, kind)


def dates_of(first_at: datetime, rhythm: Rhythm, count: int) -> list[datetime]:
    """The same hour in Taiwan each time; of a month without the day its last one. The first always counts."""
    local = first_at.astimezone(clock.TAIPEI)
    times = range(min(count, MOST_AT_ONCE))
    if rhythm in WEEKS:
        return [local + timedelta(weeks=WEEKS[rhythm] * n) for n in times]
    return [_months_later(local, n) for n in times]


def _months_later(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


def people_of(organisation: Organisation) -> list[User]:
    """Who acts for an organisation today: those who are there, or, where all are away, everybody."""
    roles = Affiliation.ANSWERING if organisation.is_body else (Affiliation.Role.REPRESENTATIVE,)
    rows = Affiliation.objects.current().with_role(*roles).filter(organisation=organisation)
    people = rows.people().order_by("pk")
    there = people.exclude(pk__in=Absence.objects.current().values("user"))
    return list(there) or list(people)


def _add_group(meeting: Meeting) -> None:
    """Today's seats become participants, observers as such; who is on the list stays as entered."""
    if meeting.group is None:
        return
    known = set(meeting.participants.values_list("user", flat=True))
    seats = Seat.objects.current().filter(group=meeting.group, user__is_active=True).order_by("pk")
    for seat in seats:
        if seat.user_id not in known:
            known.add(seat.user_id)
            observes = seat.role == Seat.Role.OBSERVER
            part = Participant.Part.OBSERVES if observes else Participant.Part.ATTENDS
            Participant.objects.create(meeting=meeting, user_id=seat.user_id, part=part)


def _write(meeting: Meeting, kind: str, *, only_new: bool = False) -> list[Letter]:
    """One letter with its calendar entry to each person invited; never twice of the same change."""
    known = Letter.objects.filter(key__startswith=f"meeting/{meeting.pk}/")
    told = set(known.values_list("recipient", flat=True)) if only_new else set()
    letters = []
    for user, participant in _recipients(meeting).items():
        if user.pk not in told:
            copies = [participant.organisation.mailbox] if participant.organisation else []
            letters.append(
                write_letter(
                    key=f"meeting/{meeting.pk}/{meeting.sequence}/{kind}/{user.pk}",
                    kind=kind,
                    recipient=user,
                    template=f"workinggroups/letters/{kind}.txt",
                    context={"meeting": meeting, "participant": participant},
                    copies=copies,
                    calendar=invitation(meeting, to=user),
                )
            )
    return letters


def _recipients(meeting: Meeting) -> dict[User, Participant]:
    found: dict[User, Participant] = {}
    for row in meeting.participants.select_related("user", "organisation"):
        people = [row.user] if row.user else people_of(row.organisation) if row.organisation else []
        for user in people:
            if user.is_active:
                found.setdefault(user, row)
    return found
