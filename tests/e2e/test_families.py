"""Two children at once, a house that closes, and grandparents' large type."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import User
from bookings.models import Booking
from facilities.models import CareSession
from tests.e2e.scenes import (
    a_child_of,
    a_family,
    a_neighbor_of,
    book,
    hours_of,
    the_day,
    the_worker_makes_its_round,
    timetable,
)
from tests.facilities.factories import make_house
from tests.families.factories import make_operator

pytestmark = pytest.mark.usefixtures("law_in_force")


@pytest.fixture
def house(law_in_force):
    return make_house()


def _places_taken() -> int:
    return sum(CareSession.objects.values_list("places_taken", flat=True))


class TestTwoChildren:
    def test_both_are_booked_by_one_tap_and_each_gets_a_pass(self, visit, screen, house):
        hours_of(house, 9, 10)
        user, sister = a_family(house, nickname="小满")
        a_child_of(user, house, nickname="小雪", born_on=sister.born_on - timedelta(days=1))
        parent = visit(user, screen=screen)

        parent.goto(timetable(house, sister))
        parent.page.locator("nav.chips").get_by_text("小雪").click()
        expect(parent.page.locator("nav.chips .is-chosen")).to_have_count(2)
        parent.page.locator("input[name=session]").first.check()
        parent.sees("已选 1 个时段 · 免费 2 次")
        parent.finds_no_barrier()
        parent.tap("#summary button")

        assert Booking.objects.count() == 2
        assert _places_taken() == 2
        parent.sees("一起约的")
        parent.finds_no_barrier()
        first = parent.at()
        parent.follow("的预约码")
        assert parent.at() != first
        parent.sees("到门口出示")

    def test_a_last_place_is_given_to_neither_when_both_are_wanted(self, visit, house):
        [last] = hours_of(house, 9, places=1)
        user, sister = a_family(house)
        brother = a_child_of(user, house)
        parent = visit(user)

        parent.goto(timetable(house, sister, brother))
        expect(parent.page.locator("input[name=session]")).to_have_count(0)
        answer = parent.asks_for([last])

        assert answer.status == 422
        parent.sees("这次没有约上")
        parent.sees("这个时段已约满。请选择其他时段或附近的宝宝屋。")
        parent.finds_no_barrier()
        assert not Booking.objects.exists()
        assert not _places_taken()

    def test_one_childs_missing_paper_refuses_both(self, visit, house):
        [hour] = hours_of(house, 9)
        user, sister = a_family(house)
        brother = a_child_of(user, house, history_declared_at=None)
        parent = visit(user)

        parent.goto(timetable(house, sister, brother))
        answer = parent.asks_for([hour])

        assert answer.status == 422
        parent.sees(f"还没有填写{brother.name}的健康情况和既往病史。")
        assert not Booking.objects.exists()
        assert not _places_taken()


class TestClosing:
    def test_the_house_closes_and_the_family_is_told_and_loses_nothing(self, visit, screen, house):
        hours = hours_of(house, 9, 10)
        user, child = a_family(house)
        booking = book(user, child, hours)

        self._close(visit(make_operator(house.subdistrict), screen=screen), house)

        booking.refresh_from_db()
        assert booking.state == "cancelled"
        the_worker_makes_its_round()
        parent = visit(user, screen=screen)
        parent.goto("/inbox/")
        parent.sees("空调检修")
        parent.finds_no_barrier()
        parent.tap("button.news", words="空调检修")
        assert parent.at() == f"/bookings/{booking.public_id}/"
        parent.sees("原因：空调检修。次数和费用已全部退回。")
        parent.finds_no_barrier()
        parent.goto("/bookings/")
        parent.sees("宝宝屋取消")
        parent.finds_no_barrier()
        parent.goto(timetable(house, child))
        parent.sees("宝宝屋当天不开放：空调检修。")
        expect(parent.page.locator("input[name=session]")).to_have_count(0)

    def _close(self, desk, house) -> None:
        desk.goto(f"/houses/{house.public_id}/close/")
        desk.finds_no_barrier()
        desk.fill("starts_on", the_day().isoformat())
        desk.fill("through", the_day().isoformat())
        desk.fill("reason", "空调检修")
        desk.submit()
        desk.sees("1 个预约")
        desk.sees("2 个时段，1 个孩子")
        desk.finds_no_barrier()
        desk.tap("button.btn-hurts", words="关闭，并结束 1 个预约")
        desk.sees("已关闭。结束了 1 个预约")


class TestLargeType:
    def test_grandmother_finds_books_and_cancels_in_large_type(self, visit, house):
        hours_of(house, 9, 10)
        user, child = a_family(house)
        grandmother = visit(user)

        grandmother.goto("/")
        with grandmother.page.expect_navigation():
            grandmother.page.get_by_role("button", name="长辈版").click()
        assert User.objects.get(pk=user.pk).large_type
        expect(grandmother.page.locator("html.large-type")).to_be_visible()
        grandmother.finds_no_barrier()
        for path in ("/find/", f"/houses/{house.public_id}/", timetable(house, child)):
            grandmother.goto(path)
            grandmother.finds_no_barrier()
        grandmother.page.locator("input[name=session]").first.check()
        grandmother.sees("已选 1 个时段")
        grandmother.finds_no_barrier()
        grandmother.tap("#summary button")
        grandmother.sees("约好了")
        grandmother.finds_no_barrier()
        grandmother.follow("取消预约")
        grandmother.finds_no_barrier()
        grandmother.tap("button.btn-hurts")
        grandmother.finds_no_barrier()
        statement = f"/children/{child.public_id}/statement/"
        for path in ("/bookings/", statement, "/inbox/", "/me/", "/children/"):
            grandmother.goto(path)
            grandmother.finds_no_barrier()

    def test_a_refusal_is_read_in_large_type(self, visit, house):
        [full] = hours_of(house, 9, places=1, places_taken=1)
        hours_of(a_neighbor_of(house), 9)
        user, child = a_family(house)
        user.large_type = True
        user.save(update_fields=["large_type"])
        grandmother = visit(user)

        grandmother.goto(timetable(house, child))
        grandmother.finds_no_barrier()
        grandmother.asks_for([full])

        expect(grandmother.page.locator("html.large-type")).to_be_visible()
        grandmother.finds_no_barrier()
        grandmother.tap("form.offer button")
        grandmother.sees("约好了")
