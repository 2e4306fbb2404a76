"""Is it alive and is it ready, for machines; how is it doing, for people. Never a person's data."""

from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from redis import Redis, RedisError

from alliance.promises import Severity, judged
from alliance.watch import skew_seconds, survey
from members import clock

LONGEST_SKEW_SECONDS = 5


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
    """For people, and with `?format=json` for scripts: which promises hold, what to do where one does not."""
    database = _database()
    findings = judged(survey()) if database == "ok" else []
    code = 200 if database == "ok" else 503
    if request.GET.get("format") == "json":
        is_kept = database == "ok" and not any(f.severity is Severity.BROKEN for f in findings)
        promises = [
            {"code": f.code, "state": f.severity, "figure": f.figure, "sentence": f.sentence}
            for f in findings
        ]
        return JsonResponse(
            {"status": "ok" if is_kept else "broken", "database": database, "promises": promises},
            status=code,
            json_dumps_params={"ensure_ascii": False},
        )
    context: dict[str, Any] = {
        "database": database,
        "broker": _broker(),
        "now": clock.now(),
        "findings": [f for f in findings if f.severity is not Severity.UNKNOWN],
        "troubles": [f for f in findings if f.is_trouble],
    }
    return render(request, "alliance/status.html", context, status=code)


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
    skew = skew_seconds()
    return ("ok" if abs(skew) <= LONGEST_SKEW_SECONDS else "skewed"), skew


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
