"""What the worker does for members. No logic here."""

from celery import shared_task

from members.actions import applications, contacts, sending


@shared_task
def send_letters() -> None:
    sending.send_letters()


@shared_task
def forget_applications() -> None:
    applications.forget_applications()


@shared_task
def tend_contact_requests() -> None:
    contacts.tend_contact_requests()
