"""`manage.py sweep`: the clock's round without a queue: deadlines, reminders, letters."""

import time
from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.core.management import BaseCommand, CommandError

from members import clock
from members.actions.sending import send_letters
from proposals.models import CalendarVersion
from proposals.reminders import sweep

PAUSE_SECONDS = 60


class Command(BaseCommand):
    help = "Do what the clock does: lapse, remind, and send the letters that are due. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        kind = parser.add_mutually_exclusive_group()
        kind.add_argument(
            "--at", metavar="MOMENT", help="as if it were this ISO moment, in Taipei unless zoned"
        )
        kind.add_argument("--loop", action="store_true", help="again every minute, until stopped")

    def handle(self, *args: Any, at: str | None, loop: bool, **options: Any) -> None:
        with clock.at(moment(at)) if at else nullcontext():
            self.round()
        while loop:
            time.sleep(PAUSE_SECONDS)
            self.round()

    def round(self) -> None:
        try:
            done = sweep()
        except CalendarVersion.DoesNotExist as error:
            raise CommandError(
                "The office calendar is empty. Run `manage.py seed` first.", returncode=2
            ) from error
        done["sent"] = send_letters()
        self.stdout.write(", ".join(f"{name} {count}" for name, count in done.items()))


def moment(text: str) -> datetime:
    """An ISO moment; Taipei where no zone is given, nine o'clock where no time is."""
    try:
        found = datetime.fromisoformat(text if len(text) > 10 else f"{text}T09:00")
    except ValueError as error:
        raise CommandError(f"Not an ISO moment: {text!r}", returncode=2) from error
    return found if found.tzinfo else found.replace(tzinfo=clock.TAIPEI)
