"""The queue's settings on which the promise rests that no reminder is lost or sent twice."""

from celery.schedules import crontab
from django.conf import settings

from alliance.celery import app


def test_schedule_names_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled <= set(app.tasks)


def test_each_scheduled_task_expires_before_the_next() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        is_daily = isinstance(entry["schedule"], crontab)
        assert entry["options"]["expires"] <= (86_400 if is_daily else entry["schedule"])


def test_a_killed_worker_loses_no_task() -> None:
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_time_limit < app.conf.broker_transport_options["visibility_timeout"]
