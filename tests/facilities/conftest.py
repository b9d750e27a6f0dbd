"""The law, loaded as a fresh portal loads it."""

from datetime import UTC, datetime

import pytest

from regulations import services as regulations


@pytest.fixture
def law(db):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
