"""A week drawn up in a real browser: dragged, typed, filled, refused and published."""

import os
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from common.intervals import day_in_shanghai
from facilities.models import CareSession
from staff.models import DraftShift, Shift
from staff.types import StaffRole
from tests.families.factories import make_operator
from tests.staff.boards import Board, a_board
from tests.staff.factories import make_caregiver, make_leave, make_person, make_shift, stretch

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


@pytest.mark.parametrize("width", [1440, 820])
def test_a_busy_week_is_read_at_a_glance(visit, board, width):
    CareSession.objects.update(places_taken=7)
    other = a_board(days=(), now=board.now, monday=board.monday)
    board.staff(board.monday, people=(board.caregiver, make_caregiver(board.house, "李丽")))
    make_leave(make_caregiver(board.house, "张敏"), stretch(board.monday, 9, 17))
    lent = make_caregiver(board.house, "刘静")
    make_shift(lent, other.group, stretch(board.monday, 13, 17))
    board.put(lent, stretch(board.monday + timedelta(days=1), 9, 11))
    board.put(
        make_person_of(board), stretch(board.monday + timedelta(days=1), 9, 12)
    )
    visitor = visit(make_operator(board.house.subdistrict), screen=(width, 900))

    visitor.goto(board.address("board"))
    expect(visitor.page.locator(".ec-event").first).to_be_visible()

    look(visitor.page, f"board-{width}")
    visitor.finds_no_barrier()
    visitor.page.get_by_role("button", name="表格").click()
    look(visitor.page, f"table-{width}")
    visitor.finds_no_barrier()
    visitor.goto(board.address("publish"))
    look(visitor.page, f"publish-{width}")
    visitor.finds_no_barrier()


def make_person_of(board: Board):
    from tests.staff.factories import make_employment

    person = make_person("没有证件")
    make_employment(person, board.house)
    return person
