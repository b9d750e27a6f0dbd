"""The same hour every week: begun, looked at, ended; told before, done after."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings.models import Booking, Series
from bookings.types import BookingState
from families.types import GuardianRight
from tests.bookings.pages import as_user, hidden, html_of, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    a_ready_family,
    add_guardian,
    book,
    hours_of,
)
from tests.facilities.factories import make_group, make_session

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]

WEEK = timedelta(days=7)


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
def tuesdays(house):
    """The same hour of three weeks: free, full, and not open yet."""
    group = make_group(house)
    return [
        make_session(group, starts_at=TUESDAY, now=NOW),
        make_session(group, starts_at=TUESDAY + WEEK, now=NOW, places=1, places_taken=1),
        make_session(group, starts_at=TUESDAY + 2 * WEEK, now=NOW, opens_at=NOW + WEEK),
    ]


def weekly(session) -> str:
    return reverse("bookings:weekly", args=[session.public_id])


def start(browser, child, session, weeks="3"):
    return browser.post(weekly(session), {"child": child.public_id, "weeks": weeks})


def end_page_of(series) -> str:
    return reverse("bookings:end_series", args=[series.public_id])


class TestBeginning:
    def test_the_page_says_when_it_begins_and_what_it_costs(self, browser, child, tuesdays):
        words = words_of(browser.get(weekly(tuesdays[0]), {"child": child.public_id}))

        assert "每周二 09:00–10:00" in words
        assert "从 11月24日 周二 开始" in words
        assert "第一次用 1 次免费" in words

    def test_an_hour_that_is_booked_already_begins_a_week_later(
        self, browser, parent, child, tuesdays
    ):
        book(parent, (child, tuesdays[:1]))

        words = words_of(browser.get(weekly(tuesdays[0]), {"child": child.public_id}))

        assert "从 12月1日 周二 开始" in words
        assert "这一周的已经约好了" in words

    def test_an_hour_without_a_next_week_says_so(self, browser, parent, child, house):
        hours = hours_of(house)
        book(parent, (child, hours))

        words = words_of(browser.get(weekly(hours[0]), {"child": child.public_id}))

        assert "下一周的这个时段还没有公布" in words

    def test_each_date_is_booked_or_refused_with_its_reason_or_waits(
        self, browser, child, tuesdays
    ):
        answer = start(browser, child, tuesdays[0])

        words = words_of(browser.get(answer["Location"]))
        assert answer.status_code == 303
        assert "1 次 约上" in words
        assert "1 次 没约上" in words
        assert "1 次 等开放" in words
        assert "12月1日 周二 这个时段已约满。" in words
        assert "12月8日 周二 开放预约时自动约。" in words
        assert Booking.objects.get().first_starts_at == TUESDAY

    @pytest.mark.parametrize("weeks", ["1", "13", "many", ""])
    def test_a_number_of_weeks_that_makes_no_sense_is_told_at_the_field(
        self, browser, child, tuesdays, weeks
    ):
        answer = start(browser, child, tuesdays[0], weeks=weeks)

        assert answer.status_code == 422
        assert "field-fault" in html_of(answer)
        assert not Series.objects.exists()

    def test_who_may_only_read_begins_nothing(self, child, tuesdays):
        grandmother = a_parent()
        add_guardian(child, grandmother, right=GuardianRight.READ)

        assert start(as_user(grandmother), child, tuesdays[0]).status_code == 403
        assert not Series.objects.exists()

    def test_another_familys_child_is_not_found(self, child, house, tuesdays):
        stranger, _ = a_ready_family(house)

        assert start(as_user(stranger), child, tuesdays[0]).status_code == 404
        assert not Series.objects.exists()


class TestEnding:
    @pytest.fixture
    def series(self, browser, child, tuesdays):
        start(browser, child, tuesdays[0])
        return Series.objects.get()

    def test_it_tells_beforehand_what_it_then_does(self, browser, series):
        page = browser.get(end_page_of(series))

        done = browser.post(end_page_of(series), {"told": hidden(html_of(page), "told")})

        words = words_of(page)
        assert "取消预约 1 个" in words
        assert "退回次数 1 次" in words
        assert "不再约 还没开放的 1 次" in words
        assert done.status_code == 303
        assert Booking.objects.get().state == BookingState.CANCELLED
        series.refresh_from_db()
        assert series.ended_at == NOW

    def test_reading_the_page_ends_nothing(self, browser, series):
        browser.get(end_page_of(series))

        series.refresh_from_db()
        assert series.ended_at is None

    def test_what_was_told_too_long_ago_is_told_again(self, browser, series, clock):
        page = html_of(browser.get(end_page_of(series)))
        clock.now = TUESDAY - timedelta(minutes=10)

        answer = browser.post(end_page_of(series), {"told": hidden(page, "told")})

        assert answer.status_code == 422
        assert "算用掉 1 次" in words_of(answer)
        series.refresh_from_db()
        assert series.ended_at is None

    def test_ended_it_says_so_and_offers_no_end(self, browser, series):
        page = html_of(browser.get(end_page_of(series)))
        browser.post(end_page_of(series), {"told": hidden(page, "told")})

        words = words_of(browser.get(reverse("bookings:series", args=[series.public_id])))

        assert "已结束" in words
        assert "不再约" in words
        assert "结束每周预约" not in words

    @pytest.mark.parametrize("page", ["series", "end_series"])
    def test_another_familys_series_is_not_found(self, series, house, page):
        stranger, _ = a_ready_family(house)
        address = reverse(f"bookings:{page}", args=[series.public_id])

        assert as_user(stranger).get(address).status_code == 404

    def test_it_stands_in_the_list_of_bookings(self, browser, series):
        words = words_of(browser.get(reverse("bookings:mine")))

        assert "每周二 09:00" in words
        assert "约上 1/3" in words


class TestSpeed:
    @pytest.mark.parametrize("page", ["series", "end_series"])
    def test_ten_more_dates_cost_no_more_statements(self, browser, child, house, page):
        short = _a_series(browser, child, house, weeks=2, hour=0)
        long = _a_series(browser, child, house, weeks=6, hour=3)

        first, second = (_statements(browser, page, series) for series in (short, long))

        assert first == second
        assert first <= 20


def _a_series(browser, child, house, *, weeks: int, hour: int) -> Series:
    group = make_group(house)
    hours = [
        make_session(group, starts_at=TUESDAY + week * WEEK + timedelta(hours=hour), now=NOW)
        for week in range(weeks)
    ]
    answer = start(browser, child, hours[0], weeks=str(weeks))
    return Series.objects.get(public_id=answer["Location"].rstrip("/").rsplit("/", 1)[1])


def _statements(browser, page, series) -> int:
    address = reverse(f"bookings:{page}", args=[series.public_id])
    browser.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)
