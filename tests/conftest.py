"""What all tests share. The servers are in services.py, which pytest loads before Django's settings."""

from typing import Any

import pytest

from tests import services

pytest_plugins = ["tests.browser"]


def pytest_configure() -> None:
    """The compiled translations are not in the repository."""
    from django.core.management import call_command

    call_command("messages", "--compile")


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> None:
    """Migrate as owner, go on as the application, and end transactional tests in `services.flush`."""
    from django.core.management import call_command
    from django.db import connection
    from django.test import TransactionTestCase

    with django_db_blocker.unblock():
        connection.settings_dict["USER"] = services.OWNER
        call_command("migrate", verbosity=0)
        connection.close()
        connection.settings_dict["USER"] = services.APPLICATION
    TransactionTestCase._fixture_teardown = lambda test: services.flush()


@pytest.fixture(scope="session")
def crawled(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Every row of `rights.py` as every role, walked once for all tests that look at it."""
    from tests.crawl import crawl

    with django_db_blocker.unblock():
        return crawl()
