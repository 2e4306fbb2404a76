"""What the worker does for proposals. No logic here."""

from celery import shared_task

from proposals import reminders


@shared_task
def sweep() -> None:
    reminders.sweep()
