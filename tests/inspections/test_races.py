"""Two at once: one draw a month, one value a draw; each with its control."""

from threading import Barrier
from unittest import mock

import pytest
from django.db import IntegrityError, connection

from common.refusals import Refused
from inspections.models import Draw
from inspections.services import arrange_draw, draws
from inspections.types import DrawState
from tests.facilities.conftest import load_the_law
from tests.facilities.races import Meanwhile
from tests.inspections.situations import Jinshan, make_jinshan

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def scene(transactional_db, monkeypatch) -> Jinshan:
    load_the_law(monkeypatch)
    return make_jinshan()


@pytest.fixture
def both_look_before_either_writes(monkeypatch):
    """Take the lock away, and let nobody write before both have looked."""
    looked = Barrier(2, timeout=20)

    def look_and_wait(draw_id: int) -> Draw:
        draw = Draw.objects.select_related("district").get(pk=draw_id)
        looked.wait()
        return draw

    monkeypatch.setattr(draws, "lock_draw", look_and_wait)


def two_values(scene: Jinshan, draw: Draw) -> list[BaseException]:
    going_on = [
        Meanwhile(lambda: scene.reveal(draw, who="inspector", value="111")),
        Meanwhile(lambda: scene.reveal(draw, who="other_lead", value="222")),
    ]
    assert all(one.is_done_within(30) for one in going_on)
    return [one.failure for one in going_on if one.failure is not None]


def test_of_two_values_at_once_one_is_refused(scene: Jinshan):
    draw = scene.plan()

    [failure] = two_values(scene, draw)

    assert isinstance(failure, Refused)
    draw.refresh_from_db()
    assert draw.state == DrawState.REVEALED


def test_without_the_lock_the_database_still_takes_one(
    scene: Jinshan, both_look_before_either_writes
):
    draw = scene.plan()

    [failure] = two_values(scene, draw)

    assert isinstance(failure, IntegrityError)
    assert "revealed once" in str(failure)


def test_without_lock_and_trigger_the_second_value_would_overwrite_the_first(
    scene: Jinshan, both_look_before_either_writes
):
    draw = scene.plan()
    _sql("ALTER TABLE inspections_draw DISABLE TRIGGER USER")
    try:
        assert two_values(scene, draw) == []
    finally:
        _sql("ALTER TABLE inspections_draw ENABLE TRIGGER USER")


@pytest.mark.parametrize("step", ["arrange", "publish"])
def test_of_two_leads_who_go_on_at_once_one_is_refused(scene: Jinshan, step: str):
    draw = scene.reveal(scene.plan())
    if step == "publish":
        scene.arrange(draw)
    act = getattr(scene, step)

    [failure] = _both(lambda: act(draw, who="lead"), lambda: act(draw, who="other_lead"))

    assert isinstance(failure, Refused)
    assert Draw.objects.get().visits.count() == len(draw.result)


def test_without_the_lock_the_database_still_sends_one_visit_to_a_house(
    scene: Jinshan, monkeypatch
):
    draw = scene.reveal(scene.plan())
    looked = Barrier(2, timeout=20)

    def plan_after_both_looked(*facts):
        looked.wait()
        return planned(*facts)

    planned = arrange_draw._plan_visits
    unlocked = Draw.objects.select_related("district").get
    monkeypatch.setattr(arrange_draw, "lock_draw", lambda pk: unlocked(pk=pk))
    monkeypatch.setattr(arrange_draw, "_plan_visits", plan_after_both_looked)

    [failure] = _both(
        lambda: scene.arrange(draw, who="lead"), lambda: scene.arrange(draw, who="other_lead")
    )

    assert isinstance(failure, IntegrityError)
    assert Draw.objects.get().visits.count() == len(draw.result)


def test_of_two_leads_who_freeze_at_once_one_is_refused(scene: Jinshan):
    nothing_seen = mock.patch.object(draws, "obstacles_to_plan", return_value=[])
    with nothing_seen:
        [failure] = _both(lambda: scene.plan(who="lead"), lambda: scene.plan(who="other_lead"))

    assert isinstance(failure, Refused)
    assert Draw.objects.count() == 1


def test_without_the_constraint_both_would_have_drawn(scene: Jinshan):
    _sql("ALTER TABLE inspections_draw DROP CONSTRAINT a_district_draws_once_a_month")
    try:
        with mock.patch.object(draws, "obstacles_to_plan", return_value=[]):
            failures = _both(lambda: scene.plan(who="lead"), lambda: scene.plan(who="other_lead"))

        assert failures == []
        assert Draw.objects.count() == 2
    finally:
        _sql("TRUNCATE inspections_draw CASCADE")
        _sql(
            "ALTER TABLE inspections_draw ADD CONSTRAINT a_district_draws_once_a_month"
            " UNIQUE (district_id, month, domain)"
        )


def _both(*acts) -> list[BaseException]:
    going_on = [Meanwhile(act) for act in acts]
    assert all(one.is_done_within(30) for one in going_on)
    return [one.failure for one in going_on if one.failure is not None]


def _sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
