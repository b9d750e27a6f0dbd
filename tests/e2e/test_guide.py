"""百问百答 without an account, its desk, and a house's 诚信档案, in a browser."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from guide import services
from tests.inspections.order_situations import closed, make_finding, make_keeper, make_order
from tests.inspections.situations import Jinshan, make_jinshan

pytestmark = pytest.mark.usefixtures("law_in_force")
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def jinshan(law_in_force) -> Jinshan:
    services.load_guide(now=timezone.now())
    scene = make_jinshan(houses_a_street=1)
    make_keeper(scene)
    return scene


def shot(person, name: str) -> None:
    if SHOTS:
        width = person.page.viewport_size["width"]
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def test_somebody_looks_for_an_answer_and_reads_what_it_rests_on(visit, screen, jinshan: Jinshan):
    anybody = visit(screen=screen)
    anybody.goto("/guide/")
    anybody.finds_no_barrier()
    shot(anybody, "guide")
    anybody.fill("q", "孩子发烧了")
    anybody.sees("找到")
    anybody.sees("37.2℃")
    anybody.finds_no_barrier()
    anybody.find("details.question[open] .verdict-clause summary").click()
    shot(anybody, "guide-found")
    anybody.find("details.question[open] .answer-cites a").click()
    anybody.sees("现行规定")
    anybody.goto("/guide/questions/cancel/")
    anybody.finds_no_barrier()
    shot(anybody, "guide-question")

    lead = visit(jinshan.users["lead"], screen=screen)
    lead.goto("/guide/desk/")
    lead.finds_no_barrier()
    shot(lead, "guide-desk")
    lead.goto("/guide/desk/questions/when-ill/?district=310116")
    lead.finds_no_barrier()
    lead.fill("title", "孩子生病了能去吗？")
    shot(lead, "guide-write")
    lead.find("button", words="保存草稿").click()
    lead.sees("请另一位同事发布")
    lead.finds_no_barrier()
    shot(lead, "guide-draft")


def test_a_house_objects_and_the_lead_decides(visit, screen, jinshan: Jinshan):
    make_finding(jinshan, code="care-water")
    closed(jinshan, make_order(jinshan))
    address = f"/inspections/credit/{jinshan.houses[0].public_id}/"
    keeper = visit(jinshan.users["keeper"], screen=screen)
    keeper.goto("/inspections/credit/")
    keeper.finds_no_barrier()
    keeper.goto(address)
    keeper.find("summary", words="这一条不对").click()
    keeper.find("textarea").fill("那天已经改好，照片在整改单里。")
    keeper.finds_no_barrier()
    shot(keeper, "credit-house")
    keeper.find("button", words="提交异议").click()
    keeper.sees("等督导负责人决定")

    lead = visit(jinshan.users["other_lead"], screen=screen)
    lead.goto(address)
    lead.finds_no_barrier()
    shot(lead, "credit-lead")
