"""What the tests of the API share."""

from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from common.throttles import RequestsAMinute
from regulations import services as regulations
from tests.api.world import World, make_world


@pytest.fixture
def law(db: None) -> None:
    """The law, loaded as a fresh portal loads it."""
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def world(law: None) -> World:
    return make_world()


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RequestsAMinute, "_redis_is_away_until", 0.0)
    cache.clear()
