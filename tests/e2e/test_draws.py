"""From the programme to a published draw, as a lead, an inspector and anybody do it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from common.intervals import SHANGHAI
from inspections.models import Draw
from inspections.types import VisitState
from tests.e2e.conftest import WIDTHS
from tests.inspections.situations import Jinshan, make_jinshan, make_visit

pytestmark = pytest.mark.usefixtures("law_in_force")
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def jinshan(law_in_force) -> Jinshan:
    scene = make_jinshan()
    today = timezone.now().astimezone(SHANGHAI).date()
    for number, house in enumerate(scene.houses[:5]):
        for month in range(number % 3):
            make_visit(house, today - timedelta(days=40 * month + 30 + number))
    make_visit(scene.houses[6], today - timedelta(days=3), signed=False)
    make_visit(scene.houses[7], today + timedelta(days=3), signed=False)
    return scene


def shot(person, name: str) -> None:
    if SHOTS:
        width = person.page.viewport_size["width"]
        person.page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


@pytest.mark.parametrize("screen", [WIDTHS["tablet"], WIDTHS["desktop"]], ids=["tablet", "desktop"])
def test_a_draw_from_the_list_to_the_public_page(visit, screen, jinshan: Jinshan, monkeypatch):
    lead = visit(jinshan.users["lead"], screen=screen)
    lead.goto("/inspections/programme/")
    lead.sees("每家进度")
    lead.finds_no_barrier()
    shot(lead, "programme")

    lead.follow("定双随机名单")
    known_at = (timezone.now() + timedelta(minutes=3)).astimezone(SHANGHAI)
    lead.fill("source", "中国福利彩票3D第2026313期开奖号码")
    lead.fill("known_at", f"{known_at:%Y-%m-%dT%H:%M}")
    lead.finds_no_barrier()
    shot(lead, "plan")
    lead.submit()
    lead.sees("冻结以后，谁也不能再改")
    lead.finds_no_barrier()
    shot(lead, "preview")
    lead.submit()
    draw = Draw.objects.get()
    assert lead.at() == f"/inspections/draws/{draw.public_id}/"

    anybody = visit(screen=screen)
    anybody.goto("/draws/")
    anybody.finds_no_barrier()
    anybody.follow("安全防控")
    anybody.sees("只有指纹公开")
    anybody.sees(draw.commitment)

    monkeypatch.setattr("django.utils.timezone.now", lambda: draw.known_at)
    inspector = visit(jinshan.users["inspector"], screen=screen)
    inspector.goto(f"/inspections/draws/{draw.public_id}/")
    inspector.fill("value", "837")
    inspector.fill("source", "福彩网第2026313期公告")
    inspector.finds_no_barrier()
    shot(inspector, "reveal")
    inspector.submit()
    inspector.sees("结果已经定了，等督导负责人安排检查。")

    lead.goto(f"/inspections/draws/{draw.public_id}/")
    lead.finds_no_barrier()
    lead.submit()
    lead.sees("次检查没有完成")
    lead.finds_no_barrier()
    shot(lead, "arranged")
    anybody.goto(f"/draws/{draw.public_id}/")
    anybody.sees("最迟")
    anybody.finds_no_barrier()
    shot(anybody, "waiting")

    draw.visits.update(state=VisitState.SIGNED, done_on=draw.known_at.date())
    lead.goto(f"/inspections/draws/{draw.public_id}/")
    lead.submit()
    lead.sees("看公开的页面")
    lead.finds_no_barrier()
    shot(lead, "draw")
    for name in ("programme", "draws", "register"):
        lead.goto(f"/inspections/{name}/")
        lead.finds_no_barrier()
        shot(lead, f"{name}-after")

    anybody.goto(f"/draws/{draw.public_id}/")
    anybody.sees("它不能证明什么")
    anybody.finds_no_barrier()
    shot(anybody, "public")
    with anybody.page.expect_download() as file:
        anybody.page.get_by_text("下载JSON").click()
    assert draw.commitment in Path(file.value.path()).read_text(encoding="utf-8")


def test_a_secret_is_made_in_the_browser_and_never_sent(visit, jinshan: Jinshan):
    from inspections.types import RandomMethod

    draw = jinshan.plan(
        now=timezone.now(),
        method=RandomMethod.TWO_SECRETS,
        known_at=timezone.now() + timedelta(minutes=1),
        month=timezone.now().astimezone(SHANGHAI).date().replace(day=1),
    )
    lead = visit(jinshan.users["lead"], screen=WIDTHS["desktop"])
    lead.goto(f"/inspections/draws/{draw.public_id}/")

    lead.page.get_by_text("在本机生成一串").click()

    secret = lead.find(".field-hint code.hash").inner_text()
    sent: list[str] = []
    lead.page.on("request", lambda one: sent.append(one.post_data or ""))
    lead.finds_no_barrier()
    shot(lead, "seal")
    lead.submit()
    lead.sees("您已经封存，等另一人封存")
    assert len(secret) == 40
    assert any("seal=" in body for body in sent)
    assert not any(secret in body for body in sent)
    for page in ("/inspections/visits/new/", "/inspections/conflicts/",
                 f"/inspections/register/{jinshan.users['inspector'].public_id}/"):  # fmt: skip
        lead.goto(page)
        lead.finds_no_barrier()
        shot(lead, page.strip("/").replace("/", "-")[:25])
