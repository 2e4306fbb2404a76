from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from members.actions.seed import seed_members
from proposals.actions.seed import seed_time, seed_triage
from workinggroups.actions.seed import seed_groups


class Command(BaseCommand):
    help = (
        "Put into the tables what the portal starts with: bodies, organisations, fields, laws, groups, "
        "programmes, office calendar, closures, periods, reminder ladders, criteria, saved texts, routing "
        "rules. Safe to run again: it adds what is missing and changes nothing that somebody has edited."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            counts = {**seed_members(), **seed_groups(), **seed_time(), **seed_triage()}
        added = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        self.stdout.write(f"Added: {added}." if added else "Nothing to add.")
