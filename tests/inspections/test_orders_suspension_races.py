"""Two orders that suspend one house, at once; each with what would happen without the lock."""

from collections.abc import Callable
from threading import Event

import pytest
from django.db import transaction

from inspections.models import RectificationOrder
from inspections.services import orders
from inspections.services.orders import decide, suspend
from inspections.types import Severity
from tests.facilities.conftest import load_the_law
from tests.facilities.races import Meanwhile, somebody_waits_for_a_lock
from tests.inspections.order_situations import make_order, rechecked
from tests.inspections.situations import NOW, Jinshan, make_jinshan

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def scene(transactional_db, monkeypatch, settings, tmp_path) -> Jinshan:
    settings.MEDIA_ROOT = tmp_path
    load_the_law(monkeypatch)
    return make_jinshan(houses_a_street=1)


@pytest.fixture
def passed(scene: Jinshan) -> RectificationOrder:
    """It suspends the house, and its 再检查 was passed."""
    return _passed(scene, "fire-exit")


def _passed(scene: Jinshan, code: str) -> RectificationOrder:
    order = make_order(scene, severity=Severity.SEVERE, code=code)
    suspends(scene, order)
    rechecked(scene, order)
    return order


def suspends(scene: Jinshan, order: RectificationOrder) -> None:
    orders.suspend_by_order(
        order=str(order.public_id), reason="消防通道堵塞", actor=scene.actor("lead"), now=NOW
    )


def closes(scene: Jinshan, order: RectificationOrder) -> None:
    orders.close_order(order=str(order.public_id), actor=scene.actor("lead"), now=NOW)


def while_it_closes(
    scene: Jinshan, order: RectificationOrder, then: Callable[[], object], *, waits: bool
) -> None:
    """Close an order, and before that is written do something else."""
    closed, go_on = Event(), Event()

    def close_and_wait() -> None:
        with transaction.atomic():
            closes(scene, order)
            closed.set()
            assert go_on.wait(30)

    first = Meanwhile(close_and_wait)
    assert closed.wait(30)
    second = Meanwhile(then)
    assert somebody_waits_for_a_lock() if waits else second.is_done_within(30)
    go_on.set()
    first.finish()
    second.finish()


def state(scene: Jinshan) -> str:
    house = scene.houses[0]
    house.refresh_from_db()
    return house.state


class TestTheLastTwoOrdersAreClosedAtOnce:
    def test_the_house_goes_on(self, scene: Jinshan, passed):
        other = _passed(scene, "first-aid")

        while_it_closes(scene, passed, lambda: closes(scene, other), waits=True)

        assert state(scene) == "open"

    def test_without_the_lock_it_would_stay_suspended_by_nothing(
        self, scene: Jinshan, passed, monkeypatch
    ):
        other = _passed(scene, "first-aid")
        monkeypatch.setattr(decide, "lock_houses", lambda _: [])

        while_it_closes(scene, passed, lambda: closes(scene, other), waits=False)

        assert state(scene) == "suspended"


class TestAnotherOrderSuspendsWhileTheFirstIsClosed:
    def test_the_house_is_suspended(self, scene: Jinshan, passed):
        other = make_order(scene, severity=Severity.SEVERE, code="first-aid")

        while_it_closes(scene, passed, lambda: suspends(scene, other), waits=True)

        assert state(scene) == "suspended"

    def test_without_the_lock_it_would_be_open_in_spite_of_its_order(
        self, scene: Jinshan, passed, monkeypatch
    ):
        other = make_order(scene, severity=Severity.SEVERE, code="first-aid")
        monkeypatch.setattr(suspend, "lock_houses", lambda _: [])

        while_it_closes(scene, passed, lambda: suspends(scene, other), waits=False)

        assert state(scene) == "open"
        assert other.steps.filter(event="suspend").exists()
