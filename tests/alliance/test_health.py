"""The pages that say how the portal is doing."""

from datetime import timedelta

import pytest
from django.test import Client

from members import clock
from members.models import Letter
from proposals.models import CalendarDay, Heartbeat
from tests import cases


def test_livez_asks_nobody(client: Client) -> None:
    response = client.get("/livez")  # without a database fixture: any query would fail
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_readyz_is_ok_with_all_servers(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    assert abs(float(response.json()["clock_skew_seconds"])) < 1


@pytest.mark.django_db
def test_readyz_without_the_broker_is_degraded_and_still_ready(client: Client, settings: object) -> None:
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"  # type: ignore[attr-defined]
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["status"] == "degraded"


@pytest.mark.django_db
def test_status_tells_people_without_naming_anybody(client: Client) -> None:
    cases.calendar()
    user = cases.person("somebody@example.org", name="某人")
    hour_ago = clock.now() - timedelta(hours=1)
    Letter.objects.create(
        key="k",
        message_id="m",
        kind="test",
        recipient=user,
        to=user.email,
        subject="s",
        body="b",
        language="en",
        not_before=hour_ago,
        created_at=hour_ago,
    )
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": hour_ago})
    response = client.get("/status")
    page = response.content.decode()
    assert response.context["letters_wait"] is True
    assert response.context["sweep_is_late"] is True
    assert response.context["calendar_until"] == CalendarDay.objects.latest("day").day
    assert user.email not in page
    assert user.name not in page


@pytest.mark.django_db
def test_status_of_an_empty_portal_is_no_error(client: Client) -> None:
    response = client.get("/status")
    assert response.status_code == 200
    assert response.context["calendar_ends_soon"] is True
