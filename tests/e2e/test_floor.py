"""A morning at the door: in by the pass, home with whoever has the code, and 今日 between."""

from datetime import timedelta

import pytest

from accounts.types import Actor, Role, ScopeKind
from bookings import services
from bookings.models import Booking, Stay
from bookings.types import BookingRequest, ChildRequest
from families.models import Child
from tests.e2e.scenes import a_family, now
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_grant, make_pickup, make_user


def a_carer(house):
    carer = make_user("周老师")
    make_grant(carer, Role.CAREGIVER, ScopeKind.FACILITY, str(house.public_id))
    return carer


def booked_now(house, group, **facts) -> tuple[object, Child, Booking]:
    """An hour that began ten minutes ago, booked this morning."""
    begins = now() - timedelta(minutes=10)
    early = begins - timedelta(hours=3)
    session = type(group).objects.get(pk=group.pk).sessions.first() or make_session(
        group, now=early, starts_at=begins
    )
    parent, child = a_family(house, **facts)
    wish = ChildRequest(str(child.public_id), (str(session.public_id),))
    [booking] = services.place_booking(
        request=BookingRequest(children=(wish,), idempotency_key=f"k{child.pk}"),
        actor=Actor(user_id=parent.pk, name=parent.name),
        now=early,
    )
    return parent, child, booking


@pytest.fixture
def house(law_in_force):
    return make_house(name="石化街道山龙社区“宝宝屋”")


def test_a_child_comes_in_by_its_pass_and_goes_home_by_a_code(visit, screen, house):
    group = make_group(house, name="小苗班")
    parent, child, booking = booked_now(house, group, nickname="小满", allergies="花生、腰果")
    booked_now(house, group, nickname="安安")
    make_pickup(child, by=parent)
    desk = visit(a_carer(house), screen=screen)

    desk.goto("/floor/")
    desk.sees("今天还没有开始登记")
    desk.finds_no_barrier()
    desk.tap("button", words="开始登记")
    desk.sees("小满")
    desk.finds_no_barrier()

    desk.follow("门口")
    desk.finds_no_barrier()
    desk.page.locator("#id_code").fill(booking.pass_code)
    with desk.page.expect_navigation():
        desk.page.keyboard.press("Enter")  # as the scanner does
    desk.sees("可以入屋")
    desk.sees("花生、腰果")
    desk.finds_no_barrier()
    desk.fill("temperature_c", "37.8")
    desk.page.locator("input[name=brought_by]").first.check()
    desk.page.locator("[name=allergy_acknowledged]").check()
    assert desk.submit().status == 422
    desk.sees("体温 37.8 ℃")
    desk.finds_no_barrier()
    desk.fill("temperature_c", "36.6")
    desk.submit()
    desk.sees("已登记入屋")
    assert Stay.objects.get().left_at is None

    mother = visit(parent, screen=screen)
    mother.goto(f"/bookings/{booking.public_id}/")
    mother.sees("还在屋里")
    mother.fill("collector", "邻居王阿姨")
    mother.tap("button", words="接人码")
    code = mother.find(".collect-code b").inner_text()
    mother.finds_no_barrier()

    desk.goto(f"/floor/{house.public_id}/gate/{child.public_id}/")
    desk.finds_no_barrier()
    desk.tap("button", words="登记离开")
    desk.sees("请选择由谁接走")
    desk.fill("code", code)
    desk.submit()
    desk.sees("已登记离开")
    assert Stay.objects.get().collected_by == "邻居王阿姨"

    desk.goto(f"/floor/{house.public_id}/stays/{Stay.objects.get().public_id}/")
    desk.finds_no_barrier()
    desk.fill("reason", "体温写错了")
    desk.fill("temperature_c", "36.5")
    desk.submit()
    desk.sees("已更正")
    mother.goto(f"/bookings/{booking.public_id}/")
    mother.sees("更正过")
    mother.sees("邻居王阿姨")
    mother.finds_no_barrier()


def test_a_child_without_a_booking_is_written_down_at_the_door(visit, screen, house):
    group = make_group(house, name="小苗班")
    begins = now() - timedelta(minutes=10)
    make_session(group, now=begins - timedelta(hours=3), starts_at=begins)
    parent, child = a_family(house)
    desk = visit(a_carer(house), screen=screen)

    desk.goto(f"/floor/{house.public_id}/walk-in/")
    desk.finds_no_barrier()
    desk.fill("phone", parent.phone or "")
    desk.fill("child_name", "别的孩子")
    assert desk.submit().status == 422
    desk.sees("没有找到")
    desk.fill("child_name", child.name)
    desk.submit()
    desk.page.locator("input[name=session]").check()
    desk.finds_no_barrier()
    desk.submit()
    desk.sees("可以入屋")
    assert Booking.objects.get().child_id == child.pk
