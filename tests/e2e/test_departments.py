"""A department comes along to a visit, and two inspectors sign one result, in a browser."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from inspections import services
from inspections.dossier_types import BriefStep
from inspections.models import Visit
from inspections.services import Given
from inspections.types import Answer, Department, VisitState
from tests.e2e.conftest import WIDTHS
from tests.e2e.visitor import Visitor
from tests.inspections.situations import Jinshan, make_jinshan, make_visit
from tests.inspections.visiting import (
    PASSWORD,
    answer_all,
    begun,
    part_of,
    ready_to_visit,
    signed,
)

SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def jinshan(law_in_force) -> Jinshan:
    return ready_to_visit(make_jinshan(houses_a_street=1))


def looked_at(person: Visitor, name: str) -> None:
    """Fits every screen, and bars nobody."""
    person.finds_no_barrier()
    for width, height in WIDTHS.values():
        person.page.set_viewport_size({"width": width, "height": height})
        too_wide = "document.documentElement.scrollWidth > innerWidth"
        assert not person.page.evaluate(too_wide), (name, width)
        if SHOTS:
            shot = Path(SHOTS) / f"{name}-{width}.png"
            person.page.screenshot(path=str(shot), full_page=True)


def test_a_department_comes_along_and_signs_its_own(visit, jinshan: Jinshan) -> None:
    now = timezone.now()
    going_on = begun(jinshan, now=now)
    lead = jinshan.actor("lead")
    brief = services.generate_brief(
        district="310116", department=Department.FIRE, actor=lead, now=now
    )
    services.note_brief(
        brief=str(brief.public_id), step=BriefStep.SENT, who="收文室", actor=lead, now=now
    )
    officer: Visitor = visit(jinshan.users["fire"], screen=WIDTHS["tablet"])

    officer.goto("/work/")
    officer.sees("部门简报")
    looked_at(officer, "work")
    officer.goto("/inspections/")
    officer.sees("可以加入的检查")
    looked_at(officer, "today")
    officer.page.get_by_role("button", name="加入").click()
    officer.page.wait_for_url("**/inspections/visits/**")
    part = part_of(going_on, Department.FIRE)
    officer.goto(f"/inspections/visits/{going_on.public_id}/")
    looked_at(officer, "visit")
    officer.goto("/inspections/briefs/")
    looked_at(officer, "briefs")
    officer.page.get_by_role("button", name="签收").click()
    officer.sees("已签收")

    answer_all(jinshan, part, "fire", now=now, fire_ways=Given(Answer.FAILS, "通道堆物"))
    officer.goto(f"/inspections/visits/parts/{part.public_id}/sign/")
    looked_at(officer, "sign")
    signed(jinshan, part, "fire", now=now)
    officer.goto("/inspections/orders/")
    officer.sees("只算消防部门")
    looked_at(officer, "orders")
    officer.goto("/inspections/cases/")
    looked_at(officer, "cases")
    going_on.refresh_from_db()
    assert going_on.state == VisitState.OPEN  # education has not signed


def test_the_second_inspector_signs_in_their_own_session(visit, jinshan: Jinshan) -> None:
    now = timezone.now()
    sent = make_visit(jinshan.houses[0], timezone.localdate(), signed=False)
    for who in ("inspector", "inspector_1"):
        sent.goers.create(user=jinshan.users[who])
    services.open_visit(visit=str(sent.public_id), actor=jinshan.actor("inspector"), now=now)
    part = part_of(sent)
    answer_all(jinshan, part, now=now)
    signed(jinshan, part, now=now, house_name="", has_refused=True, absent_because="负责人不认可")
    second: Visitor = visit(jinshan.users["inspector_1"], screen=WIDTHS["tablet"])

    second.goto("/inspections/")
    second.sees("等我签字")
    looked_at(second, "waits")
    second.goto(f"/inspections/visits/parts/{part.public_id}/")
    second.sees("第二名检查人员签字")
    second.sees("拒签")
    looked_at(second, "countersign")
    second.fill("name", jinshan.users["inspector_1"].name)
    second.fill("password", PASSWORD)
    second.page.get_by_role("button", name="签字，不能再改").click()
    second.page.wait_for_url("**/result/")
    looked_at(second, "result")

    assert Visit.objects.get(pk=sent.pk).state == VisitState.SIGNED
    second.goto(f"/inspections/visits/{sent.public_id}/")
    looked_at(second, "done")


def test_the_lead_sends_somebody_else(visit, jinshan: Jinshan) -> None:
    sent = make_visit(jinshan.houses[0], timezone.localdate(), signed=False)
    for who in ("inspector", "inspector_1"):
        sent.goers.create(user=jinshan.users[who])
    lead: Visitor = visit(jinshan.users["lead"], screen=WIDTHS["tablet"])

    lead.goto(f"/inspections/visits/{sent.public_id}/instead/")
    looked_at(lead, "instead")
