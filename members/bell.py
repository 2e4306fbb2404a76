"""Tells the worker that there is something to do. Nobody relies on it: the sweep finds the rows anyway."""

import logging
import time

from celery import current_app

log = logging.getLogger(__name__)

QUIET_SECONDS = 30
PATIENCE_SECONDS = 1

_silent_until = 0.0


def ring(task: str) -> None:
    """Sends the task's name to the broker. Never raises; waits for a second or two at most.

    After a broker that did not answer it stays silent for half a minute, so that an outage costs one
    request its second and not all of them.
    """
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        with current_app.connection_for_write(
            connect_timeout=PATIENCE_SECONDS,
            transport_options={
                "socket_connect_timeout": PATIENCE_SECONDS,
                "socket_timeout": PATIENCE_SECONDS,
                "retry_on_timeout": False,
            },
        ) as connection:
            current_app.send_task(task, connection=connection, retry=False, expires=60)
    except Exception as error:
        _silent_until = time.monotonic() + QUIET_SECONDS
        log.warning("The broker did not answer; %s waits for the next sweep: %r", task, error)
