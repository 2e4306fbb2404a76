import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction


class Command(BaseCommand):
    help = (
        "Make invented members, accounts of every role, cases, news and meetings (demo mode only). "
        "Safe to run again: "
        "it adds what is missing. Needs the seed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--accounts", action="store_true", help="only list the accounts with their password"
        )

    def handle(self, *args: Any, accounts: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "Invented cases have no place in production. This is for PORTAL_MODE=demo.", returncode=2
            )
        from alliance.demo import applicants, cast, contacts, meetings, news, offices, play, profiles, rooms

        if accounts:
            self.stdout.write(cast.table())
            return
        with transaction.atomic():
            people = cast.appoint()
            pages, requests = profiles.write(), contacts.write()
            cases = play.play_all(self.progress)
            items, dates = news.publish(), meetings.announce()
            applications = applicants.apply()
            places = rooms.open_room()
            terms = offices.fill()
        self.stdout.write(
            f"Added: {people} accounts, {pages} profiles, {requests} contact requests, {cases} cases, "
            f"{applications} applications, {items} news, {dates} meetings, {places} rooms and bookings, "
            f"{terms} terms and committees."
        )

    def progress(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{done}/{of} steps", ending="\n" if done == of else "")
