"""A real browser on a real server: Chromium of the system, the portal, PostgreSQL and Redis."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.test import testcases
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from accounts.models import User
from regulations import services as regulations
from tests.e2e.visitor import Visitor

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_PATIENCE_MS = 20_000
WIDTHS = {"phone": (390, 844), "tablet": (820, 1180), "desktop": (1440, 900)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser journeys share one browser: xdist keeps them in one worker."""
    for item in items:
        if "tests/e2e/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed, and CI must drive the browser journeys.")
        pytest.skip("browser journeys skipped: install Debian's chromium to run them")
    # Playwright's loop runs in this thread; Django would take every query for a mistake.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def static_files_are_found() -> None:
    """Let the live server find static files as `make run` does.

    pytest-django looks for staticfiles' own name, and ours is installed by its configuration.
    """
    setattr(testcases, "_StaticFilesHandler", StaticFilesHandler)  # noqa: B010  a class by name


@pytest.fixture(params=WIDTHS, ids=str)
def screen(request: pytest.FixtureRequest) -> tuple[int, int]:
    return WIDTHS[request.param]


@pytest.fixture
def law_in_force(transactional_db) -> None:
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _no_attempts_were_counted() -> None:
    """Signing up three times in a minute is a robot's habit, and ours."""
    cache.clear()


@pytest.fixture
def visit(chromium: Browser, live_server, law_in_force):
    """Open the portal as a new visitor on a screen; `user` is signed in already."""
    contexts: list[BrowserContext] = []

    def open_as(
        user: User | None = None, *, screen: tuple[int, int] = WIDTHS["phone"], **more: Any
    ) -> Visitor:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": screen[0], "height": screen[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **more,
        )
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        visitor = Visitor(context.new_page(), url=live_server.url)
        if user is not None:
            visitor.signs_in(user)
        return visitor

    yield open_as
    for context in contexts:
        context.close()
