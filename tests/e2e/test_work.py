"""Where work begins, and what the worker does by itself, on every screen."""

import os
from datetime import timedelta
from pathlib import Path

from accounts.types import Role, ScopeKind
from audit import services as audit
from facilities.models import RatioBreach
from portal.messages import JOBS
from tests.e2e.scenes import now
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_grant, make_operator, make_user
from tests.staff.factories import make_caregiver

LOOK = os.environ.get("LOOK_AT_WORK")


def look(visitor, name: str, screen: tuple[int, int]) -> None:
    """Keep a picture, where somebody wants to look."""
    if LOOK:
        visitor.page.screenshot(path=Path(LOOK) / f"{name}-{screen[0]}.png", full_page=True)


WORK_LINKS = ["工作", "今日", "排班", "人员", "导入", "安全", "检查", "方案", "系统"]


def test_an_operator_begins_with_what_is_most_urgent(visit, screen, law_in_force):
    house = make_house(name="石化街道“宝宝屋”")
    make_house(name="山龙社区“宝宝屋”", subdistrict=house.subdistrict)
    make_session(
        make_group(house), now=now(), starts_at=now() + timedelta(hours=3), places_taken=6,
        counted_staff=1, places=20,
    )  # fmt: skip
    make_caregiver(house)
    assert RatioBreach.objects.exists()
    operator = visit(make_operator(house.subdistrict), screen=screen)

    operator.goto("/work/")
    operator.sees("1 处没人答复")
    look(operator, "work", screen)
    operator.finds_no_barrier()

    links = operator.page.locator(".worknav a")
    assert links.all_inner_texts() == WORK_LINKS
    operator.page.get_by_role("link", name="系统", exact=True).click()
    operator.sees("后台还没有运行过")
    look(operator, "system-dead", screen)
    operator.finds_no_barrier()


def test_a_lead_reads_what_the_worker_did_and_what_went_wrong(visit, screen, law_in_force):
    lead = make_user("范立群")
    make_grant(lead, Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, "310116")
    for task in JOBS:
        audit.note_success(task=task, now=now())
    audit.run_once(
        key="k", name="staff.recount", now=now() - timedelta(minutes=31),
        job=lambda: {"judged": 120, "in_breach": 2},
    )  # fmt: skip
    audit.note_failure(task="bookings.tasks.settle", failure="OperationalError('x')", now=now())
    officer = visit(lead, screen=screen)

    officer.goto("/system/")

    officer.sees("晚了 2")
    officer.sees("OperationalError")
    look(officer, "system", screen)
    officer.finds_no_barrier()
