"""The law, and a district with its officers."""

import pytest

from tests.facilities.conftest import load_the_law
from tests.inspections.situations import Jinshan, make_jinshan


@pytest.fixture
def law(db, monkeypatch):
    load_the_law(monkeypatch)


@pytest.fixture
def jinshan(law) -> Jinshan:
    return make_jinshan()
