"""What the fault tests share."""

from datetime import UTC, datetime

import pytest

from regulations import services as regulations


@pytest.fixture
def law(transactional_db):
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))
