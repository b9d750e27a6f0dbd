"""金山 with its officers, and the keeper of its first house."""

import pytest

from tests.facilities.conftest import load_the_law
from tests.inspections.order_situations import make_keeper
from tests.inspections.situations import Jinshan, make_jinshan


@pytest.fixture
def jinshan(db, monkeypatch) -> Jinshan:
    load_the_law(monkeypatch)
    scene = make_jinshan(houses_a_street=1)
    make_keeper(scene)
    return scene
