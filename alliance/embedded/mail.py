"""A real SMTP server that delivers nowhere: it keeps letters as files for the demo's mail page and the tests.

The folder is at the same time the relay's journal: a letter is found again by its Message-ID.
"""

import asyncio
import hashlib
import os
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

Refusal = Callable[[str], str | None]


@dataclass(frozen=True)
class Letter:
    """A letter as it came over the wire."""

    name: str
    recipients: list[str]
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["subject"] or "")

    @property
    def sent_at(self) -> datetime | None:
        """Aware; a date whose zone is "-0000" is one in UTC (RFC 5322, 3.3)."""
        date = self.message["date"]
        if not date:
            return None
        at: datetime = date.datetime
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    @property
    def message_id(self) -> str:
        return str(self.message["message-id"] or "").strip()

    @property
    def plain(self) -> str:
        return self.text()

    def text(self, kind: str = "plain") -> str:
        """The body as text; `kind` is plain or html; empty where the letter has none."""
        body = self.message.get_body((kind,))
        return str(body.get_content()) if body else ""


class MailFolder:
    """Letters as .eml files, `<hash of Message-ID>-<n>.eml`, n counting what came more than once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def store(self, content: bytes, recipients: list[str]) -> None:
        """Write one letter so that it is either wholly there or not at all."""
        self.path.mkdir(parents=True, exist_ok=True)
        stem = _stem(str(message_from_bytes(content)["message-id"] or hashlib.sha256(content).hexdigest()))
        number = sum(1 for _ in self.path.glob(f"{stem}-*.eml")) + 1
        envelope = "".join(f"X-Recipient: {address}\r\n" for address in recipients).encode()
        unfinished = self.path / f"{stem}-{number}.part"
        unfinished.write_bytes(envelope + content)
        os.replace(unfinished, unfinished.with_suffix(".eml"))

    def accepted(self, message_id: str) -> bool:
        return (self.path / f"{_stem(message_id)}-1.eml").exists()

    def letters(self) -> list[Letter]:
        """All letters, oldest first."""
        files = sorted(
            self.path.glob("*.eml"),
            key=lambda file: (file.stat().st_mtime_ns, file.name),
        )
        return [self.letter(file.stem) for file in files]

    def letter(self, name: str) -> Letter:
        """One letter by the name of its file; KeyError if there is none."""
        file = self.path / f"{name}.eml"
        if file.parent != self.path or not file.exists():
            raise KeyError(name)
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        return Letter(name, [str(value) for value in message.get_all("X-Recipient", [])], message)

    def clear(self) -> None:
        for file in self.path.glob("*.eml"):
            file.unlink()


def _stem(message_id: str) -> str:
    return hashlib.sha256(message_id.strip().encode()).hexdigest()[:32]


def accepted(message_id: str) -> bool:
    """Whether the sink of this demo has taken the letter; the settings name it as RELAY_JOURNAL."""
    from django.conf import settings

    return MailFolder(Path(settings.MAIL_FOLDER)).accepted(message_id)


class MailSink:
    """The server, in a thread of its own. `refuse` may answer a recipient with an SMTP error line."""

    def __init__(self, folder: MailFolder) -> None:
        self.folder = folder
        self.refuse: Refusal = lambda recipient: None
        self.drop_after_data = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="mail sink", daemon=True)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        factory = lambda: SMTP(self, enable_SMTPUTF8=True, loop=self._loop)  # noqa: E731
        server = self._loop.run_until_complete(self._loop.create_server(factory, sock=self._listener))
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[Any],
    ) -> str:
        if refusal := self.refuse(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.folder.store(content, list(envelope.rcpt_tos))
        if self.drop_after_data and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 OK"
