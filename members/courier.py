"""Hands one message to the relay, within a time that holds for the whole conversation."""

import smtplib
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

SMTP = "django.core.mail.backends.smtp.EmailBackend"


class LineBroke(Exception):
    """The conversation ended after the text had gone out and before the relay said what became of it."""


class Conversation:
    """One conversation with an SMTP server. A socket's timeout is per read; this one's is for all of it.

    `before_data` is called when the server has taken the addresses and the text is about to go out.
    """

    sock: socket.socket | None = None
    is_out_of_time = False

    def __init__(self, *args: Any, seconds: float, before_data: Callable[[], None], **kwargs: Any) -> None:
        self.before_data = before_data
        self.first_recipient: str | None = None
        self.watchdog = threading.Timer(seconds, self.hang_up)
        self.watchdog.daemon = True
        self.watchdog.start()
        try:
            super().__init__(*args, **kwargs)
        except BaseException:
            self.watchdog.cancel()
            raise

    def hang_up(self) -> None:
        self.is_out_of_time = True
        try:
            if self.sock:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        except OSError:
            pass

    def rcpt(self, address: str, options: Any = ()) -> Any:
        """Refuses the whole letter when its first address is refused; a refused copy stops nothing."""
        code, answer = super().rcpt(address, options)  # type: ignore[misc]
        if self.first_recipient is None:
            self.first_recipient = address
            if code not in (250, 251):
                raise smtplib.SMTPRecipientsRefused({address: (code, answer)})
        return code, answer

    def data(self, text: Any) -> Any:
        """From here on the relay may have the letter: whatever breaks, nobody knows whether it has."""
        self.before_data()
        if self.is_out_of_time:
            raise TimeoutError("connecting took all the time there was")
        try:
            return super().data(text)  # type: ignore[misc]
        except smtplib.SMTPDataError:
            raise
        except Exception as error:
            raise LineBroke(str(error)) from error

    def close(self) -> None:
        self.watchdog.cancel()
        super().close()  # type: ignore[misc]


class PlainConversation(Conversation, smtplib.SMTP):
    pass


class EncryptedConversation(Conversation, smtplib.SMTP_SSL):
    pass


class Relay(EmailBackend):
    """Django's SMTP backend with its settings, for one letter."""

    def __init__(self, *, seconds: float, before_data: Callable[[], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.conversation: dict[str, Any] = {"seconds": seconds, "before_data": before_data}

    @property
    def connection_class(self) -> Any:
        kind = EncryptedConversation if self.use_ssl else PlainConversation
        return partial(kind, **self.conversation)

    def _close_connection(self, connection: Any) -> None:
        """What the relay has taken it has taken; a rude goodbye changes nothing."""
        try:
            super()._close_connection(connection)  # type: ignore[misc]
        except (smtplib.SMTPException, OSError):
            connection.close()


def deliver(message: EmailMessage, *, seconds: float, before_data: Callable[[], None]) -> None:
    """Returns once the relay has taken the message; raises smtplib's errors, or LineBroke where nobody knows.

    A mail backend other than SMTP (the console of a developer) is used as it is.
    """
    if settings.EMAIL_BACKEND == SMTP:
        message.connection = Relay(seconds=seconds, before_data=before_data)
    else:
        before_data()
        message.connection = get_connection()
    message.send()
