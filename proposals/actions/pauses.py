"""Clocks that stand still for a cause that nobody answers for.

行政程序法 §51 V: while a disaster, or another cause for which the authority does not answer, keeps a
matter from being dealt with, its period stands still. The evidence is public.
"""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import Refused
from members.said import day
from proposals.ledger import PAUSED, RUN_ON, Owner
from proposals.models import Deadline, Pause, Proposal, Referral, TimelineEntry
from proposals.models.deadlines import ANSWERS, Kind
from proposals.states import Party, PauseCause

from .notices import notify_ministry, notify_proposer, notify_triage
from .record import check_referral_step, check_step, lock, lock_referral, record
from .timing import at_the_latest, pause, resume

CAUSE = PauseCause.FORCE_MAJEURE
OWN_STEPS = (Kind.SCREENING, Kind.DISCUSSION)


@transaction.atomic
def pause_for_cause(
    *,
    user: User,
    starts_on: date,
    reason: str,
    evidence_url: str,
    proposal: Proposal | None = None,
    referral: Referral | None = None,
    ends_on: date | None = None,
) -> Pause:
    """Stops the clock of a ministry's part, or the alliance's own, from a day on until it is ended.

    With `ends_on` it is recorded after the fact. It may overlap a question to the proposer: no day counts
    twice. Meanwhile the days of the case are booked to coordination.
    """
    case, row = _locked(proposal, referral)
    _check(case, row, "pause", user)
    if not reason.strip():
        raise Refused(_("A pause is published with its reason: write it."))
    if not evidence_url.strip():
        raise Refused(_("Name the address of the public evidence: an announcement, a notice of closure."))
    deadline = _clock_of(case, row)
    _check_days(deadline, starts_on, ends_on)
    _check_overlap(case, row, starts_on, ends_on)
    stopped = pause(
        case,
        referral=row,
        cause=CAUSE,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        evidence_url=evidence_url,
    )
    entry = record(
        case,
        PAUSED,
        role=Party.SECRETARIAT,
        actor=user,
        referral=row,
        turn=Owner.COORDINATION if _is_the_cases(row) else None,
        text=reason,
        happened_at=_midnight(starts_on),
        evidence=evidence_url,
        starts_on=starts_on.isoformat(),
    )
    _tell(entry, "paused_for_cause", row, stopped)
    if ends_on:
        _note_end(case, row, stopped, user)
    return stopped


@transaction.atomic
def end_pause_for_cause(*, user: User, pause: Pause, ends_on: date) -> Pause:
    """Lets the clock run on from a day; each open date moves by the days that the pause took."""
    case, row = _locked(pause.proposal, pause.referral)
    stopped = Pause.objects.select_for_update().get(pk=pause.pk)
    _check(case, row, "run_on", user)
    if stopped.cause != CAUSE or stopped.ends_on is not None:
        raise Refused(_("This pause has ended already. Nothing was changed."))
    if not stopped.starts_on <= ends_on <= clock.today():
        raise Refused(
            _("The clock runs on between the first day of the pause (%(first)s) and today. Correct the day.")
            % {"first": day(stopped.starts_on, "year")}
        )
    resume(case, referral=row, cause=CAUSE, on=ends_on)
    stopped.ends_on = ends_on
    entry = _note_end(case, row, stopped, user)
    _tell(entry, "cause_ended", row, stopped)
    return stopped


def end_with_its_clock(case: Proposal, **scope: Referral | None) -> None:
    """Ends the pauses of clocks that no longer run: returned, answered, referred, withdrawn.

    All of the case, or with `referral` that body's, or with None the alliance's own. The caller holds the
    lock of the case, and has this recorded before what it does itself.
    """
    rows = Pause.objects.for_cause().open().filter(proposal=case, **scope)
    for row in rows.select_related("referral__ministry"):
        row.ends_on = clock.today()
        row.save()
        _note_end(case, row.referral, row, None, happened_at=clock.now())


def carry_over(case: Proposal, referral: Referral) -> None:
    """A supporting body becomes the lead while its clock stands: from now the days of the case do so too.

    The caller holds the lock, and has recorded who leads now.
    """
    stopped = Pause.objects.for_cause().open().filter(referral=referral).first()
    if stopped is not None:
        record(
            case,
            PAUSED,
            role=Party.CLOCK,
            referral=referral,
            turn=Owner.COORDINATION,
            text=stopped.reason,
            evidence=stopped.evidence_url,
            starts_on=stopped.starts_on.isoformat(),
        )


def _locked(proposal: Proposal | None, referral: Referral | None) -> tuple[Proposal, Referral | None]:
    if referral is not None:
        row = lock_referral(referral)
        return row.proposal, row
    assert proposal is not None
    return lock(proposal), None


def _check(case: Proposal, row: Referral | None, step: str, user: User) -> None:
    if row is not None:
        check_referral_step(row, step, user)
    else:
        check_step(case, step, user)


def _clock_of(case: Proposal, row: Referral | None) -> Deadline:
    """The clock that is to stand: a body's answer, or the step that the alliance has to take."""
    kinds = ANSWERS if row else OWN_STEPS
    scope = {"referral": row} if row else {"proposal": case}
    found = Deadline.objects.unsettled().filter(kind__in=kinds, **scope).first()
    if found is None:
        raise Refused(
            _("No clock of the alliance runs in this case. That of a ministry is stopped on its referral.")
        )
    return found


def _check_days(deadline: Deadline, starts_on: date, ends_on: date | None) -> None:
    last = at_the_latest(deadline)
    if starts_on > clock.today() or not deadline.counted_from <= starts_on <= last:
        raise Refused(
            _(
                "The pause begins on a day of the period, from %(first)s to %(last)s, and not in the future. "
                "Correct the day."
            )
            % {"first": day(deadline.counted_from, "year"), "last": day(last, "year")}
        )
    if ends_on and not starts_on < ends_on <= clock.today():
        raise Refused(
            _("The clock runs on after the first day of the pause and not in the future. Correct the day.")
        )


def _check_overlap(case: Proposal, row: Referral | None, starts_on: date, ends_on: date | None) -> None:
    others = Pause.objects.for_cause().filter(proposal=case, referral=row)
    if ends_on:
        others = others.filter(starts_on__lt=ends_on)
    if others.open().exists() or others.filter(ends_on__gt=starts_on).exists():
        raise Refused(
            _("The clock stands, or stood, on these days for such a cause already. Nothing was changed.")
        )


def _note_end(
    case: Proposal,
    row: Referral | None,
    stopped: Pause,
    user: User | None,
    *,
    happened_at: datetime | None = None,
) -> TimelineEntry:
    assert stopped.ends_on is not None
    return record(
        case,
        RUN_ON,
        role=Party.SECRETARIAT if user else Party.CLOCK,
        actor=user,
        referral=row,
        turn=holder_of(case) if _is_the_cases(row) else None,
        happened_at=happened_at or max(_midnight(stopped.ends_on), _last_stop(case, row)),
        starts_on=stopped.starts_on.isoformat(),
        ends_on=stopped.ends_on.isoformat(),
    )


def _last_stop(case: Proposal, row: Referral | None) -> datetime:
    """From when the days stand; of a pause that was carried over, not from its first day."""
    stops = TimelineEntry.objects.filter(proposal=case, referral=row, kind=PAUSED)
    return stops.latest("happened_at", "pk").happened_at


def holder_of(case: Proposal) -> Owner:
    """Whose turn it was last, the pauses aside: with an open question that is the proposer."""
    turns = TimelineEntry.objects.turns().filter(proposal=case).exclude(kind__in=[PAUSED, RUN_ON])
    last = turns.order_by("happened_at", "pk").last()
    return Owner(last.turn) if last else Owner.ALLIANCE


def _is_the_cases(row: Referral | None) -> bool:
    """Whether the days of the case are concerned: those of a supporting body are its own affair."""
    return row is None or row.is_lead


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), clock.TAIPEI)


def _tell(entry: TimelineEntry, letter: str, row: Referral | None, stopped: Pause) -> None:
    deadline = _clock_of(entry.proposal, row)
    context = {"pause": stopped, "due_on": deadline.due_on, "deadline": deadline}
    if row is not None:
        notify_ministry(entry, letter, row, **context)
    notify_proposer(entry, letter, **context)
    notify_triage(entry, letter, **context)
