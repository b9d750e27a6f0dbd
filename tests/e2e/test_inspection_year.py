"""A visit's whole way in a browser: planned, made without a network, signed by two, mended, closed
and published; and a house that is suspended, and may be booked again after its 再检查.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bookings.models import Booking
from common.intervals import day_in_shanghai
from inspections import services
from inspections.models import RectificationOrder, Visit, VisitPart
from inspections.services import Given, orders
from notifications.models import OutboxMessage
from tests.e2e.conftest import WIDTHS
from tests.e2e.scenes import a_family, book, hours_of, the_worker_makes_its_round, timetable
from tests.e2e.test_inspection_offline import answer, kept, tick_everything_that_is_open
from tests.e2e.visitor import Visitor
from tests.inspections.order_situations import claimed, scheduled
from tests.inspections.situations import Jinshan, make_jinshan
from tests.inspections.visiting import (
    PASSWORD,
    a_picture,
    answer_all,
    begun,
    part_of,
    ready_to_visit,
    signed,
)

SHOTS = os.environ.get("SHOTS", "")
ITEM = "hygiene_standards"
DIRTY = "便盆没有消毒，洗手台有积垢"


@pytest.fixture
def jinshan(law_in_force, settings, tmp_path) -> Jinshan:
    settings.MEDIA_ROOT = tmp_path
    return ready_to_visit(make_jinshan(houses_a_street=1))


def looks(person: Visitor, name: str, *words: str) -> None:
    """Read the page on every screen; nothing keeps anybody out."""
    for one in words:
        person.sees(one)
    page = person.page
    before = page.viewport_size
    for screen in WIDTHS.values() if SHOTS else ():
        page.set_viewport_size({"width": screen[0], "height": screen[1]})
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{screen[0]}.png"), full_page=True)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{name} is {wider} px wider than {screen[0]}"
    if before:
        page.set_viewport_size(before)
    person.finds_no_barrier()


def takes(person: Visitor, button: str) -> None:
    """Take a step on an order."""
    with person.page.expect_navigation() as moved:
        person.page.get_by_role("button", name=button, exact=True).click()
    assert moved.value.status == 200, person.page.content()


def test_from_the_plan_to_the_public_page(visit, jinshan: Jinshan, live_server) -> None:
    tablet = WIDTHS["tablet"]
    house, users = jinshan.houses[0], jinshan.users
    today = day_in_shanghai(timezone.now())

    # --- the lead sends two
    lead: Visitor = visit(users["lead"], screen=WIDTHS["desktop"])
    lead.goto("/inspections/visits/new/")
    lead.pick("facility", str(house.public_id))
    lead.pick("kind", "patrol")
    for who in ("inspector", "inspector_1"):
        lead.page.locator(f"[name=inspectors][value='{jinshan.entry(who).public_id}']").check()
    looks(lead, "plan")
    lead.submit()
    planned = Visit.objects.get()
    assert planned.goers.count() == 2

    # --- the first fills it in, and the line is cut
    inspector: Visitor = visit(users["inspector"], screen=tablet)
    page = inspector.page
    inspector.goto("/inspections/")
    looks(inspector, "today", "派给我的")
    inspector.tap("button", words="开始")
    part = VisitPart.objects.get()
    form = f"/inspections/visits/parts/{part.public_id}/"
    kept(page)
    page.context.set_offline(True)
    answer(page, ITEM, "fails", DIRTY)
    tick_everything_that_is_open(page)
    expect(page.locator("#sync")).to_contain_text("没有网络")
    page.context.set_offline(False)
    expect(page.locator("#sync")).to_contain_text("已全部存到服务器", timeout=30_000)
    page.goto(f"{form}sign/")
    inspector = Visitor(page, url=live_server.url)  # what failed without a network is behind
    expect(page.locator("#sync")).to_contain_text("平板上的内容已全部收到")
    for name, value in (
        ("name", users["inspector"].name), ("password", PASSWORD),
        ("house_name", "郑负责"), ("house_position", "负责人"),
    ):  # fmt: skip
        inspector.fill(name, value)
    page.locator("#sign-form button[type=submit]").click()
    page.wait_for_url("**/countersign/")
    assert not RectificationOrder.objects.exists()

    # --- the second signs, and the order is there at once
    second: Visitor = visit(users["inspector_1"], screen=tablet)
    second.goto(f"{form}countersign/")
    looks(second, "countersign", DIRTY)
    second.fill("name", users["inspector_1"].name)
    second.fill("password", PASSWORD)
    takes(second, "签字，不能再改")
    looks(second, "result", DIRTY)
    order = RectificationOrder.objects.get()
    address = f"/inspections/orders/{order.public_id}/"

    # --- the house plans, and shows that it is mended
    keeper: Visitor = visit(users["keeper"], screen=WIDTHS["phone"])
    keeper.goto("/inspections/orders/mine/")
    looks(keeper, "mine", "待整改")
    keeper.follow(order.finding.text)
    keeper.fill("plan", "每天消毒两次，由陈老师登记。")
    keeper.fill("promised_on", today.isoformat())
    takes(keeper, "提交计划")
    keeper.sees("改整改计划")  # and what is next is open
    keeper.fill("words", "已全部消毒，登记本见照片。")
    claim = keeper.page.locator("form[action$='/claim/']")
    claim.locator("[name=evidence]").set_input_files(
        {"name": "now.jpg", "mimeType": "image/jpeg", "buffer": a_picture("green", (320, 240))}
    )
    takes(keeper, "报告完成")
    looks(keeper, "claimed", "已报完成", "现在等检查人员办理，您不用做什么。")

    # --- somebody goes and looks
    second.goto(address)
    looks(second, "evidence", "已全部消毒，登记本见照片。")
    takes(second, "收下，要求再检查")
    second.fill("planned_on", today.isoformat())
    second.page.locator(
        f"[name=inspectors][value='{jinshan.entry('inspector_1').public_id}']"
    ).check()
    takes(second, "安排")
    second.goto("/inspections/")
    looks(second, "sent", "再检查")
    second.follow("打开整改单")
    assert second.at() == address
    second.pick("passed", "yes")
    second.fill("note", "现场看过，消毒登记齐全。")
    takes(second, "签字登记")
    looks(second, "passed", "再检查合格，待办结")

    lead.goto("/inspections/orders/")
    looks(lead, "board", "再检查合格，待办结")
    lead.goto(address)
    takes(lead, "签字办结")
    looks(lead, "closed", "这份整改单已经结束。")
    order.refresh_from_db()
    assert order.state == "closed"

    # --- and everybody reads how it stands
    services.publish_results(now=timezone.now() + timedelta(days=14))
    anybody: Visitor = visit(screen=WIDTHS["phone"])
    anybody.goto(f"/dossiers/{house.public_id}/")
    looks(anybody, "dossier", "在整改", "检查结果")
    anybody.sees("巡查")
    assert anybody.page.locator(".dossier-stats .stat").nth(1).locator("b").inner_text() == "0"


def test_a_suspended_house_is_booked_again_after_its_recheck(visit, jinshan: Jinshan) -> None:
    house, users = jinshan.houses[0], jinshan.users
    user, child = a_family(house)
    hours = hours_of(house, 9, 10)
    booking = book(user, child, hours)
    part = part_of(begun(jinshan, now=timezone.now()))
    answer_all(jinshan, part, now=timezone.now(), fire_ways=Given("fails", "疏散通道堆满纸箱"))
    signed(jinshan, part, now=timezone.now())
    order = RectificationOrder.objects.get()
    address = f"/inspections/orders/{order.public_id}/"
    parent: Visitor = visit(user, screen=WIDTHS["phone"])

    # --- the lead is asked, and suspends
    lead: Visitor = visit(users["lead"], screen=WIDTHS["desktop"])
    lead.goto(address)
    suspend = lead.page.locator("form[action$='/suspend/']")
    suspend.locator("[name=reason]").fill("疏散通道被堵，正在清理")
    looks(lead, "to-suspend")
    takes(lead, "暂停服务")
    looks(lead, "suspended", "已责令暂停服务")

    # --- the family is told; nobody books
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    the_worker_makes_its_round()
    assert OutboxMessage.objects.filter(recipient=user, kind="cancelled_by_house").exists()
    parent.goto(f"/houses/{house.public_id}/")
    looks(parent, "house-suspended", "暂停服务：疏散通道被堵，正在清理。恢复之前不能预约。")
    parent.goto(timetable(house, child))
    looks(parent, "timetable-suspended")
    assert parent.asks_for(hours).status == 422
    parent.sees("这次没有约上")
    assert Booking.objects.count() == 1

    # --- mended, rechecked by somebody else than who found it, closed by the lead
    keeper: Visitor = visit(users["keeper"], screen=WIDTHS["phone"])
    keeper.goto(address)
    looks(keeper, "house-of-suspended", "已责令暂停服务")
    claimed(jinshan, order, now=timezone.now())
    name = str(order.public_id)
    orders.ask_recheck(order=name, actor=jinshan.actor("inspector_1"), now=timezone.now())
    scheduled(jinshan, order, now=timezone.now())
    inspector: Visitor = visit(users["inspector_1"], screen=WIDTHS["tablet"])
    inspector.goto(address)
    inspector.pick("passed", "yes")
    looks(inspector, "recheck")
    takes(inspector, "签字登记")
    parent.goto(f"/houses/{house.public_id}/")
    parent.sees("恢复之前不能预约")
    lead.goto(address)
    takes(lead, "签字办结")

    # --- and it is booked again
    parent.goto(f"/houses/{house.public_id}/")
    expect(parent.page.get_by_text("恢复之前不能预约")).to_have_count(0)
    parent.goto(timetable(house, child))
    looks(parent, "timetable-again")
    parent.asks_for(hours)
    assert Booking.objects.filter(state="confirmed").count() == 1
