"""The pages that say how the portal is doing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from members import clock
from members.models import Letter
from proposals.models import Heartbeat
from tests import cases
from tests.cases import signed_in


def letter_due(**ago: float) -> Letter:
    """A letter to 某人 that should have left so long ago."""
    user = cases.person("somebody@example.org", name="某人")
    moment = clock.now() - timedelta(**ago)
    return Letter.objects.create(
        key=f"k{ago}",
        message_id=f"m{ago}",
        kind="test",
        recipient=user,
        to=user.email,
        subject="s",
        body="b",
        language="en",
        not_before=moment,
        created_at=moment,
    )


def silent_for(**ago: float) -> None:
    Heartbeat.objects.update_or_create(name="sweep", defaults={"at": clock.now() - timedelta(**ago)})


@pytest.fixture
def long_running(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web process of yesterday, which has seen the engines at work."""
    from alliance import watch

    monkeypatch.setattr(watch, "_started", watch._started - 24 * 60 * 60)


def staff() -> Client:
    return signed_in(cases.person("office@example.org", secretariat=True))


def ministry() -> Client:
    return signed_in(cases.liaison_of(cases.ministry()))


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
@pytest.mark.usefixtures("long_running")
def test_readyz_takes_no_account_of_a_scheduler_that_stands_still(client: Client) -> None:
    silent_for(hours=1)
    assert client.get("/readyz").json()["status"] == "ok"


@pytest.mark.django_db
@pytest.mark.usefixtures("long_running")
def test_status_tells_people_without_naming_anybody(client: Client) -> None:
    cases.calendar()
    letter = letter_due(hours=1)
    silent_for(hours=1)
    response = client.get("/status")
    page = response.content.decode()
    assert [trouble.code for trouble in response.context["troubles"]] == ["sweep", "letters"]
    assert response.context["troubles"][0].sentence in page
    assert letter.to not in page
    assert letter.recipient.name not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("long_running")
def test_status_tells_scripts_which_promise_is_broken(client: Client) -> None:
    cases.calendar()
    silent_for(hours=1)
    told = client.get("/status", {"format": "json"}).json()
    assert told["status"] == "broken"
    assert [row["code"] for row in told["promises"] if row["state"] == "broken"] == ["sweep"]
    silent_for(minutes=1)
    assert client.get("/status", {"format": "json"}).json()["status"] == "ok"


@pytest.mark.django_db
def test_status_of_an_empty_portal_is_no_error(client: Client) -> None:
    response = client.get("/status")
    assert response.status_code == 200
    assert [trouble.code for trouble in response.context["troubles"]] == ["calendar"]


@pytest.mark.django_db
@pytest.mark.usefixtures("long_running")
@pytest.mark.parametrize("of", [staff, ministry])
def test_scheduler_that_stands_still_is_seen_by_those_who_work_here(of: object) -> None:
    client, path = of(), "/en/admin/" if of is staff else "/en/dashboard/"  # type: ignore[operator]
    silent_for(minutes=2)
    assert "trouble-banner" not in client.get(path).content.decode()
    silent_for(minutes=6)
    page = client.get(path).content.decode()
    assert "trouble-banner" in page
    assert "The scheduler stands still" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("long_running")
def test_letters_that_do_not_leave_are_seen_though_the_sweep_runs() -> None:
    silent_for(minutes=1)
    letter_due(minutes=16)
    assert "Letters are not leaving" in ministry().get("/en/dashboard/").content.decode()


@pytest.mark.django_db
def test_portal_that_has_just_started_gives_its_engines_time(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    from alliance import watch

    monkeypatch.setattr(watch, "_started", time.monotonic())
    silent_for(days=3)
    letter_due(days=3)
    assert "trouble-banner" not in ministry().get("/en/dashboard/").content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("long_running")
def test_public_pages_show_no_banner_and_do_not_look() -> None:
    silent_for(hours=1)
    Client().get("/en/help/")
    with CaptureQueriesContext(connection) as queries:
        page = Client().get("/en/help/").content.decode()
    assert "trouble-banner" not in page
    assert not [query for query in queries if "heartbeat" in query["sql"]]


@pytest.mark.django_db
def test_banner_costs_one_query() -> None:
    from alliance.promises import troubles
    from alliance.watch import glance

    with CaptureQueriesContext(connection) as queries:
        troubles(glance())
    assert len(queries) == 1
