"""What the worker does for members. No logic here."""

from celery import shared_task

from members.actions import sending


@shared_task
def send_letters() -> None:
    sending.send_letters()
