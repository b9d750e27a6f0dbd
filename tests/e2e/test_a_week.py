"""A week as an operator lives it: from a messy Excel file to a morning on which somebody is sick.

And what a parent reads of it. (Dragging shifts: test_roster. The door: test_floor.)
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common.intervals import day_in_shanghai
from facilities.models import CareSession, RatioBreach
from imports import services as imports
from imports.models import ImportJob
from notifications.models import InboxItem
from staff import services as staff
from staff.models import DraftShift, HealthCertificate, RosterWeek, Shift
from tests.e2e.scenes import (
    a_family,
    book,
    now,
    the_day,
    the_worker_makes_its_round,
    timetable,
    today,
)
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_operator
from tests.imports.sheets import workbook
from tests.staff.boards import Board, a_board
from tests.staff.factories import make_caregiver, make_shift, stretch

_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def test_a_lapsed_paper_lowers_the_places_and_the_parents_page_follows(visit, law_in_force, screen):
    house = make_house(name="石化街道“宝宝屋”")
    group = make_group(house, name="小苗班")
    session = make_session(group, day=the_day(), hour=10, now=now(), places=20, counted_staff=2)
    carers = [make_caregiver(house, name) for name in ("王芳", "李丽")]
    for carer in carers:
        make_shift(carer, group, stretch(the_day(), 9, 12))
    parent, child = a_family(house)
    mother = visit(parent, screen=screen)
    mother.goto(timetable(house, child))
    mother.sees("剩 10 位")

    # Nobody renewed it: it ends the day before.
    HealthCertificate.objects.filter(person=carers[0]).update(
        valid_through=the_day() - timedelta(days=1)
    )
    staff.recount_everything(now=now())  # as the worker does every five minutes

    session.refresh_from_db()
    assert session.counted_staff == 1
    mother.goto(timetable(house, child))
    mother.sees("剩 5 位")
    mother.finds_no_barrier()
    operator = visit(make_operator(house.subdistrict), screen=screen)
    operator.goto("/work/")
    operator.sees("从业人员证件")
    operator.finds_no_barrier()
    operator.follow("从业人员证件")
    operator.sees("王芳")
    operator.finds_no_barrier()
    operator.goto(f"/staff/{carers[0].public_id}/")
    operator.finds_no_barrier()


@pytest.fixture
def board(law_in_force) -> Board:
    """Next week, open on Monday from nine to twelve."""
    moment = now()
    monday = today() + timedelta(days=7 - today().weekday())
    return a_board(days=(monday,), now=moment, monday=monday)


def messy(board: Board, *names: str) -> bytes:
    """A file as offices keep them: a title above, blanks, full-width digits, dates by hand."""
    monday = board.monday
    said: list[object] = [
        f"{monday:%Y}.{monday.month}.{monday.day}",
        f"{monday:%Y}年{monday.month}月{monday.day}日".translate(_FULL_WIDTH),
        monday,  # a serial number of Excel
    ]
    house = board.house.name
    rows = [
        [f" {house}", f"{name}  ", said[number % len(said)], "９：００", "12:00 ", "小苗班", None]
        for number, name in enumerate(names)
    ]
    lead = [house, "周负责", said[0], "9:00", "12:00", None, "负责人 "]
    header = ["宝宝屋", "姓名 ", "上班日期", "上班时间", "下班时间", "班级", "岗位"]
    return workbook(["下周排班表（初稿）"], [], header, *rows, [], lead)


@pytest.mark.parametrize("width", [1440, 820])
def test_from_a_messy_file_to_a_repaired_morning(visit, board, width):
    house, monday = board.house, board.monday
    make_caregiver(house, "李丽")
    spare = make_caregiver(house, "张敏")
    families = [a_family(house) for _ in range(6)]
    hours = [board.sessions[monday, 9]]
    for parent, child in families:
        book(parent, child, hours)
    desk = visit(make_operator(house.subdistrict), screen=(width, 1180))

    # --- the file
    desk.goto("/work/")
    desk.sees("下周排班")
    desk.page.locator(".worknav").get_by_text("导入").click()
    desk.finds_no_barrier()
    desk.follow("排班")
    desk.finds_no_barrier()
    desk.page.locator("input[type=file]").set_input_files(
        {"name": "下周排班 最终版(2).xlsx", "mimeType": "application/octet-stream",
         "buffer": messy(board, "王芳", "李丽")}
    )  # fmt: skip
    desk.submit()
    work_off_imports()
    desk.page.reload()
    desk.finds_no_barrier()
    desk.tap("button", words="确认导入")
    work_off_imports()
    desk.page.reload()
    desk.sees("导入")
    desk.finds_no_barrier()
    assert DraftShift.objects.count() == 3

    # --- the board, and publishing it
    desk.goto(board.address("board"))
    expect(desk.page.locator(".ec-event").first).to_be_visible()
    desk.finds_no_barrier()
    desk.goto(board.address("publish"))
    desk.finds_no_barrier()
    desk.tap("button", words="发布这一周")
    assert RosterWeek.objects.get().published_at is not None
    assert board.counted(monday, 9) == 2

    # --- somebody is sick
    desk.goto(f"/staff/{board.caregiver.public_id}/sick/")
    desk.finds_no_barrier()
    desk.fill("starts_at", f"{monday}T08:00")
    desk.fill("until", f"{monday}T20:00")
    desk.submit()
    desk.sees("下面是可以怎么补")
    desk.finds_no_barrier()
    assert board.counted(monday, 9) == 1
    assert RatioBreach.objects.filter(closed_at__isnull=True).exists()
    desk.goto("/work/")
    desk.sees("人手不足")

    # --- and is replaced
    desk.goto(f"/floor/{house.public_id}/repairs/")
    desk.sees("张敏")
    desk.tap("button", words="就这么办")
    desk.sees("已办好")
    desk.finds_no_barrier()

    assert board.counted(monday, 9) == 2
    assert not RatioBreach.objects.filter(closed_at__isnull=True).exists()
    assert Shift.objects.filter(person=spare, state="published").exists()
    assert CareSession.objects.get(pk=hours[0].pk).places_taken == 6
    the_worker_makes_its_round()
    assert InboxItem.objects.exists()
    assert day_in_shanghai(hours[0].starts_at) == monday


def work_off_imports() -> None:
    """As the worker does, every few seconds."""
    for job in ImportJob.objects.order_by("pk"):
        imports.carry_out(job_id=job.pk, now=now())
