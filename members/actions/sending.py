"""Sends the letters that are due: accepted by our relay once, whoever dies in between.

A sender claims one row by a committed lease, sends it within a time shorter than the lease, and writes
down what became of it only while the row is still its own. A lease that has run out means doubt: the
relay's journal is asked before the letter goes out again, under the same Message-ID.
"""

import logging
import smtplib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import formataddr, parseaddr
from enum import Enum
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import Error as DatabaseError
from django.db import transaction
from django.db.models import QuerySet

from members import clock, relay
from members.bell import ring
from members.courier import LineBroke, deliver
from members.models import Letter

from .erasure import LAST_LETTER, unusable_address
from .letters import SEND

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 20


def never() -> bool:
    return False


class Verdict(Enum):
    """What an error says about a letter."""

    LATER = "later"
    NEVER = "never"
    DOUBTFUL = "doubtful"
    NOT_OURS = "not ours"


class LeaseLost(Exception):
    """Somebody else has taken the letter over: this sender slept too long."""


class Claim(NamedTuple):
    letter: Letter
    is_in_doubt: bool


def send_letters(is_over: Callable[[], bool] = never) -> int:
    """Sends what is due, for LETTERS_BUDGET_SECONDS at most; returns how many the relay took.

    May run twice at a time and may be killed at any moment. Where more is left the worker is rung again:
    many short turns, so that a sender told to end does so after the letter in its hands. `is_over` is
    asked before each letter.
    """
    end = time.monotonic() + settings.LETTERS_BUDGET_SECONDS
    sent = 0
    while not is_over() and (claimed := claim()):
        sent += send(claimed)
        if time.monotonic() > end:
            ring(SEND)
            break
    return sent


def claim() -> Claim | None:
    """Takes the next letter for as long as the lease runs; None if nobody's turn has come."""
    with transaction.atomic():
        letter = Letter.objects.sendable().select_for_update(skip_locked=True).first()
        if letter is None:
            return None
        claimed = Claim(letter, is_in_doubt=letter.state == Letter.State.SENDING)
        letter.state = Letter.State.SENDING
        letter.attempts += 1
        letter.lease_until = clock.now() + lease()
        letter.save(update_fields=["state", "attempts", "lease_until"])
    return claimed


def lease() -> timedelta:
    """Longer than a delivery may take, by what a relay may need to write its journal."""
    return timedelta(seconds=settings.LETTER_SECONDS + settings.LETTER_LEASE_MARGIN_SECONDS)


def send(claimed: Claim) -> bool:
    """Sends a claimed letter, or settles the doubt about it. True if the relay has it.

    Whatever is wrong with the letter or the relay is written on the row; only a database that is away raises.
    The journal is asked before every second attempt, and before a first one that is late: a restored backup
    shows letters as due that have left long ago.
    """
    letter = claimed.letter
    try:
        if letter.attempts > 1 or letter.not_before < clock.now() - doubt():
            was_taken = relay.accepted(letter.message_id)
            if was_taken:
                log.info("Letter %s had left already.", letter.pk)
                return finish(letter)
            if claimed.is_in_doubt and was_taken is None:
                put_off(
                    letter, clock.now() + doubt(), "Possible duplicate: a sender died, and no journal tells."
                )
                return False
        deliver(message_of(letter), seconds=settings.LETTER_SECONDS, before_data=lambda: check_lease(letter))
    except DatabaseError:
        raise
    except Exception as error:
        log.warning("Letter %s was not sent: %r", letter.pk, error)
        note(letter, error)
        return False
    return finish(letter)


def doubt() -> timedelta:
    return timedelta(minutes=settings.LETTER_DOUBT_MINUTES)


def message_of(letter: Letter) -> EmailMessage:
    """The mail, with its due dates as a calendar file. Raises ValueError for a letter to no address."""
    if not letter.to.strip():
        raise ValueError("the letter has no address")
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    message = EmailMessage(
        subject=letter.subject,
        body=letter.body,
        from_email=formataddr((name or settings.PORTAL_NAME[letter.language], address)),
        to=[letter.to],
        cc=letter.copies,
        headers={
            **letter.headers,
            "Message-ID": letter.message_id,
            "Auto-Submitted": "auto-generated",
            "Content-Language": letter.language,
        },
    )
    if letter.calendar:
        message.attach(*attached_calendar(letter.calendar))
    return message


def attached_calendar(text: str) -> tuple[str, str, str]:
    """Name, text and type of the file: an invitation names its method, by which mail programs offer it."""
    for method in ("REQUEST", "CANCEL"):
        if f"METHOD:{method}" in text:
            return "invitation.ics", text, f"text/calendar; method={method}"
    return "due-dates.ics", text, "text/calendar"


def ours(letter: Letter) -> QuerySet[Letter]:
    """The row, if it is still this sender's: a claim by anybody else has counted `attempts` up."""
    return Letter.objects.filter(pk=letter.pk, state=Letter.State.SENDING, attempts=letter.attempts)


def check_lease(letter: Letter) -> None:
    """Raises LeaseLost where another sender may have the letter already."""
    if not ours(letter).filter(lease_until__gt=clock.now()).exists():
        raise LeaseLost(f"letter {letter.pk}, attempt {letter.attempts}")


def finish(letter: Letter) -> bool:
    ours(letter).update(state=Letter.State.SENT, sent_at=clock.now(), lease_until=None, **_forgotten(letter))
    return True


def give_up(letter: Letter, why: str) -> None:
    """The last letter of a deleted account is nobody's to look after: it ends, and says nothing."""
    is_last = letter.kind == LAST_LETTER
    state = Letter.State.CANCELLED if is_last else Letter.State.FAILED
    said = _forgotten(letter) if is_last else {"last_error": why}
    ours(letter).update(state=state, lease_until=None, **said)


def _forgotten(letter: Letter) -> dict[str, str]:
    """The address of a deleted account is kept until its last letter has left, and no longer."""
    if letter.kind != LAST_LETTER or letter.recipient is None:
        return {}
    return {"to": unusable_address(letter.recipient), "last_error": ""}


def put_off(letter: Letter, until: datetime, why: str) -> None:
    ours(letter).update(state=Letter.State.DUE, not_before=until, lease_until=None, last_error=why)


def note(letter: Letter, error: Exception) -> None:
    """Writes on the row what an error means for it; a doubtful letter keeps its lease."""
    words = f"{type(error).__name__}: {error}"[:1000]
    match verdict(error):
        case Verdict.LATER if letter.attempts < MOST_ATTEMPTS:
            ladder = settings.LETTER_RETRY_MINUTES
            minutes = ladder[min(letter.attempts, len(ladder)) - 1]
            put_off(letter, clock.now() + timedelta(minutes=minutes), words)
        case Verdict.LATER | Verdict.NEVER:
            give_up(letter, words)
        case Verdict.DOUBTFUL:
            ours(letter).update(last_error=words)
        case Verdict.NOT_OURS:
            pass


def verdict(error: Exception) -> Verdict:
    """The one place that decides what an error means. What nobody foresaw is tried again, not often."""
    match error:
        case LeaseLost():
            return Verdict.NOT_OURS
        case LineBroke():
            return Verdict.DOUBTFUL
        case smtplib.SMTPRecipientsRefused():
            code, _ = next(iter(error.recipients.values()))
            return Verdict.NEVER if code >= 500 else Verdict.LATER
        case smtplib.SMTPSenderRefused() | smtplib.SMTPDataError():
            return Verdict.NEVER if error.smtp_code >= 500 else Verdict.LATER
        case smtplib.SMTPNotSupportedError() | ValueError() | TypeError() | LookupError():
            return Verdict.NEVER
        case _:
            return Verdict.LATER
