"""The due dates of a letter, told in words and as a calendar file (RFC 5545), in the reader's language.

A deadline keeps its UID when its date moves, and its SEQUENCE rises each time (RFC 5545 §3.8.7.4): a
calendar that has taken the entry moves it instead of showing both.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from django.utils import translation
from django.utils.translation import gettext
from icalendar import Event

from members import clock
from members.actions.calendarfiles import calendar_file, uid_of
from members.actions.letters import address_of
from members.models import Organisation
from members.said import WEEKDAYS_EN, countdown, day, in_chinese, iso
from proposals.explanations import explain
from proposals.models import Deadline
from proposals.models.deadlines import ALLIANCES, Kind
from workinggroups.models import WorkingGroup

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """What is due, by whom and when, as letters and calendars say it."""

    deadline: Deadline

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
    def whose(self) -> str:
        """Who must act."""
        if body := body_of(self.deadline):
            return body.name
        if self.deadline.kind in ALLIANCES:
            group = group_of(self.deadline)
            return group.name if group else gettext("Secretariat of the alliance")
        if self.deadline.kind == Kind.TAKEOVER:
            return gettext("a co-sponsor or an association")
        organisation = self.deadline.case.lead
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
        """The one page on which it is done."""
        deadline = self.deadline
        if deadline.meeting:
            return address_of("admin:workinggroups_meeting_change", deadline.meeting.pk)
        number = deadline.case.number
        if deadline.referral:
            return address_of("proposals:referral", deadline.referral.pk)
        if deadline.follow_up:
            return address_of("proposals:own_follow_up", deadline.follow_up.pk)
        if deadline.question:
            return address_of("proposals:reply", number, deadline.question.pk)
        if deadline.kind == Kind.TAKEOVER:
            return address_of("proposals:take_over", number)
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


def due_dates(items: Iterable[Due], language: str, moves: Mapping[int, int]) -> str:
    """The text of the file: one entry a deadline, each lasting the whole of its day.

    `moves` says how often each date has moved so far, which is its SEQUENCE: see `moves_of`.
    """
    file = calendar_file("PUBLISH")
    with translation.override(language):
        for item in items:
            file.add_component(_entry(item, moves[item.deadline.pk]))
    return file.to_ical().decode()


def moves_of(deadlines: Iterable[Deadline]) -> dict[int, int]:
    """How often the date of each has moved so far, as the database has counted; one query."""
    rows = Deadline.objects.filter(pk__in=[row.pk for row in deadlines])
    return dict(rows.values_list("pk", "moves"))


def dates_of_event(deadlines: Sequence[Deadline], language: str) -> str:
    """The file of a letter that tells of something that happened; empty without a date that runs."""
    running = [row for row in deadlines if row.settled_at is None and not row.is_paused]
    return due_dates([Due(row) for row in running], language, moves_of(running)) if running else ""


def _entry(item: Due, sequence: int) -> Event:
    deadline = item.deadline
    entry = Event()
    entry.add("uid", uid_of("deadline", deadline.pk))
    entry.add("sequence", sequence)
    entry.add("dtstamp", clock.now().astimezone(UTC))
    entry.add("dtstart", deadline.due_on)
    entry.add("dtend", deadline.due_on + timedelta(days=1))
    entry.add("summary", _summary(item))
    entry.add("description", "\n".join([item.title, *item.reasons, item.url]))
    entry.add("url", item.url)
    entry.add("transp", "TRANSPARENT")
    return entry


def _summary(item: Due) -> str:
    return gettext("Due: %(number)s %(what)s (%(whose)s)") % {
        "number": item.number,
        "what": item.what,
        "whose": item.whose,
    }


def body_of(deadline: Deadline) -> Organisation | None:
    """The body that a deadline binds; None where it binds nobody in government."""
    if deadline.referral:
        return deadline.referral.ministry
    return deadline.follow_up.ministry if deadline.follow_up else None


def group_of(deadline: Deadline) -> WorkingGroup | None:
    return deadline.meeting.group if deadline.meeting else deadline.case.group
