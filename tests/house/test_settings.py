"""Production starts with all its settings or not at all; what browsers are told is strict."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

CHECKOUT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "a long enough secret, for this test only: 0123456789 abcdefghij KLMNOPQRST",
    "DATABASE_URL": "postgres://tba:x@db/tba",
    "REDIS_URL": "redis://broker/0",
    "CACHE_URL": "redis://cache/0",
    "EMAIL_URL": "smtp://mail:25",
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
}


def production(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    base = {"PATH": os.environ["PATH"], "PORTAL_MODE": "production"}
    return subprocess.run(
        [sys.executable, *command], cwd=CHECKOUT, env=base | environment, capture_output=True, text=True
    )


@pytest.mark.parametrize("missing", sorted(COMPLETE))
def test_production_refuses_without(missing: str) -> None:
    given = {name: value for name, value in COMPLETE.items() if name != missing}
    run = production(
        ["-c", "from django.conf import settings; settings.DEBUG"],
        given | {"DJANGO_SETTINGS_MODULE": "alliance.settings"},
    )
    assert run.returncode != 0
    assert f"these settings must be given: {missing}." in run.stderr


def test_production_is_the_default_mode() -> None:
    run = production(["-c", "import alliance.settings"], {"PORTAL_MODE": ""})
    assert run.returncode != 0
    assert "PORTAL_MODE" in run.stderr


def test_production_passes_the_deployment_check() -> None:
    run = production(["manage.py", "check", "--deploy", "--fail-level=WARNING"], COMPLETE)
    assert run.returncode == 0, run.stderr


@pytest.mark.django_db
def test_headers_are_strict(client: Client) -> None:
    headers = client.get("/livez").headers
    assert set(headers["Content-Security-Policy"].split("; ")) == {
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
