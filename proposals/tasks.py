"""What the worker does for proposals. No logic here."""

from celery import shared_task

from proposals import reminders
from proposals.actions.files import delete_orphans


@shared_task
def sweep() -> None:
    reminders.sweep()


@shared_task
def tidy_files() -> None:
    delete_orphans()
