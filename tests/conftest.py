"""What all tests share."""

import os
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.conf import settings
from django.utils import timezone

from common.intervals import SHANGHAI

_SUNDAY_MORNING = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
_now = timezone.now
_BACK = _SUNDAY_MORNING - _now()


@pytest.fixture(autouse=True)
def _the_clock_of_the_tests(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let every page read the morning in which the tests' own people live, whatever day it is.

    A browser and processes of their own keep the machine's clock, and so do the tests that
    start them.
    """
    if not any(request.node.get_closest_marker(name) for name in ("browser", "services")):
        monkeypatch.setattr(timezone, "now", lambda: _now() + _BACK)


@pytest.fixture(autouse=True)
def _no_texts_were_sent() -> Iterator[None]:
    """Leave the file of sent texts empty, which the transactions of the tests do not take back."""
    (settings.DATA_DIR / "sms.jsonl").unlink(missing_ok=True)
    yield
    (settings.DATA_DIR / "sms.jsonl").unlink(missing_ok=True)


@pytest.fixture(scope="session")
def django_db_keepdb(request: pytest.FixtureRequest) -> bool:
    """Leave the test database where it is when its whole server is thrown away with the run.

    A browser's or a killed worker's last connection may outlive the last test by a moment; asking
    PostgreSQL to drop the database under it would be an error about nothing.
    """
    own_server = "babyhouse-test-" in os.environ.get("DATA_DIR", "")
    return own_server or bool(request.config.getoption("reuse_db", default=False))
