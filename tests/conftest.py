"""What all tests share. The servers are in services.py, which pytest loads before Django's settings."""

import gc
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadFileScheduling

from tests import services

pytest_plugins = ["tests.browser"]

# How long one example takes says something of the machine, and nothing of what is true.
hypothesis.settings.register_profile(
    "suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


CRAWLERS = ("test_rights_matrix.py", "test_canary.py", "test_headers.py")
LONG = (*CRAWLERS, "test_axe.py", "test_portal.py")
"""Files with few tests that take minutes: side by side they come first, so that none is left for the end."""


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.path.name in CRAWLERS:
        item.add_marker(pytest.mark.timeout(900))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Side by side (`-n`), the long files first, then the others by the number of their tests."""
    if hasattr(config, "workerinput"):
        tests = Counter(item.path for item in items)
        items.sort(key=lambda item: (item.path.name not in LONG, -tests[item.path], item.path))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and the thousands of tests stay to the end: the garbage collector need not walk them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


class ByFile(LoadFileScheduling):
    """Side by side (`-n`), a file's tests stay together, and those that look at one crawl too."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return "crawl" if file.endswith(CRAWLERS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    config.option.loadscopereorder = False  # the order is the one above
    return ByFile(config, log)


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """Each test begins in the portal's first language, whatever the one before it read."""
    from django.conf import settings
    from django.utils import translation

    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture(scope="session", autouse=True)
def addresses_follow_the_first_language() -> None:
    """Addresses made while a test calls English the first language are not kept for the next one."""
    from django.test.signals import setting_changed
    from django.urls import clear_url_caches

    def forget(setting: str, **_about: object) -> None:
        if setting == "LANGUAGE_CODE":
            clear_url_caches()

    setting_changed.connect(forget, weak=False)


@pytest.fixture(scope="session", autouse=True)
def context_of_the_page_only() -> None:
    """`response.context` is that of the page; Django would copy one for each icon and badge on it too."""
    from django.test import client

    store = client.store_rendered_templates

    def of_the_page(kept: Any, signal: Any, sender: Any, template: Any, context: Any, **more: Any) -> None:
        if context.template is template:
            store(kept, signal, sender, template, context, **more)

    client.store_rendered_templates = of_the_page


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> None:
    """Migrate as owner, go on as the application, and end transactional tests in `services.flush`."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import TransactionTestCase

    def migrate() -> None:
        connection.settings_dict["USER"] = services.OWNER
        call_command("migrate", verbosity=0)
        connection.close()
        connection.settings_dict["USER"] = services.APPLICATION

    with django_db_blocker.unblock():
        services.migrate_once(migrate)
    TransactionTestCase._fixture_teardown = lambda test: services.flush()


@pytest.fixture(scope="session")
def crawled(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any) -> Any:
    """Every row of `tests/rights/` as every role, walked once for all tests that look at it.

    Where nothing but single rows is asked of the matrix (`-k members`), those alone are walked.
    """
    from tests.crawl import crawl
    from tests.rights import ROWS

    asking = [item for item in request.session.items if "crawled" in getattr(item, "fixturenames", ())]
    asked = [getattr(item, "callspec", None) for item in asking]
    of_rows = [call.params for call in asked if call and {"row", "route"} & set(call.params)]
    rows = ROWS
    if len(of_rows) == len(asking):
        named = {params["row"].name for params in of_rows if "row" in params}
        routes = {params["route"] for params in of_rows if "route" in params}
        rows = [row for row in ROWS if row.name in named or row.route in routes]
    with django_db_blocker.unblock():
        return crawl(rows)


class PortalTime:
    """The portal's time in every thread: it runs on from the moment to which it was set last."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from django.utils import timezone

        self.really = timezone.now
        self.becomes(self.really())
        monkeypatch.setattr(timezone, "now", lambda: self.really() + self.ahead)

    def becomes(self, moment: datetime) -> None:
        self.ahead = moment - self.really()


@pytest.fixture
def portal_time(monkeypatch: pytest.MonkeyPatch) -> PortalTime:
    """For tests with servers and workers in other threads, where `clock.at` does not reach."""
    return PortalTime(monkeypatch)
