"""What the tests of bookings share."""

from datetime import UTC, datetime

import pytest

from regulations import services as regulations


@pytest.fixture
def law(db):
    """The law, loaded as a fresh portal loads it."""
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
