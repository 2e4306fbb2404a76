"""Opening, recounting, pausing and settling deadlines. The counting itself is `proposals.deadlines`."""

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import date, timedelta
from math import ceil

from django.db.models import Q

from members import clock
from proposals.deadlines import Period, Step, Stop, Unit, due, united
from proposals.models import (
    CalendarDay,
    Coordination,
    Deadline,
    DeadlinePolicy,
    FollowUp,
    Pause,
    Proposal,
    Question,
    Referral,
    WorkSuspension,
)
from proposals.models.deadlines import ANSWERS, PROPOSERS, REPLIES, Kind
from proposals.states import PauseCause
from proposals.workdays import TableCalendar, add_workdays
from workinggroups.models import Meeting

ALLIANCE_AREA = "臺北市"
HORIZON = timedelta(days=800)
NOT_A_STEP = (Kind.CLOSING, Kind.TAKEOVER)
"""Periods in which a case goes on regardless: they are no part of the way to its answer."""
REPEATED = ("due_on", "very_overdue_on", "is_paused")
"""What a referral repeats of its answer's deadline."""
SUPPORT_EARLIER = 10
LEADS_ANSWER = (Kind.ANSWER, Kind.RECONSIDERATION)


def office_calendar(since: date) -> TableCalendar:
    """The office days from ten days before a day until far past any period."""
    return CalendarDay.objects.table(since - timedelta(days=30), since + HORIZON)


def open_deadline(
    kind: Kind,
    *,
    counted_from: date,
    proposal: Proposal | None = None,
    referral: Referral | None = None,
    question: Question | None = None,
    meeting: Meeting | None = None,
) -> Deadline:
    """Starts a clock under the policy of its first day; a later change of policy never alters it."""
    case = proposal or (referral.proposal if referral else question.referral.proposal if question else None)
    group = meeting.group if meeting else case.group if case else None
    policy = DeadlinePolicy.objects.for_step(kind, group, counted_from)
    deadline = Deadline(
        proposal=proposal,
        referral=referral,
        question=question,
        meeting=meeting,
        kind=kind,
        policy=policy,
        amount=policy.amount,
        unit=policy.unit,
        counted_from=counted_from,
        created_at=clock.now(),
    )
    return recount(deadline)


def plan_follow_up(follow_up: FollowUp) -> Deadline:
    """The date that a ministry has set itself: taken as it is, neither counted nor shifted.

    A revised date is a new row, the old one is settled: what had been promised stays readable.
    """
    settle(Deadline.objects.unsettled().filter(follow_up=follow_up))
    today = clock.today()
    amount = max(1, (follow_up.planned_on - today).days)
    return Deadline.objects.create(
        follow_up=follow_up,
        kind=Kind.FOLLOW_UP,
        amount=amount,
        unit=Unit.DAY.value,
        area=follow_up.ministry.area,
        counted_from=today,
        raw_last_on=follow_up.planned_on,
        due_on=follow_up.planned_on,
        very_overdue_on=very_overdue_from(follow_up.planned_on, Period(amount, Unit.DAY)),
        steps=[Step("planned", follow_up.planned_on).as_json()],
        next_reminder_on=today,
        created_at=clock.now(),
    )


def area_of(deadline: Deadline) -> str:
    """The area of whoever must act: its closures count."""
    if deadline.referral:
        return deadline.referral.ministry.area
    if deadline.question or deadline.kind in PROPOSERS:
        organisation = deadline.case.lead
        return organisation.area if organisation else ALLIANCE_AREA
    return ALLIANCE_AREA


def pauses_of(deadline: Deadline) -> list[Pause]:
    if deadline.meeting or deadline.follow_up or deadline.kind in (*PROPOSERS, Kind.TAKEOVER):
        return []
    rows = Pause.objects.filter(proposal=deadline.case, referral=deadline.referral)
    return [p for p in rows if p.ends_on is None or p.ends_on > deadline.counted_from]


def recount(deadline: Deadline) -> Deadline:
    """Counts a deadline anew from its rows and saves it, with the date that its referral or question repeats.

    The caller holds the case's lock. Decides nothing. The date of a follow-up item is never counted.
    """
    pauses = pauses_of(deadline)
    _count(deadline, [Stop(max(p.starts_on, deadline.counted_from), p.ends_on) for p in pauses])
    deadline.is_paused = any(p.ends_on is None for p in pauses)
    deadline.next_reminder_on = clock.today()
    deadline.counted_at = clock.now()
    deadline.save()
    if deadline.kind in ANSWERS and deadline.referral:
        repeated = {name: getattr(deadline, name) for name in REPEATED}
        for name, value in repeated.items():
            setattr(deadline.referral, name, value)
        Referral.objects.filter(pk=deadline.referral.pk).update(**repeated)
    if deadline.question:
        deadline.question.due_on = deadline.due_on
        Question.objects.filter(pk=deadline.question.pk).update(due_on=deadline.due_on)
    return deadline


def _count(deadline: Deadline, stops: Iterable[Stop]) -> None:
    """Sets the date and its explanation. An open stop counts nothing yet."""
    calendar = office_calendar(deadline.counted_from)
    deadline.area = area_of(deadline)
    closures = WorkSuspension.objects.closing(deadline.area, deadline.counted_from)
    result = due(
        deadline.counted_from,
        deadline.period,
        calendar,
        stops=united(list(stops)),
        extension=extension_of(deadline),
        closures=closures,
    )
    deadline.raw_last_on, deadline.due_on = result.raw_last_day, result.last_day
    deadline.steps = [step.as_json() for step in result.steps]
    if deadline.kind == Kind.SUPPORT:
        _bring_forward(deadline, calendar, closures)
    if deadline.booked_days:
        _move_by_booked_days(deadline, calendar, closures)
    deadline.very_overdue_on = very_overdue_from(deadline.due_on, deadline.period)
    deadline.calendar_version = result.calendar_version
    deadline.is_provisional = result.provisional


def extension_of(deadline: Deadline) -> Period | None:
    """By how much a ministry has extended its answer, or the proposer has prolonged its own period."""
    if deadline.prolonged_by:
        return Period(deadline.prolonged_by, Unit(deadline.unit))
    extension = getattr(deadline.referral, "extension", None) if deadline.kind in ANSWERS else None
    return Period(extension.amount, Unit(extension.unit)) if extension else None


def limit_of(deadline: Deadline) -> int | None:
    """By how much at most, in its own unit, its policy lets a period be lengthened; None: not at all.

    Never by more than the period itself, whatever the policy says (行政程序法 §51 III).
    """
    most = deadline.policy.extendable_by if deadline.policy else None
    return min(most, deadline.amount) if most else None


def if_prolonged(deadline: Deadline, by: int) -> date:
    """What the due date would become; nothing is written."""
    later = copy(deadline)
    later.prolonged_by = by
    _count(later, [])
    return later.due_on


def if_resumed(deadline: Deadline) -> date:
    """What the due date is if every clock that stands runs on from today; nothing is written."""
    today, later = clock.today(), copy(deadline)
    stops = []
    for row in pauses_of(deadline):
        starts_on = max(row.starts_on, deadline.counted_from)
        stops.append(Stop(starts_on, max(starts_on, row.ends_on or today)))
    _count(later, stops)
    return later.due_on


def counted_now(deadline: Deadline) -> date:
    """What the due date is by the days, pauses and closures known today; nothing is written."""
    fresh = copy(deadline)
    _count(fresh, [Stop(max(p.starts_on, fresh.counted_from), p.ends_on) for p in pauses_of(fresh)])
    return fresh.due_on


def very_overdue_from(due_on: date, period: Period) -> date:
    """The day on which something is late by half its period again."""
    return due_on + timedelta(days=max(1, ceil(period.nominal_days / 2)))


def at_the_latest(deadline: Deadline) -> date:
    """The due date, or what it becomes if the proposer takes all the days for which the clock stands.

    Of a pause for a cause nobody knows the end: its days until today are counted.
    """
    if not deadline.is_paused:
        return deadline.due_on
    waiting = Deadline.objects.unsettled().filter(
        Q(kind__in=REPLIES, question__referral=deadline.referral)
        if deadline.referral
        else Q(kind=Kind.INFORMATION, proposal=deadline.proposal)
    )
    replies_on = waiting.values_list("due_on", flat=True).first()
    replied_on = replies_on + timedelta(days=1) if replies_on else clock.today()
    ends = dict.fromkeys((PauseCause.QUESTION, PauseCause.SECRECY), replied_on)
    stops = []
    for pause in pauses_of(deadline):
        starts_on = max(pause.starts_on, deadline.counted_from)
        ends_on = pause.ends_on or ends.get(PauseCause(pause.cause), clock.today())
        stops.append(Stop(starts_on, max(starts_on, ends_on)))
    later = copy(deadline)
    _count(later, stops)
    return later.due_on


def _bring_forward(deadline: Deadline, calendar: TableCalendar, closures: Mapping[date, str]) -> None:
    """A supporting body's date: ten working days before its period ends, or the next day not closed."""
    day = add_workdays(deadline.due_on, -SUPPORT_EARLIER, calendar)
    deadline.raw_last_on = day
    steps = [Step("earlier", day, {"days": SUPPORT_EARLIER})]
    while day in closures:
        steps.append(Step("closure", day, {"reason": closures[day]}))
        day = add_workdays(day, 1, calendar)
    deadline.due_on = day
    deadline.steps += [step.as_json() for step in steps]


def _move_by_booked_days(deadline: Deadline, calendar: TableCalendar, closures: Mapping[date, str]) -> None:
    """A reorganisation's days: so many later, or the next day on which offices work."""
    deadline.raw_last_on = deadline.due_on + timedelta(days=deadline.booked_days)
    day = add_workdays(deadline.raw_last_on, 0, calendar)
    while day in closures:
        day = add_workdays(day, 1, calendar)
    deadline.due_on = day
    deadline.steps.append(Step("reorganised", day, {"days": deadline.booked_days}).as_json())


def settle(deadlines: Iterable[Deadline]) -> None:
    """Stops the clocks: the thing was done, or is no longer due."""
    Deadline.objects.filter(pk__in=[d.pk for d in deadlines], settled_at__isnull=True).update(
        settled_at=clock.now(), is_paused=False, next_reminder_on=None
    )


def settle_kinds(*kinds: Kind, proposal: Proposal | None = None, referral: Referral | None = None) -> None:
    settle(Deadline.objects.unsettled().filter(kind__in=kinds, proposal=proposal, referral=referral))


def settle_all(proposal: Proposal) -> None:
    """Every clock of a case and of its referrals and questions; a coordination that is running ends too."""
    settle(Deadline.objects.unsettled().of_case(proposal))
    Pause.objects.open().filter(proposal=proposal).update(ends_on=clock.today())
    Coordination.objects.open().filter(proposal=proposal).update(closed_at=clock.now())


def pause(
    proposal: Proposal,
    *,
    referral: Referral | None = None,
    question: Question | None = None,
    cause: PauseCause = PauseCause.QUESTION,
    starts_on: date | None = None,
    ends_on: date | None = None,
    reason: str = "",
    evidence_url: str = "",
) -> Pause:
    """Lets the clocks of a referral, or the alliance's own, stand still from today unless told."""
    row = Pause.objects.create(
        proposal=proposal,
        referral=referral,
        question=question,
        cause=cause,
        starts_on=starts_on or clock.today(),
        ends_on=ends_on,
        reason=reason,
        evidence_url=evidence_url,
    )
    _recount_running(proposal, referral)
    return row


def resume(
    proposal: Proposal,
    *,
    referral: Referral | None = None,
    cause: PauseCause = PauseCause.QUESTION,
    on: date | None = None,
) -> None:
    """Lets them run on, from today unless told; each open date moves by the days that the pause took.

    Ends a pause of this cause only: where the clocks have another reason to stand still, they still do.
    """
    ended = Pause.objects.open().filter(proposal=proposal, referral=referral, cause=cause)
    ended.update(ends_on=on or clock.today())
    _recount_running(proposal, referral)


def _recount_running(proposal: Proposal, referral: Referral | None) -> None:
    rows = Deadline.objects.unsettled().exclude(kind__in=[Kind.INFORMATION, Kind.CLOSING, Kind.TAKEOVER])
    scope = {"referral": referral} if referral else {"proposal": proposal}
    for deadline in rows.filter(**scope).select_related(
        "referral__ministry", "referral__proposal", "proposal"
    ):
        recount(deadline)
    update_latest_overall(proposal)


def update_latest_overall(proposal: Proposal) -> date | None:
    """Stores the day by which the whole case is answered if every step takes all its time.

    While no body leads, before the referral and after a lead's return, the periods still to come are
    added up; from then on it is the latest answer that is due. While a clock stands, the proposer is
    taken to need all its days. A later pause, receipt or published extension moves it. While competence is
    disputed nobody can say: there is none.
    """
    answers = list(Deadline.objects.unsettled().filter(referral__proposal=proposal, kind__in=ANSWERS))
    days = [at_the_latest(d) for d in answers]
    is_disputed = Coordination.objects.open().filter(proposal=proposal).exists()
    if proposal.is_open and not is_disputed and not any(d.kind in LEADS_ANSWER for d in answers):
        days.append(_latest_without_lead(proposal))
    latest = None if is_disputed else max(days, default=None)
    Proposal.objects.filter(pk=proposal.pk).update(latest_overall_on=latest)
    proposal.latest_overall_on = latest
    return latest


def _latest_without_lead(proposal: Proposal) -> date:
    own = list(Deadline.objects.unsettled().filter(proposal=proposal).exclude(kind__in=NOT_A_STEP))
    day = max((at_the_latest(d) for d in own), default=clock.today())
    is_discussed = proposal.accepted_at is not None
    to_come = [Kind.ANSWER] if is_discussed else [Kind.DISCUSSION, Kind.ANSWER]
    for kind in to_come:
        policy = DeadlinePolicy.objects.for_step(kind, proposal.group, clock.today())
        calendar = office_calendar(day)
        if kind == Kind.ANSWER:
            day = assumed_receipt(day, calendar)
        day = due(day, policy.period, calendar).last_day
    return day


def assumed_receipt(sent_on: date, calendar: TableCalendar | None = None) -> date:
    """The third working day after a mail, the day of receipt where nothing better is known."""
    return add_workdays(sent_on, 3, calendar or office_calendar(sent_on))
