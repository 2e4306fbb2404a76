"""What stands beside a mark of lateness, and the proof that takes a wrong one away. No clock is moved."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.refusals import Refused
from members.said import day
from proposals.models import InterimReply, Referral
from proposals.states import Party

from .notices import notify_ministry, notify_proposer, notify_triage
from .record import check_referral_step, lock_referral, record


@transaction.atomic
def explain_delay(*, user: User, referral: Referral, reason: str, expected_on: date) -> InterimReply:
    """A late body says why, and when it expects to answer. Published beside the mark, which stays.

    It may be said anew: the latest stands beside the mark, the earlier ones stay in the history.
    """
    row = lock_referral(referral)
    check_referral_step(row, "delay", user)
    check_delay(row)
    if not reason.strip():
        raise Refused(_("Write the reason of the delay: it is published."))
    if expected_on <= clock.today():
        raise Refused(_("The day by which you expect to answer is a day to come."))
    before = row.interim_replies.delays().order_by("published_at", "pk").last()
    delay = InterimReply.objects.create(
        referral=row,
        kind=InterimReply.Kind.DELAY,
        text=reason,
        expected_on=expected_on,
        published_at=clock.now(),
        published_by=user,
    )
    superseded = before.expected_on.isoformat() if before and before.expected_on else None
    entry = record(
        row.proposal,
        "delay_explained",
        role=Party.MINISTRY,
        actor=user,
        referral=row,
        text=reason,
        expected_on=expected_on.isoformat(),
        old_expected_on=superseded,
    )
    notify_proposer(entry, "delay_explained", delay=delay)
    notify_triage(entry, "delay_explained", delay=delay)
    return delay


def check_delay(referral: Referral) -> None:
    """Raises Refused unless the answer is late."""
    if not referral.is_overdue:
        raise Refused(
            _("Your answer is not late: there is no delay to explain. An interim reply is always possible.")
        )


@transaction.atomic
def prove_reply(
    *, user: User, referral: Referral, reply_on: date, reply_number: str, text: str = ""
) -> Referral:
    """A letter of the ministry, proved to be of the due day or before, takes the mark of lateness away.

    The secretariat enters it from the letter, with a public trace. A proof that was wrong is corrected by
    another one; should its day lie after the due date, the mark stands again.
    """
    row = lock_referral(referral)
    check_referral_step(row, "prove", user)
    number = reply_number.strip()
    if not number:
        raise Refused(_("Enter the number of the ministry's letter."))
    sent_on = row.letter_on or clock.local_date(row.sent_at)
    if not sent_on <= reply_on <= clock.today():
        raise Refused(
            _("The letter is dated between the referral (%(sent)s) and today. Correct the day.")
            % {"sent": day(sent_on, "year")}
        )
    if row.due_on is None:
        raise Refused(_("This referral has no due date."))
    if (row.proved_on, row.reply_number) == (reply_on, number):
        raise Refused(_("This letter is recorded already. Nothing was changed."))
    is_late = reply_on > row.due_on
    if is_late and row.proved_on is None:
        raise Refused(
            _("The letter is dated after the due date (%(due)s): the answer stays overdue.")
            % {"due": day(row.due_on, "year")}
        )
    before = row.proved_on
    row.proved_on, row.reply_on, row.reply_number = reply_on, reply_on, number
    row.save()
    entry = record(
        row.proposal,
        "proof_corrected" if is_late else "reply_proved",
        role=Party.SECRETARIAT,
        actor=user,
        referral=row,
        body=row.ministry,
        text=text,
        number=number,
        proved_on=reply_on.isoformat(),
        old_proved_on=before.isoformat() if before else None,
    )
    notify_ministry(entry, "reply_proved", row, is_late=is_late)
    notify_proposer(entry, "reply_proved", is_late=is_late)
    return row
