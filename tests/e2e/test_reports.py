"""A concern without account or script, its way through the office, and what the public reads."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from inspections import services
from inspections.case_types import CaseMove, Step
from inspections.models import Case
from inspections.types import VisitKind
from tests.inspections.situations import Jinshan, make_jinshan
from tests.inspections.test_dossier import signed

pytestmark = pytest.mark.usefixtures("law_in_force")
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def jinshan(law_in_force) -> Jinshan:
    return make_jinshan()


def shot(person, name: str) -> None:
    if SHOTS:
        width = person.page.viewport_size["width"]
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def test_a_concern_is_reported_handled_and_answered(visit, screen, jinshan: Jinshan):
    house = jinshan.houses[0]
    anybody = visit(screen=screen)
    anybody.goto(f"/report/?house={house.public_id}")
    anybody.finds_no_barrier()
    shot(anybody, "report")
    anybody.pick("kind", "safety")
    anybody.fill("what", "门口的插座没有盖，孩子伸手就够得到。上周说过一次，还是没有改。")
    anybody.find("button", words="交上去").click()
    anybody.sees("请记下受理编码")
    anybody.finds_no_barrier()
    shot(anybody, "receipt")
    code = anybody.find("code").inner_text()
    assert code not in anybody.at()

    lead = visit(jinshan.users["lead"], screen=screen)
    lead.goto("/inspections/cases/")
    lead.finds_no_barrier()
    shot(lead, "cases")
    case = Case.objects.get()
    now = timezone.now()
    services.take_case_step(
        case=str(case.public_id), step=Step(CaseMove.ACCEPT), actor=jinshan.actor("lead"), now=now
    )
    lead.goto(f"/inspections/cases/{case.public_id}/")
    lead.sees("分派")
    lead.finds_no_barrier()
    shot(lead, "case")
    again = visit(screen=screen)
    again.goto("/report/find/")
    again.finds_no_barrier()
    again.fill("code", code.lower())
    again.find("button", words="查进展").click()
    again.sees("已受理，正在安排经办的部门")
    again.finds_no_barrier()
    shot(again, "status")
    assert code not in again.at()


def test_the_public_reads_and_objects(visit, screen, jinshan: Jinshan):
    house, now = jinshan.houses[0], timezone.now()
    signed(jinshan, house, findings=("serious", "ordinary"), at=now - timedelta(days=30))
    for kind, items in (
        (VisitKind.SELF, (True,) * 18 + (False,) * 2),
        (VisitKind.PAIRED, (True,) * 19 + (False,)),
        (VisitKind.JOINT, (True,) * 18 + (False,) * 2),
    ):
        signed(jinshan, house, kind=kind, items=items, at=now - timedelta(days=25))
    lead = visit(jinshan.users["lead"], screen=screen)
    lead.goto(f"/inspections/stars/{house.public_id}/")
    lead.finds_no_barrier()
    shot(lead, "star")
    notice = services.propose_star(
        facility=str(house.public_id), actor=jinshan.actor("lead"), now=now - timedelta(days=20)
    )
    services.decide_notice(
        notice=str(notice.public_id), is_confirmed=True, reason="", actor=jinshan.actor("lead"),
        now=now,
    )  # fmt: skip
    services.publish_results(now=now)
    again = services.put_up_notice(
        district="310116",
        title="示范点名单",
        body="第一家、第二家",
        actor=jinshan.actor("lead"),
        now=now,
    )

    anybody = visit(screen=screen)
    anybody.goto(f"/dossiers/{house.public_id}/")
    anybody.sees("星级怎么算的")
    anybody.finds_no_barrier()
    shot(anybody, "dossier")
    anybody.goto(f"/notices/{again.public_id}/")
    anybody.finds_no_barrier()
    shot(anybody, "notice")
    for name in ("publication", "briefs"):
        lead.goto(f"/inspections/{name}/")
        lead.finds_no_barrier()
        shot(lead, name)
