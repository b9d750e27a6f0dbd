"""整改 in a browser: from the board over the house's plan to the closed order."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from common.intervals import day_in_shanghai
from inspections.models import RectificationOrder
from inspections.services import orders
from inspections.types import Severity
from tests.e2e.conftest import WIDTHS
from tests.inspections.order_situations import claimed, make_keeper, make_order, rechecked
from tests.inspections.situations import NOW, Jinshan, make_jinshan

pytestmark = pytest.mark.usefixtures("law_in_force")
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def jinshan(law_in_force, settings, tmp_path) -> Jinshan:
    settings.MEDIA_ROOT = tmp_path
    scene = make_jinshan()
    make_keeper(scene)
    grave = make_order(scene, severity=Severity.SEVERE, code="people-ratio")
    orders.suspend_by_order(
        order=str(grave.public_id), reason="消防通道堵塞", actor=scene.actor("lead"), now=NOW
    )
    claimed(scene, make_order(scene, severity=Severity.SERIOUS, code="care-toys"))
    rechecked(scene, make_order(scene, code="care-water"))
    return scene


def shot(person, name: str) -> None:
    if SHOTS:
        width = person.page.viewport_size["width"]
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


@pytest.mark.parametrize("screen", [WIDTHS["tablet"], WIDTHS["desktop"]], ids=["tablet", "desktop"])
def test_from_the_houses_plan_to_the_end(visit, screen, jinshan: Jinshan):
    order = make_order(jinshan, code="care-space", now=timezone.now())
    address = f"/inspections/orders/{order.public_id}/"
    today = day_in_shanghai(timezone.now())

    keeper = visit(jinshan.users["keeper"], screen=screen)
    keeper.goto("/inspections/orders/mine/")
    keeper.sees("待整改")
    keeper.finds_no_barrier()
    shot(keeper, "mine")
    keeper.goto(address)
    keeper.finds_no_barrier()
    shot(keeper, "house")
    keeper.fill("plan", "本周装好隔断，陈负责跟进。")
    keeper.fill("promised_on", today.isoformat())
    keeper.page.get_by_role("button", name="提交计划").click()
    keeper.sees("答应")

    lead = visit(jinshan.users["lead"], screen=screen)
    lead.goto("/inspections/orders/")
    lead.sees("有效结案率")
    lead.finds_no_barrier()
    shot(lead, "board")
    passed = RectificationOrder.objects.get(state="passed")
    lead.goto(f"/inspections/orders/{passed.public_id}/")
    lead.finds_no_barrier()
    shot(lead, "passed")
    lead.page.get_by_role("button", name="签字办结").click()
    lead.sees("这份整改单已经结束")
    shown = RectificationOrder.objects.get(state="claimed")
    lead.goto(f"/inspections/orders/{shown.public_id}/")
    lead.finds_no_barrier()
    shot(lead, "claimed")

    passed.refresh_from_db()
    assert passed.state == "closed"
