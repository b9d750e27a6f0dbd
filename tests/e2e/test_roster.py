"""A week drawn up in a real browser: dragged, typed, filled, refused and published."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from common.intervals import day_in_shanghai
from facilities.models import CareSession
from staff.models import DraftShift, Person, Shift
from staff.types import StaffRole
from tests.e2e.visitor import Visitor
from tests.families.factories import make_operator
from tests.staff.boards import Board, a_board
from tests.staff.factories import (
    make_caregiver,
    make_employment,
    make_leave,
    make_person,
    make_shift,
    stretch,
)

LOOK = os.environ.get("LOOK_AT_ROSTER")


@pytest.fixture
def board(law_in_force) -> Board:
    """Next week, open on two days from nine to twelve."""
    now = timezone.now()
    today = day_in_shanghai(now)
    monday = today + timedelta(days=7 - today.weekday())
    return a_board(days=(monday, monday + timedelta(days=1)), now=now, monday=monday)


def look(page: Page, name: str) -> None:
    """Keep a picture, where somebody wants to look."""
    if LOOK:
        page.screenshot(path=Path(LOOK) / f"{name}.png", full_page=True)


def without_papers(board: Board) -> Person:
    person = make_person("没有证件")
    make_employment(person, board.house)
    return person


@pytest.mark.parametrize("width", [1440, 820])
def test_a_busy_week_is_read_at_a_glance(visit, board, width):
    CareSession.objects.update(places_taken=7)
    tuesday = board.monday + timedelta(days=1)
    other = a_board(days=(), now=board.now, monday=board.monday)
    board.staff(board.monday, people=(board.caregiver, make_caregiver(board.house, "李丽")))
    make_leave(make_caregiver(board.house, "张敏"), stretch(board.monday, 9, 17))
    lent = make_caregiver(board.house, "刘静")
    make_shift(lent, other.group, stretch(board.monday, 13, 17))
    board.put(lent, stretch(tuesday, 9, 11))
    board.put(without_papers(board), stretch(tuesday, 9, 12))
    visitor = visit(make_operator(board.house.subdistrict), screen=(width, 900))

    visitor.goto(board.address("board"))
    expect(visitor.page.locator(".ec-event").first).to_be_visible()

    look(visitor.page, f"board-{width}")
    visitor.finds_no_barrier()
    visitor.page.get_by_role("button", name="表格").click()
    look(visitor.page, f"table-{width}")
    visitor.finds_no_barrier()
    for name in ("publish", "override", "proposal", "add"):
        visitor.goto(board.address(name))
        look(visitor.page, f"{name}-{width}")
        visitor.finds_no_barrier()


def drag(page: Page, what: Locator, *, by: float, grip: float = 0.5) -> None:
    """Take something somewhere along its width, and put it down so many pixels to the right."""
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * grip, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by / 2, y, steps=4)
    page.mouse.move(x + by, y, steps=4)
    page.mouse.up()


def an_hour_wide(page: Page) -> float:
    """How many pixels an hour has on the timeline of a day."""
    box = page.locator(".ec-event").first.bounding_box()
    assert box is not None
    return box["width"] / 3  # a shift from nine to twelve


def test_a_shift_is_made_moved_stretched_and_the_hours_follow(visit, board):
    CareSession.objects.filter(starts_at__date=board.monday).update(places_taken=4)
    row = board.put(board.caregiver, stretch(board.monday, 9, 12))
    visitor: Visitor = visit(make_operator(board.house.subdistrict), screen=(1440, 900))
    page = visitor.page
    visitor.goto(board.address("board"))
    page.get_by_role("button", name="一天", include_hidden=True).click()
    event = page.locator(".ec-event").first
    hour = an_hour_wide(page)

    with page.expect_response(lambda one: "/shift/" in one.url and one.status == 204):
        drag(page, event, by=hour)
    visitor.sees("缺 1 人")  # nobody is there at nine any more
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == moments(10, 13, board)

    with page.expect_response(lambda one: "/shift/" in one.url and one.status == 204):
        drag(page, page.locator(".ec-event .ec-resizer:not(.ec-start)"), by=hour)
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == moments(10, 14, board)

    page.locator(".ec-event").first.click()
    dialog = page.locator("#shift-dialog")
    expect(dialog).to_be_visible()
    look(page, "dialog")
    visitor.finds_no_barrier()
    dialog.locator("[name=starts]").fill("09:00")
    dialog.locator("[name=ends]").fill("08:00")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("结束晚于开始")).to_be_visible()
    dialog.locator("[name=ends]").fill("12:00")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_text("缺 1 人")).to_have_count(0)
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == moments(9, 12, board)


def moments(starts: int, ends: int, board: Board) -> tuple[datetime, datetime]:
    during = stretch(board.monday, starts, ends)
    return during.starts_at, during.ends_at


def test_a_stale_tab_hears_of_it_and_what_was_dragged_goes_back(visit, board):
    row = board.put(board.caregiver, stretch(board.monday, 9, 12))
    visitor: Visitor = visit(make_operator(board.house.subdistrict), screen=(1440, 900))
    page = visitor.page
    visitor.goto(board.address("board"))
    page.get_by_role("button", name="一天", include_hidden=True).click()
    hour = an_hour_wide(page)
    board.put(board.lead, stretch(board.monday, 9, 12), role=StaffRole.PERSON_IN_CHARGE)

    drag(page, page.locator(".ec-event").first, by=hour)

    dialog = page.locator("#shift-dialog")
    expect(dialog.get_by_text("刚刚有人改过这一周的排班").first).to_be_visible()
    row.refresh_from_db()
    assert row.starts_at == stretch(board.monday, 9, 12).starts_at
    dialog.get_by_role("link", name="不改了").click()
    expect(page.locator(".ec-event")).to_have_count(2)  # the other's shift has come, too


def test_a_short_hour_is_filled_and_the_week_published(visit, board):
    CareSession.objects.update(places_taken=4)
    board.staff(board.monday, board.monday + timedelta(days=1))
    DraftShift.objects.filter(person=board.caregiver, starts_at__date=board.monday).delete()
    board.put(board.caregiver, stretch(board.monday, 9, 11))
    visitor: Visitor = visit(make_operator(board.house.subdistrict), screen=(820, 1180))
    page = visitor.page
    visitor.goto(board.address("board"))

    page.get_by_role("link", name="谁可以补上").first.click()
    dialog = page.locator("#shift-dialog")
    expect(dialog.get_by_text("王芳")).to_be_visible()
    look(page, "fill")
    visitor.finds_no_barrier()
    dialog.get_by_role("button", name="排上").first.click()
    expect(dialog).to_be_hidden()
    visitor.sees("每个时段的人手都够，可以发布。")
    visitor.follow("发布")
    look(page, "publish-ready")
    visitor.submit()

    visitor.sees("已发布")
    assert Shift.objects.filter(role=StaffRole.CAREGIVER).count() == 3
    look(page, "published")


def test_without_javascript_the_table_and_its_forms_do_it_all(visit, board):
    visitor: Visitor = visit(
        make_operator(board.house.subdistrict), screen=(820, 1180), java_script_enabled=False
    )
    visitor.goto(board.address("board"))

    visitor.tap("a.roster-add")
    visitor.fill("starts", "09:00")
    visitor.fill("ends", "12:00")
    visitor.submit()

    visitor.sees("09:00–12:00")
    assert DraftShift.objects.count() == 1
