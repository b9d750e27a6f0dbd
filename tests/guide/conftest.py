"""The law and the shipped answers, and a district with two leads and inspectors."""

import pytest

from guide import services
from tests.facilities.conftest import load_the_law
from tests.inspections.situations import NOW, Jinshan, make_jinshan


@pytest.fixture
def law(db, monkeypatch):
    load_the_law(monkeypatch)


@pytest.fixture
def shipped(law):
    return services.load_guide(now=NOW)


@pytest.fixture
def jinshan(shipped) -> Jinshan:
    return make_jinshan(houses_a_street=1)
