"""The day of receipt, from which a ministry's period runs, and the numbers of its letters."""

from datetime import date, datetime, time

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import Refused
from members.said import day
from proposals.ledger import Owner
from proposals.models import Deadline, Referral
from proposals.permissions import can_answer
from proposals.states import REFERRAL_STEPS, Party

from ..record import check_referral_step, lock_referral, record
from ..timing import REPEATED, assumed_receipt, recount, update_latest_overall


def first_opening(*, user: User, referral: Referral) -> None:
    """Notes the first opening by the ministry; it is the day of receipt where no letter's day is known."""
    if referral.opened_at is not None or not can_answer(user, referral):
        return
    with transaction.atomic():
        locked = lock_referral(referral)
        if locked.opened_at is not None or not locked.is_open:
            return
        locked.opened_at = clock.now()
        locked.save()
        if locked.received_on is None:
            set_receipt(locked, clock.today(), Referral.Receipt.OPENED, actor=user)
        referral.refresh_from_db()


def set_receipt(
    referral: Referral,
    received_on: date,
    receipt: str,
    *,
    actor: User | None,
    role: Party = Party.MINISTRY,
) -> None:
    """Writes the day of receipt and counts the referral's open deadlines anew from it.

    A day before the one known until now gives the days between to the ministry; history is only added to.
    """
    is_known = referral.received_on is not None
    is_earlier = referral.received_on is None or received_on < referral.received_on
    referral.received_on, referral.receipt = received_on, receipt
    referral.save()
    _count_from(referral, received_on)
    record(
        referral.proposal,
        "receipt_corrected" if is_known else "received",
        role=role,
        actor=actor,
        referral=referral,
        body=referral.ministry,
        turn=Owner.MINISTRY if referral.is_lead and is_earlier else None,
        happened_at=max(referral.sent_at, datetime.combine(received_on, time(9), clock.TAIPEI))
        if received_on != clock.today()
        else None,
        received_on=received_on.isoformat(),
        receipt=receipt,
        due_on=referral.due_on.isoformat() if referral.due_on else None,
    )


@transaction.atomic
def record_receipt_by_mail(*, referral: Referral, received_on: date) -> None:
    """The clock's step: the third working day after the mail is the receipt, nothing better being known."""
    locked = lock_referral(referral)
    if locked.received_on is None and locked.is_open:
        set_receipt(locked, received_on, Referral.Receipt.MAIL, actor=None, role=Party.CLOCK)


def _count_from(referral: Referral, day: date) -> None:
    """Counts the open deadlines of a referral from another day on."""
    running = Deadline.objects.unsettled().filter(referral=referral)
    for deadline in running.select_related("referral__proposal", "referral__ministry", "policy"):
        deadline.counted_from = day
        recount(deadline)
    referral.refresh_from_db(fields=REPEATED)
    update_latest_overall(referral.proposal)


@transaction.atomic
def forget_receipt(*, referral: Referral) -> None:
    """The clock's step: the mail from which the receipt was assumed has come back, and nobody has opened it.

    The days since then go back to the alliance; the period is counted from the assumed day again, as before.
    Where the receipt is known otherwise, or the body is at work, nothing is done.
    """
    row = lock_referral(referral)
    if row.state not in REFERRAL_STEPS["forget"].sources or row.receipt != Referral.Receipt.MAIL:
        return
    if row.opened_at is not None or row.received_on is None:
        return
    forgotten = row.received_on
    since = row.timeline.filter(turn=Owner.MINISTRY).order_by("happened_at", "pk").last()
    row.received_on, row.receipt = None, ""
    row.save()
    told_at = max([row.sent_at, *([row.handed_over.until] if row.handed_over else [])])
    _count_from(row, assumed_receipt(clock.local_date(told_at)))
    record(
        row.proposal,
        "receipt_forgotten",
        role=Party.CLOCK,
        referral=row,
        body=row.ministry,
        turn=Owner.ALLIANCE if row.is_lead else None,
        happened_at=since.happened_at if since else None,
        received_on=forgotten.isoformat(),
        due_on=row.due_on.isoformat() if row.due_on else None,
    )


@transaction.atomic
def record_letters(
    *,
    user: User,
    referral: Referral,
    received_on: date | None = None,
    reply_number: str = "",
    reply_on: date | None = None,
) -> Referral:
    """Records the day of receipt of the official letter, and the number and date of the ministry's own.

    The ministry itself records a later day than the one known once, from its letter, and not when it is
    late already: neither a period is prolonged nor an overdue mark wiped away so. The secretariat may.
    Once every ask is answered only the ministry's own letter is still recorded.
    """
    row = lock_referral(referral)
    check_referral_step(row, "record", user)
    today = clock.today()
    sent_on = row.letter_on or clock.local_date(row.sent_at)
    if received_on and not sent_on <= received_on <= today:
        raise Refused(
            _("The day of receipt lies between the day of the letter (%(sent)s) and today.")
            % {"sent": day(sent_on, "year")}
        )
    role = Party.MINISTRY if can_answer(user, row) else Party.SECRETARIAT
    if received_on and not row.is_open and received_on != row.received_on:
        raise Refused(_("The answer is published: the day of receipt no longer changes."))
    if received_on and role == Party.MINISTRY and _is_settled_before(row, received_on):
        raise Refused(
            _(
                "The day of receipt is recorded already, or the answer is overdue. A later day is entered by "
                "the secretariat: send it the letter with your stamp."
            )
        )
    if reply_on and not sent_on <= reply_on <= today:
        raise Refused(_("The date of the reply lies between the day of the letter and today."))
    row.reply_number = reply_number or row.reply_number
    row.reply_on = reply_on or row.reply_on
    row.save()
    is_new = (received_on, Referral.Receipt.LETTER) != (row.received_on, row.receipt)
    if received_on and row.is_open and is_new:
        set_receipt(row, received_on, Referral.Receipt.LETTER, actor=user, role=role)
    return row


def _is_settled_before(row: Referral, received_on: date) -> bool:
    """Whether a day later than the one known would undo what is recorded, or an overdue mark."""
    if row.received_on is None or received_on <= row.received_on:
        return False
    is_late = row.due_on is not None and row.due_on < clock.today()
    return is_late or row.receipt == Referral.Receipt.LETTER
