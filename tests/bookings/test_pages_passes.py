"""A family's bookings: the list, the pass, and giving back what was told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import services
from bookings.models import BookedHour, Booking
from bookings.types import BookingState, HourState
from common.intervals import day_in_shanghai
from facilities.types import CareMode
from families.types import GuardianRight
from tests.bookings.pages import as_user, detail_of, hidden, html_of, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    a_ready_family,
    add_guardian,
    book,
    hours_of,
)
from tests.facilities.people import operator_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def family(house):
    return a_ready_family(house)


@pytest.fixture
def parent(family):
    return family[0]


@pytest.fixture
def child(family):
    return family[1]


@pytest.fixture
def browser(parent):
    return as_user(parent)


@pytest.fixture
def booking(parent, child, house):
    return book(parent, (child, hours_of(house, 2)))[0]


def cancel_page_of(booking) -> str:
    return reverse("bookings:cancel", args=[booking.public_id])


def cancel(browser, booking):
    """Read the page, then send its form."""
    page = html_of(browser.get(cancel_page_of(booking)))
    return browser.post(cancel_page_of(booking), {"told": hidden(page, "told")})


class TestPass:
    def test_it_shows_the_code_for_the_door_as_picture_and_as_words(self, browser, booking):
        page = html_of(browser.get(detail_of(booking)))

        code = booking.pass_code
        assert 'src="data:image/svg+xml' in page
        assert f'alt="预约码 {code[:5]} {code[5:]}"' in page
        assert f'<b class="numbers">{code[:5]} {code[5:]}</b>' in page

    def test_it_says_when_where_and_what_to_bring(self, browser, booking, house):
        words = words_of(browser.get(detail_of(booking)))

        assert "11月24日 周二 09:00–11:00" in words
        assert house.name in words
        assert house.address in words
        assert house.phone in words
        assert "请带" in words
        assert "不提供餐食和点心" in words

    @pytest.mark.parametrize(
        ("mode", "asks"),
        [
            (CareMode.DROP_OFF, "孩子单独留下，家长不陪同，按时来接。"),
            (CareMode.WITH_PARENT, "家长全程一同参与亲子活动，不能离开。"),
            (CareMode.WITH_GRANDPARENT, "祖辈在看得见孩子的隔壁空间活动，全程不离开。"),
        ],
    )
    def test_it_says_what_the_mode_asks_of_the_adult(
        self, browser, parent, child, house, mode, asks
    ):
        [placed] = book(parent, (child, hours_of(house, mode=mode)))

        assert asks in words_of(browser.get(detail_of(placed)))

    def test_hours_that_do_not_touch_are_told_apart_under_one_day(
        self, browser, parent, child, house
    ):
        hours = hours_of(house, 3)
        [placed] = book(parent, (child, [hours[0], hours[2]]))

        words = words_of(browser.get(detail_of(placed)))

        assert "11月24日 周二 09:00–10:00 ， 11:00–12:00" in words

    @pytest.mark.parametrize("page", ["detail", "cancel", "calendar"])
    def test_it_is_not_there_for_another_family_nor_for_the_operator(self, booking, house, page):
        address = reverse(f"bookings:{page}", args=[booking.public_id])
        stranger, _ = a_ready_family(house)

        assert as_user(stranger).get(address).status_code == 404
        assert Client().get(address).status_code == 302

    def test_the_phones_calendar_gets_each_hour_with_its_place(self, browser, booking, house):
        answer = browser.get(reverse("bookings:calendar", args=[booking.public_id]))

        text = answer.content.decode()
        unfolded = text.replace("\r\n ", "")
        assert answer["Content-Type"].startswith("text/calendar")
        assert text.count("BEGIN:VEVENT") == 2
        assert "DTSTART:20261124T010000Z" in text
        assert f"LOCATION:{house.name}\\, {house.address}" in unfolded
        assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        assert "\n" not in text.replace("\r\n", "")

    @pytest.mark.parametrize("page", ["detail", "calendar"])
    def test_it_opens_nothing_that_is_sealed_about_the_child(self, browser, booking, page):
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse(f"bookings:{page}", args=[booking.public_id]))

        assert "pass_code" in str(captured.captured_queries)
        for sealed in ("identity_number", "allergies", "medical_history"):
            assert sealed not in str(captured.captured_queries)


class TestCancelling:
    def test_it_tells_beforehand_what_it_then_does(self, browser, booking, child):
        told = words_of(browser.get(cancel_page_of(booking)))

        done = cancel(browser, booking)

        assert "现在取消，全部退回" in told
        assert "退回次数 2 次" in told
        assert "免费取消截止 11月24日 周二 07:00" in told
        assert done.status_code == 303
        assert "已取消。退回免费次数 2 次。" in words_of(browser.get(done["Location"]))
        assert child.entitlements.get().held == 0

    def test_reading_the_page_cancels_nothing(self, browser, booking):
        browser.get(cancel_page_of(booking))

        booking.refresh_from_db()
        assert booking.state == BookingState.CONFIRMED

    def test_too_late_it_tells_what_is_lost_with_the_clause(self, browser, booking, child, clock):
        clock.now = TUESDAY - timedelta(minutes=90)  # too near to 09:00, in time for 10:00

        told = browser.get(cancel_page_of(booking))
        done = cancel(browser, booking)

        words = words_of(told)
        assert "现在取消，有些不能退回" in words
        assert "退回次数 1 次" in words
        assert "算用掉 1 次" in words
        assert "看依据" in words
        assert done.status_code == 303
        entitlement = child.entitlements.get()
        assert (entitlement.held, entitlement.used) == (0, 1)

    def test_a_fee_is_told_and_paid_back(self, browser, parent, child, house):
        child.entitlements.create(year=2026, granted=12, used=12)
        [placed] = book(parent, (child, hours_of(house)))

        told = words_of(browser.get(cancel_page_of(placed)))
        cancel(browser, placed)

        assert "退款 20元" in told
        assert BookedHour.objects.get(booking=placed).refunded_fen == 2000

    def test_what_was_told_too_long_ago_is_told_again_before_anything_happens(
        self, browser, booking, clock
    ):
        page = html_of(browser.get(cancel_page_of(booking)))
        clock.now = TUESDAY - timedelta(minutes=30)

        answer = browser.post(cancel_page_of(booking), {"told": hidden(page, "told")})

        assert answer.status_code == 422
        assert "还没有取消，请再看一次" in words_of(answer)
        booking.refresh_from_db()
        assert booking.state == BookingState.CONFIRMED

    def test_a_second_time_there_is_nothing_left(self, browser, booking):
        page = html_of(browser.get(cancel_page_of(booking)))
        cancel(browser, booking)

        again = browser.post(cancel_page_of(booking), {"told": hidden(page, "told")})
        looked = browser.get(cancel_page_of(booking))

        assert again.status_code == 422
        assert "这个预约已经取消过了。" in words_of(again)
        assert looked.status_code == 200
        assert "没有可以取消的时段" in words_of(looked)

    def test_a_guardian_who_may_only_read_cannot_cancel(self, booking, child):
        grandmother = a_parent()
        add_guardian(child, grandmother, right=GuardianRight.READ)

        answer = cancel(as_user(grandmother), booking)

        assert answer.status_code == 422
        assert "您的权限是只读" in words_of(answer)
        assert booking.hours.filter(state=HourState.LIVE).count() == 2

    def test_another_familys_booking_is_not_found_and_stays(self, booking, house):
        stranger, _ = a_ready_family(house)

        answer = as_user(stranger).post(cancel_page_of(booking), {"told": "2:0:0:0"})

        assert answer.status_code == 404
        booking.refresh_from_db()
        assert booking.state == BookingState.CONFIRMED

    def test_what_the_house_cancelled_says_why(self, browser, booking, house):
        services.close_house(
            facility=str(house.public_id),
            starts_on=day_in_shanghai(TUESDAY),
            through=day_in_shanghai(TUESDAY),
            reason="水管破裂",
            actor=replace(a_parent(), grants=operator_of(house.subdistrict).grants),
            now=NOW,
        )

        words = words_of(browser.get(detail_of(booking)))

        assert "宝宝屋取消" in words
        assert "原因：水管破裂。次数和费用已全部退回。" in words


class TestList:
    def test_what_is_to_come_stands_above_what_was(self, browser, parent, child, house, clock):
        book(parent, (child, hours_of(house)))
        [later] = book(parent, (child, hours_of(house, starts_at=TUESDAY + timedelta(days=2))))
        clock.now = TUESDAY + timedelta(days=1)
        services.settle_hours(now=clock.now)

        words = words_of(browser.get(reverse("bookings:mine")))

        coming, _, past = words.partition("以前")
        assert "11月26日 周四 09:00–10:00" in coming
        assert "11月24日 周二 09:00–10:00" in past
        assert "已完成" in past
        assert detail_of(later) in html_of(browser.get(reverse("bookings:mine")))

    def test_nothing_yet_says_what_to_do(self, browser):
        words = words_of(browser.get(reverse("bookings:mine")))

        assert "还没有预约" in words
        assert "找宝宝屋" in words

    def test_another_familys_bookings_are_not_in_it(self, booking, house):
        stranger, _ = a_ready_family(house)

        assert booking.child.name not in words_of(as_user(stranger).get(reverse("bookings:mine")))

    def test_ten_more_bookings_cost_no_more_statements(self, browser, parent, child, house):
        page = reverse("bookings:mine")
        _book_and_cancel(parent, child, house)
        book(parent, (child, hours_of(house)))
        first = _statements(browser, page)
        for day in range(1, 6):
            _book_and_cancel(parent, child, house, starts_at=TUESDAY + timedelta(days=day, hours=4))
            book(parent, (child, hours_of(house, starts_at=TUESDAY + timedelta(days=day))))
        for _ in range(3):
            services.cancel_booking(booking=str(_newest(child).public_id), actor=parent, now=NOW)
        second = _statements(browser, page)

        assert Booking.objects.count() == 12
        assert first == second
        assert first <= 20

    @pytest.mark.parametrize("page", ["detail", "cancel"])
    def test_the_pass_and_its_cancel_page_stay_within_twenty(self, browser, booking, page):
        assert _statements(browser, reverse(f"bookings:{page}", args=[booking.public_id])) <= 20


def _newest(child) -> Booking:
    return Booking.objects.filter(child=child, state="confirmed").order_by("-pk")[0]


def _book_and_cancel(parent, child, house, **facts) -> None:
    book(parent, (child, hours_of(house, **facts)))
    services.cancel_booking(booking=str(_newest(child).public_id), actor=parent, now=NOW)


def _statements(browser, page: str) -> int:
    browser.get(page)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(page).status_code == 200
    return len(captured)
