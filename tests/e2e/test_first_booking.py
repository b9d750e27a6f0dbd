"""From a stranger to a pass at the door, and back: sign up, papers, book, cancel, statement."""

import re
from datetime import timedelta
from io import BytesIO
from itertools import count

import pytest
from PIL import Image
from playwright.sync_api import expect

from bookings.models import Booking
from facilities.models import CareSession
from families.models import Child
from families.types import ReviewState, Sex
from notifications.models import OutboxMessage
from tests.e2e.scenes import a_family, hours_of, today, two_years_old
from tests.facilities.factories import make_house
from tests.families.factories import make_agreement_text, make_identity_number, make_operator

PASSWORD = "xiao-man-2024"
HOUSE = "石化街道山龙社区“宝宝屋”"

_phones = (f"139123456{number:02d}" for number in count(1))


@pytest.fixture
def house(law_in_force):
    """A house of 石化街道 with three free hours the day after tomorrow."""
    house = make_house(name=HOUSE)
    make_agreement_text(house.subdistrict)
    hours_of(house, 9, 10, 14)
    return house


def test_a_stranger_signs_up_books_shows_a_pass_and_cancels(visit, screen, house):
    parent = visit(screen=screen)
    _sign_up(parent, next(_phones))
    _add_a_child(parent)
    _hand_in_papers(parent)
    _the_house_accepts(visit(make_operator(house.subdistrict), screen=screen))
    _find(parent)
    _book(parent)
    _cancel(parent)
    _read_the_statement(parent)


def test_booking_needs_no_script(visit, law_in_force):
    house = make_house()
    hours_of(house, 9, 10)
    user, child = a_family(house)
    parent = visit(user, java_script_enabled=False)

    parent.goto("/find/")
    parent.follow(house.name)
    parent.follow("去预约")
    parent.page.locator("input[name=session]").nth(1).check()
    parent.submit()
    booking = Booking.objects.get()
    assert parent.at() == f"/bookings/{booking.public_id}/"
    parent.sees("约好了")
    parent.follow("取消预约")
    parent.sees("现在取消，全部退回")
    parent.tap("button.btn-hurts")
    parent.sees("预约已取消")
    parent.goto(f"/children/{child.public_id}/statement/")
    parent.sees("退回")


def _sign_up(parent, phone: str) -> None:
    parent.goto("/")
    parent.finds_no_barrier()
    parent.goto("/account/signup/")
    parent.fill("phone", phone)
    parent.fill("name", "陈静")
    parent.fill("password1", PASSWORD)
    parent.finds_no_barrier()
    parent.submit()
    parent.finds_no_barrier()
    parent.fill("code", _the_code_sent_to(phone))
    parent.submit()
    parent.goto("/children/")
    parent.sees("还没有登记孩子")
    parent.finds_no_barrier()


def _the_code_sent_to(phone: str) -> str:
    message = OutboxMessage.objects.filter(address=phone).order_by("-pk").first()
    assert message is not None
    return str(message.secret)


def _add_a_child(parent) -> None:
    parent.goto("/children/new/")
    born_on = two_years_old()
    parent.fill("name", "陈小满")
    parent.fill("nickname", "小满")
    parent.pick("sex", "girl")
    parent.fill("born_on", born_on.isoformat())
    parent.fill("identity_number", make_identity_number(born_on, Sex.GIRL))
    parent.page.locator("[name=subdistrict]").select_option(label="石化街道")
    parent.pick("relation", "mother")
    parent.page.locator("[name=care]").check()
    parent.finds_no_barrier()
    parent.submit()
    parent.sees("小满")
    parent.finds_no_barrier()


def _child_path() -> str:
    return f"/children/{Child.objects.get().public_id}/"


def _hand_in_papers(parent) -> None:
    _give_consents(parent)
    _declare_history(parent)
    _sign_agreement(parent)
    _upload_health_check(parent)
    parent.goto(_child_path())
    parent.sees("审核中")
    parent.finds_no_barrier()


def _give_consents(parent) -> None:
    parent.goto(_child_path() + "consents/")
    parent.finds_no_barrier()
    parent.tap("form:has([name=purpose][value=health]) button[value=give]")


def _declare_history(parent) -> None:
    parent.goto(_child_path() + "history/")
    parent.page.locator("[name=no_allergies]").check()
    parent.page.locator("[name=no_medical_history]").check()
    parent.finds_no_barrier()
    parent.submit()


def _sign_agreement(parent) -> None:
    parent.goto(_child_path() + "agreement/")
    parent.fill("typed_name", "陈静")
    parent.finds_no_barrier()
    parent.submit()


def _upload_health_check(parent) -> None:
    parent.goto(_child_path() + "health-check/")
    parent.fill("examined_on", (today() - timedelta(days=20)).isoformat())
    parent.fill("institution", "石化街道社区卫生服务中心")
    parent.page.locator("[name=file]").set_input_files([_a_photo()])
    parent.finds_no_barrier()
    parent.submit()


def _a_photo() -> dict[str, object]:
    picture = BytesIO()
    Image.new("RGB", (600, 800), "white").save(picture, "JPEG")
    return {"name": "体检证明.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def _the_house_accepts(desk) -> None:
    desk.goto("/reviews/")
    desk.finds_no_barrier()
    desk.follow("陈小满")
    desk.finds_no_barrier()
    desk.tap("button[value=accept]")
    assert Child.objects.get().health_checks.get().state == ReviewState.ACCEPTED


def _find(parent) -> None:
    parent.goto("/")
    parent.finds_no_barrier()
    parent.goto("/find/")
    parent.finds_no_barrier()
    parent.follow(HOUSE)
    parent.finds_no_barrier()
    parent.follow("去预约")
    parent.finds_no_barrier()


def _book(parent) -> None:
    boxes = parent.page.locator("input[name=session]")
    expect(boxes).to_have_count(3)
    boxes.nth(0).check()
    parent.sees("已选 1 个时段")
    boxes.nth(1).check()
    parent.sees("已选 2 个时段")
    parent.finds_no_barrier()
    parent.tap("#summary button")
    booking = Booking.objects.get()
    assert parent.at() == f"/bookings/{booking.public_id}/"
    assert booking.hours.count() == 2
    parent.sees("约好了")
    parent.sees("09:00–11:00")
    assert booking.pass_code in re.sub(r"\s", "", parent.find(".pass-code figcaption").inner_text())
    drawn = parent.find(".pass-code img").evaluate("image => image.complete && image.naturalWidth")
    assert drawn, "the policy of the page keeps the QR code from being drawn"
    parent.finds_no_barrier()
    parent.goto("/bookings/")
    parent.sees(HOUSE)
    parent.finds_no_barrier()


def _cancel(parent) -> None:
    booking = Booking.objects.get()
    parent.goto(f"/bookings/{booking.public_id}/")
    parent.follow("取消预约")
    parent.sees("现在取消，全部退回")
    parent.sees("2 次")
    parent.finds_no_barrier()
    parent.tap("button.btn-hurts")
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    assert not CareSession.objects.filter(places_taken__gt=0).exists()
    parent.sees("预约已取消")
    parent.finds_no_barrier()


def _read_the_statement(parent) -> None:
    parent.goto(f"/children/{Child.objects.get().public_id}/statement/")
    parent.finds_no_barrier()
    expect(parent.find(".stat", words="还能用").locator("b")).to_have_text("12")
    lines = parent.page.locator("main table.ledger tbody tr")
    expect(lines.filter(has_text="占用")).to_have_count(2)
    expect(lines.filter(has_text="退回")).to_have_count(2)
