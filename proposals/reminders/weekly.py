"""One mail a week: to a group's officers what waits for them, to bodies and the alliance's convener what
is very overdue. Whoever is concerned by both gets one mail. Whoever has nothing to read gets none.

On the first working day of the ISO week from nine o'clock, or as soon after as the clock runs again; a
week in which it did not run is not made up for.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from members import clock
from members.actions.letters import address_of, write_letter
from members.models import Affiliation, Letter, Organisation, User
from members.permissions import bodies_of, represented
from members.said import countdown, day
from proposals.actions.notices import people_of
from proposals.models import Deadline, Heartbeat, Proposal, Question, Referral
from proposals.models.deadlines import Kind
from proposals.models.leading import led_by
from workinggroups.models import Seat
from workinggroups.permissions import is_chair, triaged_groups

ROUND = "weekly"
IN_GROUP = (Kind.SCREENING, Kind.DISCUSSION)


def week_of(on: date) -> str:
    """2026-W19, the week as ISO counts it: its year may differ from the calendar's in the first days."""
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02}"


def is_to_be_written() -> bool:
    """Whether this week's round has not come to its end yet."""
    at = Heartbeat.objects.filter(name=ROUND).values_list("at", flat=True).first()
    return at is None or week_of(clock.local_date(at)) != week_of(clock.today())


def note_end_of_round() -> None:
    Heartbeat.beat(ROUND)


def readers() -> list[int]:
    """All who could have something to read: officers, the alliance's convener, people of late bodies."""
    seats = Seat.objects.current().with_role(*Seat.TRIAGING, Seat.Role.CHAIR)
    late = Referral.objects.very_overdue().values("ministry")
    roles = Affiliation.objects.current().with_role(*Affiliation.READING).filter(organisation__in=late)
    people = seats.people() | roles.people()
    return list(people.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def write_weekly(user_pk: int) -> Letter | None:
    """The letter of a person and a week, once; None where there is nothing to say, or it is written."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_pk).first()
    key = f"{ROUND}/{user_pk}/{week_of(clock.today())}"
    if user is None or not user.is_active or Letter.objects.filter(key=key).exists():
        return None
    week = Week(user)
    with translation.override(user.language):
        if not any(week.sections):
            return None
        return write_letter(
            key=key,
            kind=ROUND,
            recipient=user,
            template="proposals/letters/weekly.txt",
            context={"week": week},
            copies=mailboxes(user),
        )


def mailboxes(user: User) -> list[str]:
    """The unit mailboxes of very late bodies that get a copy: of each body one person's letter, not all.

    Only somebody's who has no seat: what waits for a group is not for a ministry's mailbox.
    """
    late = Referral.objects.very_overdue().for_bodies(bodies_of(user))
    bodies = Organisation.objects.filter(pk__in=late.values("ministry")).exclude(mailbox="")
    seated = Seat.objects.current().values("user")
    return [body.mailbox for body in bodies if _first_of(body, seated) == user]


def _first_of(body: Organisation, seated: QuerySet) -> User | None:
    return people_of(body, *Affiliation.READING).exclude(pk__in=seated).order_by("pk").first()


@dataclass(frozen=True)
class Line:
    """One case, or meeting, in a section; `address` names the page to which its link leads."""

    number: str
    title: str
    due_on: date
    address: tuple[str, object]
    whose: str = ""
    is_very_overdue: bool = False

    @property
    def url(self) -> str:
        return address_of(*self.address)

    @property
    def due(self) -> str:
        return day(self.due_on)

    @property
    def left(self) -> str:
        return countdown(self.due_on)


@dataclass
class Week:
    """What one person reads this week; each section is one query, however much stands in it."""

    user: User
    today: date = field(default_factory=clock.today)

    @property
    def monday(self) -> date:
        return self.today - timedelta(days=self.today.weekday())

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def sections(self) -> list[list[Line]]:
        group = [self.late, self.due_soon, self.new, self.missing_minutes, self.ministries, self.questions]
        return [*group, self.very_overdue]

    @property
    def late(self) -> list[Line]:
        return [line for line, _ in self._waiting if line.due_on < self.today]

    @property
    def due_soon(self) -> list[Line]:
        return [line for line, _ in self._waiting if self.today <= line.due_on <= self.sunday]

    @property
    def new(self) -> list[Line]:
        """What came in since last Monday and is not due yet."""
        since = self.monday - timedelta(days=7)
        return [line for line, came_on in self._waiting if line.due_on > self.sunday and came_on >= since]

    @cached_property
    def _waiting(self) -> list[tuple[Line, date]]:
        """The cases of the own groups that wait for the group, with the day on which its clock began."""
        rows = self._of_groups(Deadline.objects.running().filter(kind__in=IN_GROUP), "proposal")
        rows = rows.select_related("proposal").order_by("due_on", "pk")
        page = "admin:proposals_proposal_change"
        return [
            (_line(d.proposal, d.due_on, (page, d.proposal.pk)), clock.local_date(d.created_at))
            for d in rows
            if d.proposal
        ]

    @cached_property
    def missing_minutes(self) -> list[Line]:
        rows = Deadline.objects.running().filter(kind=Kind.MINUTES, meeting__group__in=self._groups)
        return [
            Line("", d.meeting.title, d.due_on, ("admin:workinggroups_meeting_change", d.meeting.pk))
            for d in rows.select_related("meeting").order_by("due_on", "pk")
            if d.meeting
        ]

    @cached_property
    def ministries(self) -> list[Line]:
        """Bodies that are overdue with a case of the own groups."""
        rows = self._of_groups(Referral.objects.overdue(self.today), "proposal")
        return _of_referrals(rows, "proposals:detail")

    @cached_property
    def questions(self) -> list[Line]:
        """What bodies have asked proposers in cases of the own groups, and wait for."""
        rows = self._of_groups(
            Question.objects.filter(replied_at=None, lapsed_at=None, due_on__isnull=False),
            "referral__proposal",
        )
        rows = rows.select_related("referral__proposal", "referral__ministry").order_by("due_on", "pk")
        return [
            _line(
                q.referral.proposal,
                q.due_on,
                ("proposals:detail", q.referral.proposal.number),
                q.referral.ministry.short_name,
            )
            for q in rows
        ]

    @cached_property
    def very_overdue(self) -> list[Line]:
        """Of all bodies for the alliance's convener, else of the person's own."""
        rows = Referral.objects.very_overdue(self.today)
        if is_chair(self.user):
            return _of_referrals(rows, "proposals:detail")
        bodies = bodies_of(self.user)
        return _of_referrals(rows.for_bodies(bodies), "proposals:referral") if bodies else []

    @property
    def count(self) -> int:
        """Different things in the letter: what stands in two sections counts once."""
        lines = {(line.number, line.title, line.whose) for section in self.sections for line in section}
        return len(lines)

    @property
    def late_count(self) -> int:
        return len(self.late)

    @cached_property
    def _groups(self) -> list[int]:
        return triaged_groups(self.user)

    def _of_groups(self, rows: QuerySet, case: str) -> QuerySet:
        """Without the cases in which the officer has an interest (迴避)."""
        rows = rows.filter(**{f"{case}__group__in": self._groups})
        own = represented(self.user)
        return rows.exclude(led_by(own, case)) if own else rows


def _line(case: Proposal, due_on: date, address: tuple[str, object], whose: str = "") -> Line:
    return Line(case.number or "", case.local_title, due_on, address, whose)


def _of_referrals(rows: QuerySet, page: str) -> list[Line]:
    rows = rows.select_related("proposal", "ministry").order_by("due_on", "pk")
    return [
        replace(
            _line(
                r.proposal,
                r.due_on,
                (page, r.proposal.number if page == "proposals:detail" else r.pk),
                r.ministry.short_name,
            ),
            is_very_overdue=r.is_very_overdue,
        )
        for r in rows
    ]
