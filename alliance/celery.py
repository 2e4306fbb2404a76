"""The queue. Its settings are the CELERY_* lines of the portal's settings."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_success

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alliance.settings")

app = Celery("alliance")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

HEARTBEATS = {"proposals.tasks.sweep": "beat", "members.tasks.send_letters": "letters"}


@task_success.connect
def leave_heartbeat(sender: Any, **kwargs: Any) -> None:
    """What the queue has done is written down, so that it is seen when it does nothing any more."""
    from proposals.models import Heartbeat

    if name := HEARTBEATS.get(sender.name):
        Heartbeat.beat(name)
