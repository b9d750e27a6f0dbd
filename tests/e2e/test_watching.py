"""风险预警, two who look at the same, and the law of a day, on every screen."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from common.intervals import day_in_shanghai
from facilities.models import LiabilityInsurance
from inspections import services
from inspections.models import RiskWarning, ShadowVisit, Visit, VisitInspector
from inspections.types import Prefill, Severity
from tests.e2e.conftest import WIDTHS
from tests.inspections.order_situations import make_keeper, make_order
from tests.inspections.situations import Jinshan, make_jinshan
from tests.inspections.test_lift import many
from tests.inspections.test_shadow import shadowed
from tests.inspections.visiting import ready_to_visit
from tests.safety.factories import make_item

pytestmark = pytest.mark.usefixtures("law_in_force")
SHOTS = os.environ.get("SHOTS", "")
SCREENS = pytest.mark.parametrize("screen", list(WIDTHS.values()), ids=list(WIDTHS))


@pytest.fixture
def jinshan(law_in_force, settings, tmp_path) -> Jinshan:
    settings.MEDIA_ROOT = tmp_path
    scene = ready_to_visit(make_jinshan())
    house = scene.houses[0]
    make_keeper(scene, house)
    LiabilityInsurance.objects.filter(facility__in=scene.houses[:3]).delete()
    for _ in range(6):
        make_item(house)
    many(scene)
    return scene


def shot(person, name: str) -> None:
    if SHOTS:
        width = person.page.viewport_size["width"]
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def looks(person, address: str, name: str, words: str) -> None:
    person.goto(address)
    person.sees(words)
    person.finds_no_barrier()
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert person.page.evaluate(wider) <= 0, address
    shot(person, name)


@SCREENS
def test_an_officer_reads_the_warnings_and_answers_one(visit, screen, jinshan: Jinshan):
    services.warn(now=timezone.now())
    high = RiskWarning.objects.get(facility=jinshan.houses[0])

    lead = visit(jinshan.users["lead"], screen=screen)
    looks(lead, "/inspections/warnings/", "warnings", "责任险已经失效")
    looks(lead, f"/inspections/warnings/{high.public_id}/", "warning", "准备怎么做")
    lead.fill("words", "明天电话了解，周五前去看。")
    lead.page.get_by_role("button", name="记下").click()
    lead.sees("明天电话了解")
    looks(lead, "/inspections/draws/", "lift", "按风险分抽到的")

    keeper = visit(jinshan.users["keeper"], screen=screen)
    looks(keeper, "/inspections/warnings/mine/", "own_warnings", "自查或演练逾期")


@SCREENS
def test_the_second_inspector_answers_alone(visit, screen, jinshan: Jinshan):
    now = timezone.now()
    planned = Visit.objects.create(
        facility=jinshan.houses[0], kind="patrol", planned_on=day_in_shanghai(now)
    )
    for who in ("inspector", "inspector_1"):
        VisitInspector.objects.create(visit=planned, user=jinshan.users[who])
    shadow = shadowed(jinshan, planned)
    services.open_visit(visit=str(planned.public_id), actor=jinshan.actor("inspector"), now=now)
    assert ShadowVisit.objects.count() == 1

    second = visit(jinshan.users["inspector_1"], screen=screen)
    looks(second, "/inspections/", "today", "请我独立打分")
    looks(second, f"/inspections/shadow/{shadow.public_id}/", "shadow", "签字以前您看不到")
    second.page.get_by_role("button", name="签字，不再改").click()
    second.sees("还有")

    lead = visit(jinshan.users["lead"], screen=screen)
    looks(lead, "/inspections/agreement/", "agreement", "两人一致程度")


@SCREENS
def test_a_finding_leads_to_the_law_of_its_day(visit, screen, jinshan: Jinshan):
    order = make_order(
        jinshan, prefill=Prefill.RATIO, severity=Severity.SERIOUS, code="people-ratio"
    )
    lead = visit(jinshan.users["lead"], screen=screen)

    looks(lead, f"/inspections/orders/{order.public_id}/", "order", "按当天的规定")
    day = day_in_shanghai(timezone.now() + timedelta(days=1))
    looks(lead, f"/inspections/policy/?on={day}", "policy", "第1版")
