"""The shipped law, with and without a database."""

from datetime import UTC, datetime

import pytest

from regulations import datafiles, services
from regulations.datafiles import LawFiles
from regulations.rules import LawBook

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def files() -> LawFiles:
    return datafiles.read()


@pytest.fixture(scope="session")
def book(files: LawFiles) -> LawBook:
    return LawBook(datafiles.limits_of(files))


@pytest.fixture
def law(db: None) -> None:
    services.load(now=NOW)
