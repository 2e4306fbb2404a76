"""What the worker does for members. No logic here."""

from celery import shared_task

from members.actions import applications, sending


@shared_task
def send_letters() -> None:
    sending.send_letters()


@shared_task
def forget_applications() -> None:
    applications.forget_applications()
