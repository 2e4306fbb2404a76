"""What the secretariat does for a case: it sends letters and notes them. It decides nothing."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from members import clock
from members.models import User
from members.permissions import is_secretariat
from members.refusals import NotAllowed, Refused
from proposals.models import Referral
from proposals.states import Party

from .answering import record_letters
from .letterpacks import sent_together
from .record import lock_referral, record


@transaction.atomic
def record_outgoing_letter(
    *, user: User, referral: Referral, letter_number: str, letter_on: date | None
) -> Referral:
    """Notes number and date of the letter with which the alliance referred the case. Counts nothing anew.

    It is the letter of all bodies that were asked with this one and have no number yet; a new number is
    written into the public history (函請).
    """
    if not is_secretariat(user):
        raise NotAllowed
    row = lock_referral(referral)
    if letter_on and letter_on > clock.today():
        raise Refused(_("The date of a letter lies not in the future."))
    if letter_on and row.received_on and letter_on > row.received_on:
        raise Refused(_("The ministry received the letter before this date."))
    is_new = bool(letter_number) and letter_number != row.letter_number
    bare = [part for part in sent_together(row) if not part.letter_number and part.pk != row.pk]
    for part in [row, *(bare if is_new else [])]:
        part.letter_number, part.letter_on = letter_number, letter_on
        part.save(update_fields=["letter_number", "letter_on"])
    if is_new:
        record(
            row.proposal,
            "letter_sent",
            role=Party.SECRETARIAT,
            actor=user,
            referral=row,
            number=letter_number,
            letter_on=letter_on.isoformat() if letter_on else None,
        )
    return row


@transaction.atomic
def record_correspondence(
    *,
    user: User,
    referral: Referral,
    letter_number: str,
    letter_on: date | None,
    received_on: date | None,
    reply_number: str,
    reply_on: date | None,
) -> Referral:
    """Notes the letters of both sides; a new day of receipt counts the ministry's dates anew."""
    row = record_outgoing_letter(
        user=user, referral=referral, letter_number=letter_number, letter_on=letter_on
    )
    theirs = (received_on, reply_number, reply_on)
    if theirs == (row.received_on, row.reply_number, row.reply_on):
        return row
    return record_letters(
        user=user,
        referral=row,
        received_on=received_on if received_on != row.received_on else None,
        reply_number=reply_number,
        reply_on=reply_on,
    )
