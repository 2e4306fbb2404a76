"""The portal's settings with a quick temper, at a moment of working hours, whenever the run begins."""

import os
from datetime import timedelta

from django.utils import timezone

from alliance.settings import *  # noqa: F403

LETTER_SECONDS = 4
LETTER_LEASE_MARGIN_SECONDS = 6
LETTER_RETRY_MINUTES = [0.03, 0.05, 0.1]
LETTERS_BUDGET_SECONDS = 10
EMAIL_TIMEOUT = 3
SWEEP_PAUSE_SECONDS = 1
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE = {
    "send letters": {"task": "members.tasks.send_letters", "schedule": 1, "options": {"expires": 5}},
    "sweep deadlines": {"task": "proposals.tasks.sweep", "schedule": 2, "options": {"expires": 5}},
}

_really_now = timezone.now
_ahead = timedelta(seconds=float(os.environ.get("CHAOS_AHEAD", 0)))
timezone.now = lambda: _really_now() + _ahead
