"""What the tests of bookings share."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from regulations import services as regulations
from tests.bookings.situations import NOW


@pytest.fixture
def law(db):
    """The law, loaded as a fresh portal loads it."""
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def clock(monkeypatch):
    """Pages are entered at NOW, whenever the tests are run; `clock.now` may be moved."""
    clock = SimpleNamespace(now=NOW)
    monkeypatch.setattr("accounts.entrance.timezone", SimpleNamespace(now=lambda: clock.now))
    return clock
