"""`manage.py sweep`: the clock's round without a queue: deadlines, reminders, letters."""

import logging
import signal
import time
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management import CommandError
from django.db import Error as DatabaseError
from django.db import close_old_connections

from members import clock
from members.actions.sending import send_letters
from members.management.oneline import OneLineCommand
from proposals.models import CalendarVersion, Heartbeat
from proposals.reminders import sweep

log = logging.getLogger(__name__)


class Told(BaseException):
    """Somebody asked the loop to end; derived so that no `except Exception` keeps it."""


class Command(OneLineCommand):
    help = "Do what the clock does: lapse, remind, and send the letters that are due. Safe to run twice."
    is_sending = is_over = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument(
            "--at", metavar="MOMENT", help="as if it were this ISO moment, in Taipei unless zoned"
        )
        kind.add_argument("--loop", action="store_true", help="again every minute, until stopped")

    def handle(self, *args: Any, at: str | None, loop: bool, **options: Any) -> None:
        if loop:
            self.loop()
        else:
            with clock.at(moment(at)) if at else nullcontext():
                self.round()

    def loop(self) -> None:
        """Round after round, whatever happens to database, relay and broker, until SIGTERM or SIGINT."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self.stop)
        try:
            while True:
                self.try_round()
                time.sleep(settings.SWEEP_PAUSE_SECONDS)
        except Told:
            self.stdout.write("Stopped.")

    def stop(self, signum: int, frame: object) -> None:
        """At once, in the midst of anything that the database undoes; a letter on its way arrives first."""
        self.is_over = True
        if not self.is_sending:
            raise Told

    def try_round(self) -> None:
        close_old_connections()
        try:
            self.round()
            Heartbeat.beat("loop")
        except (CommandError, DatabaseError) as error:
            log.error("This round ended early, the next one begins anew: %s", error)
        except Exception:
            log.exception("This round ended early, the next one begins anew.")

    def round(self) -> None:
        try:
            done = sweep()
        except CalendarVersion.DoesNotExist as error:
            raise CommandError(
                "The office calendar is empty. Run `manage.py seed` first.", returncode=2
            ) from error
        except OverflowError as error:
            raise CommandError("That moment is too far away for days to be counted.", returncode=2) from error
        done["sent"] = self.send()
        self.stdout.write(", ".join(f"{name} {count}" for name, count in done.items()))

    def send(self) -> int:
        self.is_sending = True
        try:
            sent = send_letters(is_over=lambda: self.is_over)
        finally:
            self.is_sending = False
        if self.is_over:
            raise Told
        Heartbeat.beat("letters")
        return sent


def moment(text: str) -> datetime:
    """An ISO moment; Taipei where no zone is given, nine o'clock where no time is."""
    try:
        found = datetime.fromisoformat(text if len(text) > 10 else f"{text}T09:00")
    except ValueError as error:
        raise CommandError(f"Not an ISO moment: {text!r}", returncode=2) from error
    return found if found.tzinfo else found.replace(tzinfo=clock.TAIPEI)
