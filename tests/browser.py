"""pytest plugin: a real Chromium for the tests that use `page`, and signing in without the form."""

import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")


@cache
def chromium() -> str | None:
    """Where Chromium is; None lets playwright use its own. Tries to install one, else fails loudly."""
    if found := os.environ.get("CHROMIUM") or _on_path():
        return found
    if os.getuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)
        command = [
            "apt-get",
            "install",
            "-y",
            "-q",
            "--no-install-recommends",
            *PACKAGES,
        ]
        subprocess.run(
            command,
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
        if found := _on_path():
            return found
    try:
        subprocess.run(["playwright", "install", "chromium"], check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        pytest.exit(
            f"The browser tests need Chromium: install the packages {' '.join(PACKAGES)}, "
            "or name a Chromium in the variable CHROMIUM.",
            returncode=3,
        )
    return None


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any],
) -> dict[str, Any]:
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
    path = {"executable_path": found} if (found := chromium()) else {}
    return {**browser_type_launch_args, **path, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "zh-TW", "timezone_id": "Asia/Taipei"}


@pytest.fixture
def sign_in(page: Page, live_server: Any) -> Callable[[Any], Page]:
    """`sign_in(user)` gives the page a session of that user at the live server."""

    def as_user(user: Any) -> Page:
        from django.conf import settings

        from tests.cases import signed_in

        client = signed_in(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": session,
                    "url": live_server.url,
                }
            ]
        )
        return page

    return as_user


@pytest.fixture
def portal(page: Page, live_server: Any) -> Any:
    """The browser of a journey, in which each question of a page is answered with yes."""
    from tests.walking import Portal

    page.set_default_timeout(20_000)
    page.on("dialog", lambda dialog: dialog.accept())
    return Portal(page, live_server.url)
