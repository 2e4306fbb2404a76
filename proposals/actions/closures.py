"""A closure of offices moves the last days that fall on it (停止上班): entered, decided anew, withdrawn."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused, Stale
from proposals.areas import closable
from proposals.calendars import closes_office_hours
from proposals.facts import FIRST_YEAR
from proposals.models import WorkSuspension

from .moves import Cause, Move, digest_of, one_at_a_time, recount_after, tell

LONGEST_NOTICE = timedelta(days=14)
OTHER_THAN_SHOWN = _(
    "Something has changed since you looked: the dates that would move are other ones now. Nothing was "
    "changed. Look at them, then confirm again."
)
ENTERED_ALREADY = _("This closure is entered already: same day, same area.")


@dataclass(frozen=True)
class ClosureChange:
    """What came of it: the closure, the dates that moved, and the digest by which a preview is confirmed."""

    closure: WorkSuspension
    moves: list[Move]
    digest: str


@transaction.atomic
def enter_closure(
    *,
    user: User,
    on: date,
    area: str,
    note: str,
    source_url: str,
    starts_at: time | None = None,
    ends_at: time | None = None,
    moves_last_day: bool | None = None,
    confirmed: str | None = None,
) -> ClosureChange:
    """Notes that the offices of an area were told to close, and counts the dates anew that it touches.

    A whole day moves a last day. Of a part of a day the secretariat decides, once for all cases; left open
    (None), it moves a last day if it takes any of the office hours away. A closure that is noted after
    the day, when something counts as late already, is counted like any other. `confirmed` is the digest
    of the preview: raises Stale if other dates would move by now. Source: 行政程序法 §48 IV;
    天然災害停止上班及上課作業辦法.
    """
    _check_right(user)
    one_at_a_time()
    named = closable(area)
    if named is None:
        raise Refused(_("“%(area)s” is no county or city of Taiwan, nor a township of one.") % {"area": area})
    if on.year < FIRST_YEAR or on > clock.today() + LONGEST_NOTICE:
        raise Refused(
            _(
                "The day lies between %(year)d and two weeks from today: a closure is announced a day or so "
                "before. Days off that are known earlier belong to the office calendar."
            )
            % {"year": FIRST_YEAR}
        )
    if not source_url.startswith(("http://", "https://")):
        raise Refused(_("The address of the announcement begins with https:// or http://."))
    if (ends_at and not starts_at) or (starts_at and ends_at and ends_at <= starts_at):
        raise Refused(_("The end lies after the beginning."))
    if WorkSuspension.objects.standing().filter(on=on, area=named, starts_at=starts_at).exists():
        raise Refused(ENTERED_ALREADY)
    if starts_at is None or moves_last_day is None:
        moves_last_day = closes_office_hours(starts_at, ends_at)
    closure = WorkSuspension(
        on=on,
        area=named,
        note=note.strip(),
        source_url=source_url,
        starts_at=starts_at,
        ends_at=ends_at,
        moves_last_day=moves_last_day,
        entered_by=user,
        entered_at=clock.now(),
    )
    return _change(closure, Cause("closure", user, closure=closure), confirmed)


@transaction.atomic
def change_closure_decision(
    *, user: User, closure: WorkSuspension, moves_last_day: bool, confirmed: str | None = None
) -> ClosureChange:
    """Decides anew, for all cases, whether a closure for a part of a day moves a last day."""
    _check_right(user)
    closure = _standing(closure)
    if closure.starts_at is None:
        raise Refused(_("A closure for the whole day moves a last day; there is nothing to decide."))
    if closure.moves_last_day == moves_last_day:
        raise Refused(_("This is the decision already. Nothing was changed."))
    closure.moves_last_day = moves_last_day
    return _change(closure, Cause("closure_revised", user, closure=closure), confirmed)


@transaction.atomic
def withdraw_closure(*, user: User, closure: WorkSuspension, confirmed: str | None = None) -> ClosureChange:
    """Takes back a closure that was entered by mistake; it stays readable, and moves nothing any more."""
    _check_right(user)
    closure = _standing(closure)
    closure.withdrawn_at = clock.now()
    return _change(closure, Cause("closure_revised", user, closure=closure), confirmed)


def _check_right(user: User) -> None:
    if not is_secretariat(user):
        raise NotAllowed


def _standing(closure: WorkSuspension) -> WorkSuspension:
    """The row as it is now, locked. Raises Refused once it is withdrawn."""
    one_at_a_time()
    locked = WorkSuspension.objects.select_for_update().get(pk=closure.pk)
    if locked.withdrawn_at:
        raise Refused(_("This closure was withdrawn. Nothing was changed."))
    return locked


def _change(closure: WorkSuspension, cause: Cause, confirmed: str | None) -> ClosureChange:
    moves = recount_after(closure.save, {closure.on})
    tell(moves, cause)
    subject = (closure.on, closure.area, closure.starts_at, closure.ends_at, closure.moves_last_day)
    digest = digest_of(moves, *subject, closure.withdrawn_at is not None)
    if confirmed is not None and confirmed != digest:
        raise Stale(OTHER_THAN_SHOWN)
    return ClosureChange(closure, moves, digest)
