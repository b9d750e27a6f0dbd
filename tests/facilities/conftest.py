"""The law, loaded as a fresh portal loads it."""

import functools
from datetime import UTC, datetime

import pytest

from regulations import services as regulations
from regulations.datafiles import read

# The data files do not change while tests run: they are parsed once, loaded for each test.
_read_once = functools.cache(read)


def load_the_law(monkeypatch) -> None:
    monkeypatch.setattr(regulations, "read", _read_once)
    regulations.load(now=datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def law(db, monkeypatch):
    load_the_law(monkeypatch)
