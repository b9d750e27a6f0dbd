"""From a stranger to a pass at the door, and back: sign up, papers, book, cancel."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from bookings.models import Booking
from common.intervals import SHANGHAI, day_in_shanghai
from facilities.models import CareSession
from families.models import Child
from families.types import Sex
from notifications.models import OutboxMessage
from tests.facilities.factories import make_group, make_house, make_session
from tests.families.factories import make_agreement_text, make_identity_number, make_operator

PHONE = "13912345678"
PASSWORD = "xiao-man-2024"


@pytest.fixture
def house(law_in_force):
    """A house of 石化街道 with three free hours the day after tomorrow."""
    house = make_house(name="石化街道山龙社区“宝宝屋”")
    make_agreement_text(house.subdistrict)
    group = make_group(house)
    day = day_in_shanghai(timezone.now()) + timedelta(days=2)
    for hour in (9, 10, 14):
        make_session(group, day=day, hour=hour, now=timezone.now())
    return house


@pytest.fixture
def operator(house):
    user = make_operator(house.subdistrict)
    user.set_password(PASSWORD)
    user.save()
    return user


def the_code_sent_to(phone: str) -> str:
    message = OutboxMessage.objects.filter(address=phone).order_by("-pk").first()
    assert message is not None
    return str(message.secret)


def a_photo() -> dict[str, object]:
    picture = BytesIO()
    Image.new("RGB", (600, 800), "white").save(picture, "JPEG")
    return {"name": "体检证明.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


def born_two_years_ago() -> date:
    return day_in_shanghai(timezone.now()) - timedelta(days=760)


def test_a_stranger_signs_up_books_shows_a_pass_and_cancels(visit, screen, house, operator):
    parent = visit(*screen)
    _sign_up(parent)
    _add_a_child(parent)
    _hand_in_papers(parent)
    _the_house_accepts(visit, operator)
    _book(parent, house)
    _cancel(parent)


def _sign_up(parent) -> None:
    parent.goto("/")
    parent.finds_no_barrier()
    parent.goto("/account/signup/")
    parent.fill("手机号", PHONE)
    parent.fill("姓名", "陈静")
    parent.fill("密码", PASSWORD)
    parent.finds_no_barrier()
    parent.click("获取验证码")
    parent.finds_no_barrier()
    parent.page.locator("input[name=code]").fill(the_code_sent_to(PHONE))
    parent.page.locator("main form button.btn-primary").first.click()
    parent.page.wait_for_load_state()
    parent.goto("/children/")
    parent.finds_no_barrier()


def _add_a_child(parent) -> None:
    parent.goto("/children/new/")
    born_on = born_two_years_ago()
    parent.fill("孩子姓名", "陈小满")
    parent.fill("小名", "小满")
    parent.pick("sex", "girl")
    parent.fill("出生日期", born_on.isoformat())
    parent.page.locator("[name=identity_number]").fill(make_identity_number(born_on, Sex.GIRL))
    parent.page.locator("[name=subdistrict]").select_option(index=1)
    parent.pick("relation", "mother")
    parent.page.locator("[name=care]").check()
    parent.finds_no_barrier()
    parent.page.locator("main form button.btn-primary").first.click()
    parent.page.wait_for_load_state()
    parent.sees("小满")
    parent.finds_no_barrier()


def _child_path() -> str:
    return f"/children/{Child.objects.get().public_id}/"


def _hand_in_papers(parent) -> None:
    _give_consents(parent)
    _declare_history(parent)
    _sign_agreement(parent)
    _upload_health_check(parent)


def _submit(parent) -> None:
    parent.page.locator("main form button.btn-primary").last.click()
    parent.page.wait_for_load_state()


def _give_consents(parent) -> None:
    parent.goto(_child_path() + "consents/")
    parent.finds_no_barrier()
    form = parent.page.locator("form:has(input[name=purpose][value=health])")
    form.locator("button[value=give]").first.click()
    parent.page.wait_for_load_state()


def _declare_history(parent) -> None:
    parent.goto(_child_path() + "history/")
    parent.page.locator("[name=no_allergies]").check()
    parent.page.locator("[name=no_medical_history]").check()
    parent.finds_no_barrier()
    _submit(parent)


def _sign_agreement(parent) -> None:
    parent.goto(_child_path() + "agreement/")
    parent.finds_no_barrier()
    parent.page.locator("[name=typed_name]").fill("陈静")
    _submit(parent)


def _upload_health_check(parent) -> None:
    parent.goto(_child_path() + "health-check/")
    today = day_in_shanghai(timezone.now())
    parent.page.locator("[name=examined_on]").fill((today - timedelta(days=20)).isoformat())
    parent.page.locator("[name=institution]").fill("石化街道社区卫生服务中心")
    parent.page.locator("[name=file]").set_input_files([a_photo()])
    parent.finds_no_barrier()
    _submit(parent)
    parent.goto(_child_path())
    parent.finds_no_barrier()


def _the_house_accepts(visit, operator) -> None:
    desk = visit(1440, 900)
    desk.goto("/account/login/")
    desk.page.locator("[name=login]").fill(operator.phone)
    desk.page.locator("[name=password]").fill(PASSWORD)
    desk.page.keyboard.press("Enter")
    desk.page.wait_for_load_state()
    desk.goto("/reviews/")
    desk.finds_no_barrier()
    desk.page.locator("main a[href*='/reviews/']").first.click()
    desk.page.wait_for_load_state()
    desk.finds_no_barrier()
    desk.page.locator("button[value=accept]").first.click()
    desk.page.wait_for_load_state()


def _book(parent, house) -> None:
    parent.goto("/find/")
    parent.finds_no_barrier()
    parent.follow("石化街道山龙社区")
    parent.finds_no_barrier()
    day = CareSession.objects.order_by("starts_at").first().starts_at.astimezone(SHANGHAI)
    child = Child.objects.get().public_id
    parent.goto(f"/houses/{house.public_id}/book/?child={child}&day={day:%Y-%m-%d}")
    parent.finds_no_barrier()
    boxes = parent.page.locator("input[name=session]:not([disabled])")
    boxes.nth(0).check()
    boxes.nth(1).check()
    parent.page.locator("#summary").get_by_text("已选 2 个时段").wait_for()
    parent.finds_no_barrier()
    parent.page.locator("#summary button").click()
    parent.page.wait_for_url(re.compile("/bookings/[0-9a-f-]{36}/"))
    parent.sees(Booking.objects.get().pass_code[:4])
    parent.finds_no_barrier()


def _cancel(parent) -> None:
    booking = Booking.objects.get()
    parent.goto(f"/bookings/{booking.public_id}/cancel/")
    parent.sees("2 次")
    parent.finds_no_barrier()
    _submit(parent)
    booking.refresh_from_db()
    assert booking.state == "cancelled"
    parent.goto(f"/bookings/{booking.public_id}/")
    parent.sees("取消")
    parent.finds_no_barrier()
    parent.goto(f"/children/{Child.objects.get().public_id}/statement/")
    parent.sees("12")
    parent.finds_no_barrier()
