"""Is it alive and is it ready, for machines; how is it doing, for people. Never a person's data."""

import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from redis import Redis, RedisError

from members import clock
from members.models import Letter
from proposals.models import CalendarDay, Deadline, Heartbeat

LONGEST_SKEW = timedelta(seconds=5)
LONGEST_SILENCE = timedelta(minutes=15)


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing of anybody else."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready where the database answers, is migrated and agrees on the time.

    Without the broker it is degraded and still 200: reminders wait, nothing is lost.
    """
    checks = {"database": _database(), "migrations": "unknown", "clock": "unknown", "broker": _broker()}
    if checks["database"] == "ok":
        checks["migrations"] = _migrations()
        checks["clock"], skew = _clock()
        checks["clock_skew_seconds"] = f"{skew:.3f}"
    needed = [checks[name] for name in ("database", "migrations", "clock")]
    if any(value != "ok" for value in needed):
        return JsonResponse({"status": "unavailable", **checks}, status=503)
    return JsonResponse({"status": "ok" if checks["broker"] == "ok" else "degraded", **checks})


@never_cache
def status(request: HttpRequest) -> HttpResponse:
    """For people: does the portal send what it owes, and until when does it know the office days."""
    database = _database()
    context: dict[str, Any] = {"database": database, "broker": _broker(), "now": clock.now()}
    if database == "ok":
        context |= _work()
    return render(request, "alliance/status.html", context, status=200 if database == "ok" else 503)


def _work() -> dict[str, Any]:
    due = Letter.objects.filter(state__in=[Letter.State.DUE, Letter.State.SENDING]).order_by("not_before")
    oldest = due.values_list("not_before", flat=True).first()
    in_doubt = Letter.objects.filter(state=Letter.State.SENDING, lease_until__lt=clock.now()).count()
    waits = oldest is not None and clock.now() - oldest > LONGEST_SILENCE
    sweep = Heartbeat.objects.filter(name="sweep").values_list("at", flat=True).first()
    return {
        "last_sweep": sweep,
        "unplanned": Deadline.objects.to_remind(clock.today() - timedelta(days=1)).count(),
        "oldest_letter": oldest if oldest and oldest <= clock.now() else None,
        "letters_wait": waits,
        "in_doubt": in_doubt,
        "failed": Letter.objects.filter(state=Letter.State.FAILED).count(),
        "calendar_until": CalendarDay.objects.last_day(),
        "calendar_ends_soon": CalendarDay.objects.ends_soon(),
        "sweep_is_late": sweep is not None and clock.now() - sweep > LONGEST_SILENCE,
    }


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "unreachable"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} pending" if pending else "ok"


def _clock() -> tuple[str, float]:
    """Real clocks only: the application's may be set by a replay."""
    with connection.cursor() as cursor:
        started = time.monotonic()
        cursor.execute("SELECT clock_timestamp()")
        there = cursor.fetchone()[0]
        on_the_way = timedelta(seconds=(time.monotonic() - started) / 2)
    skew = timezone.now() - on_the_way - there
    return ("ok" if abs(skew) <= LONGEST_SKEW else "skewed"), skew.total_seconds()


def _broker() -> str:
    url = settings.CELERY_BROKER_URL
    if not url.startswith(("redis", "unix")):
        return "ok"
    try:
        with Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except (RedisError, ValueError):
        return "unreachable"
    return "ok"
