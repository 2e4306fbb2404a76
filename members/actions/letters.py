"""Letters are rows, written in the transaction that gives rise to them and sent after it."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject

from members import clock
from members.bell import ring
from members.models import Letter, NotificationChoice, User
from members.office import secretariat_office
from members.topics import topic_of

SEND = "members.tasks.send_letters"


def write_letter(
    *,
    key: str,
    kind: str,
    recipient: User | None,
    template: str,
    context: Mapping[str, object],
    copies: Iterable[str] = (),
    not_before: datetime | None = None,
    to: str = "",
    name: str = "",
    language: str = "",
    calendar: str = "",
    headers: Mapping[str, str] | None = None,
) -> Letter:
    """Writes one letter in the recipient's language; a second call with the same key returns the first one.

    Somebody without an account, who is invited, has `to`, `name` and `language` instead of a recipient.
    `calendar` is the text of an .ics file that goes with it. Nothing is sent here. The worker is rung after
    commit, and finds the letter even if it hears nothing. A letter that its recipient wants once a week, or
    never, is written all the same, and held.
    """
    if known := Letter.objects.filter(key=key).first():
        return known
    letter = compose(
        key=key,
        kind=kind,
        recipient=recipient,
        template=template,
        context=context,
        copies=copies,
        not_before=not_before,
        to=to,
        name=name,
        language=language,
        calendar=calendar,
        headers=headers,
    )
    try:
        with transaction.atomic():
            post([letter])
    except IntegrityError:
        if known := Letter.objects.filter(key=key).first():  # somebody else was quicker
            return known
        raise
    return letter


def compose(
    *,
    key: str,
    kind: str,
    recipient: User | None,
    template: str,
    context: Mapping[str, object],
    copies: Iterable[str] = (),
    not_before: datetime | None = None,
    to: str = "",
    name: str = "",
    language: str = "",
    calendar: str = "",
    headers: Mapping[str, str] | None = None,
) -> Letter:
    """The letter as `write_letter` would write it, not yet written: for many at a time, with `post`."""
    if recipient is not None:
        to, name, language = recipient.email, recipient.name, recipient.language
    others = sorted({copy for copy in copies if copy and copy != to})
    subject, body = render(template, language, {**context, "recipient": recipient, "name": name})
    return Letter(
        key=key,
        message_id=message_id(key),
        kind=kind,
        recipient=recipient,
        to=to,
        copies=others,
        language=language,
        subject=subject,
        body=body,
        calendar=calendar,
        headers=dict(headers or {}),
        state=_first_state(kind, recipient, has_copies=bool(others)),
        not_before=not_before or clock.now(),
    )


def _first_state(kind: str, recipient: User | None, *, has_copies: bool) -> Letter.State:
    """What the recipient's choice makes of a letter: the one place where choices are obeyed.

    What no topic holds goes out at once, and so does what a unit mailbox gets a copy of: it is not one
    person's to hold back.
    """
    topic = topic_of(kind)
    if topic is None or recipient is None or has_copies:
        return Letter.State.DUE
    rows = NotificationChoice.objects.filter(user=recipient, topic=topic.code)
    choice = rows.values_list("choice", flat=True).first() or ""
    return _STATES.get(choice, Letter.State.DUE)


_STATES = {
    NotificationChoice.Choice.WEEKLY.value: Letter.State.HELD,
    NotificationChoice.Choice.NEVER.value: Letter.State.UNWANTED,
}


def post(letters: Sequence[Letter]) -> None:
    """Writes composed letters in one go; the caller sees to it that none of their keys is taken."""
    Letter.objects.bulk_create(letters)
    if letters:
        transaction.on_commit(partial(ring, SEND))


def keep_back(key: str) -> None:
    """What the letter says holds no more: it stays here, unless it has left already."""
    Letter.objects.filter(key=key, state=Letter.State.DUE).update(state=Letter.State.CANCELLED)


def address_of(name: str, *args: object) -> str:
    """The whole address of a page, in the language of the moment. It leads there, and does nothing."""
    return settings.SITE_URL + reverse(name, args=args)


def message_id(key: str) -> str:
    """A pure function of the key, by which a relay's journal is asked before a letter is sent again."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{host}>"


def render(template: str, language: str, context: Mapping[str, object]) -> tuple[str, str]:
    """Subject and text. The template's first line is the subject, kept on one line whatever it contains."""
    names = settings.PORTAL_NAME
    with translation.override(language):
        source = get_template(template).template  # type: ignore[attr-defined]
        values = {
            **context,
            "alliance": names[language],
            "office": SimpleLazyObject(secretariat_office),
            "site_url": settings.SITE_URL,
        }
        text = source.render(Context(values, autoescape=False))
    subject, _, body = text.strip().partition("\n")
    body = re.sub(r"(?m)(?<!^--)[ \t]+$", "", body.replace("\r", ""))  # "-- " opens the footer
    return " ".join(subject.split())[:200], re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"
