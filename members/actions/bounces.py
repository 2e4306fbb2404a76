"""Letters that come back: a relay's notification is read, and noted on the letter that it is about.

Sources: RFC 3464 (delivery status notifications) and RFC 3463 (status codes); X-Failed-Recipients as
Exim and Google send it; else any Message-ID of ours in the mail that was returned.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parseaddr
from enum import Enum

from django.db import transaction

from members import clock
from members.models import Letter
from members.models.letters import COPY_CAME_BACK

OURS = re.compile(r"<[0-9a-f]{40}@[^<>\s]+>")


class Verdict(Enum):
    """What became of a notification."""

    CAME_BACK = "came back"
    KNOWN = "known already"
    DELAYED = "delayed, not given up"
    COPY = f"{COPY_CAME_BACK}, the letter itself did not"
    BEING_SENT = "still being sent: hand it over again later"
    UNKNOWN = "no letter of ours"
    NO_NOTIFICATION = "no delivery notification"


@dataclass(frozen=True)
class Notification:
    """What a mail says of the delivery of another one. Addresses are in lower case."""

    message_ids: tuple[str, ...]
    is_final: bool
    says: str
    failed: frozenset[str] = field(default_factory=frozenset)


def read_notification(mail: bytes) -> Notification | None:
    """None for a mail that tells of no delivery: a reply, an absence note. Raises ValueError for no mail."""
    message = message_from_bytes(mail, policy=policy.default)
    if not any(name in message for name in ("From", "To", "Date", "Received", "Return-Path", "Message-ID")):
        raise ValueError("This is no mail: it has no header.")
    found = [read for block in _status_blocks(message) if (read := _read_status(block))]
    if not found:
        return _read_plain(message)
    is_final = any(is_final for is_final, _, _ in found)
    telling = [row for row in found if row[0] == is_final]
    return Notification(
        message_ids=_message_ids(message),
        is_final=is_final,
        says="; ".join(dict.fromkeys(says for _, _, says in telling)),
        failed=frozenset().union(*(addresses for _, addresses, _ in telling)),
    )


@transaction.atomic
def note_bounce(notification: Notification | None) -> tuple[Verdict, Letter | None]:
    """Marks the letter that a notification is about; noting it twice changes nothing.

    Only what was given up for good marks it; a delay, or a lost copy, is written on it and no more. A letter
    that was sent again since has another Message-ID: a late notification of the first does not touch it.
    """
    if notification is None:
        return Verdict.NO_NOTIFICATION, None
    letter = _letter_of(notification)
    if letter is None:
        return Verdict.UNKNOWN, None
    if letter.state in (Letter.State.SENDING, Letter.State.DUE):
        return Verdict.BEING_SENT, letter
    if letter.bounced_at or letter.state != Letter.State.SENT:
        return Verdict.KNOWN, letter
    if letter.recipient and letter.recipient.erased_at:
        return Verdict.KNOWN, letter  # nobody to look for, and the notification names the address
    verdict = _verdict(notification, letter)
    letter.last_error = f"{verdict.value}: {notification.says}"[:1000]
    if verdict == Verdict.CAME_BACK:
        letter.bounced_at = clock.now()
        letter.reported_at = None  # told before was a lost copy at most
    letter.save(update_fields=["last_error", "bounced_at", "reported_at"])
    return verdict, letter


def _verdict(notification: Notification, letter: Letter) -> Verdict:
    if not notification.is_final:
        return Verdict.DELAYED
    copies = {copy.lower() for copy in letter.copies}
    is_of_copy = bool(notification.failed & copies) and letter.to.lower() not in notification.failed
    return Verdict.COPY if is_of_copy else Verdict.CAME_BACK


def _letter_of(notification: Notification) -> Letter | None:
    rows = Letter.objects.select_for_update(of=("self",)).filter(message_id__in=notification.message_ids)
    return rows.order_by("pk").first()


def _status_blocks(message: EmailMessage) -> Iterator[Message]:
    """The blocks of the machine-readable part; the first tells of the mail, each other of a recipient."""
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _read_status(block: Message) -> tuple[bool, frozenset[str], str] | None:
    """(given up for good, addresses, what it says) of one recipient; None of a success or of the mail.

    An action "failed" has been given up whatever its class: 4.4.7 stands where days of trying ran out.
    """
    action = str(block.get("Action", "")).split(";")[0].strip().lower()
    status = str(block.get("Status", "")).strip()
    if action not in ("failed", "delayed"):
        return None
    is_final = action == "failed"
    names = ("Original-Recipient", "Final-Recipient")
    addresses = {_address(str(block[name])) for name in names if block[name]}
    says = " ".join(filter(None, [action, status, " ".join(str(block.get("Diagnostic-Code", "")).split())]))
    return is_final, frozenset(addresses), says


def _address(value: str) -> str:
    """The address in `rfc822; somebody@example.org`."""
    return parseaddr(value.rpartition(";")[2].strip())[1].lower()


def _read_plain(message: EmailMessage) -> Notification | None:
    """A notification without the machine-readable part, by the header that names whom it is about."""
    named = message.get_all("X-Failed-Recipients", [])
    if not named:
        return None
    failed = frozenset(parseaddr(one.strip())[1].lower() for value in named for one in str(value).split(","))
    says = " ".join(str(message.get("Subject", "")).split()) or "failed"
    return Notification(_message_ids(message), is_final=True, says=says, failed=failed)


def _message_ids(message: EmailMessage) -> tuple[str, ...]:
    """Every Message-ID of our making in the mail: in the returned letter, in references, in plain text."""
    return tuple(dict.fromkeys(found for text in _texts(message) for found in OURS.findall(text)))


def _texts(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        for name in ("Message-ID", "In-Reply-To", "References", "Original-Message-ID"):
            yield from (str(value) for value in part.get_all(name, []))
        if part.get_content_maintype() == "text":
            raw = part.get_payload(decode=True)
            yield raw.decode("ascii", "replace") if isinstance(raw, bytes) else ""
