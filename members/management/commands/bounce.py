"""`manage.py bounce`: notes what a relay could not deliver. For a mail server's pipe, or by hand."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import CommandError

from members.actions.bounces import Verdict, note_bounce, read_notification
from members.management.oneline import OneLineCommand

LATER = 75  # EX_TEMPFAIL of sysexits.h: a mail server keeps the mail and tries the pipe again


class Command(OneLineCommand):
    help = "Read delivery status notifications (RFC 3464) and mark the letters that came back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="*", metavar="FILE", help="a mail each; without any, one from the standard input"
        )

    def handle(self, *args: Any, files: list[str], **options: Any) -> None:
        mails = [(name, _read(name)) for name in files] or [("-", sys.stdin.buffer.read())]
        verdicts = [self.note(name, mail) for name, mail in mails]
        if Verdict.BEING_SENT in verdicts:
            raise CommandError("A letter is still being sent: hand the mail over again.", returncode=LATER)

    def note(self, name: str, mail: bytes) -> Verdict:
        try:
            notification = read_notification(mail)
        except ValueError as error:
            raise CommandError(f"{name}: {error}", returncode=2) from error
        verdict, letter = note_bounce(notification)
        about = f" {letter.message_id} {letter.to}" if letter else ""
        if notification and not letter:
            about = " " + (" ".join(notification.message_ids) or "without a Message-ID of ours")
        self.stdout.write(f"{name}: {verdict.value}{about}")
        return verdict


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}", returncode=2) from error
