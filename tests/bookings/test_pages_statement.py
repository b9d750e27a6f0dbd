"""The statement of free 次 reads like a bank's."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import services
from families.types import GuardianRight
from tests.bookings.pages import as_user, html_of, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import (
    a_house,
    a_parent,
    a_ready_family,
    add_guardian,
    book,
    hours_of,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]

_AMOUNT = re.compile(r'<td class="amount[^"]*">([^<]*)</td>')


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


def statement_of(browser, child, **asked):
    return browser.get(reverse("bookings:statement", args=[child.public_id]), asked)


def amounts_of(page: str) -> list[tuple[int, int]]:
    """Each line's change and balance, the newest first."""
    numbers = [int(said.replace("−", "-")) for said in _AMOUNT.findall(page)]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def test_before_the_first_booking_it_says_what_will_be_granted_and_by_which_clause(browser, child):
    answer = statement_of(browser, child)

    words = words_of(answer)
    assert "12 次 还能用" in words
    assert "还没有用过" in words
    assert "<blockquote>" in html_of(answer)


def test_every_movement_has_its_change_and_the_balance_after_it(browser, parent, child, house):
    hours = hours_of(house, 3)
    [first] = book(parent, (child, hours[:2]))
    book(parent, (child, hours[2:]))
    services.cancel_booking(booking=str(first.public_id), actor=parent, now=NOW)

    page = html_of(statement_of(browser, child))

    lines = amounts_of(page)[::-1]
    assert lines == [(12, 12), (-1, 11), (-1, 10), (-1, 9), (1, 10), (1, 11)]
    assert all(after == before + change for (_, before), (change, after) in pairwise(lines))


def test_the_numbers_on_top_are_those_of_the_last_line(browser, parent, child, house):
    book(parent, (child, hours_of(house, 2)))

    answer = statement_of(browser, child)

    words = words_of(answer)
    assert "10 次 还能用" in words
    assert "12 次 全年发放" in words
    assert "2 次 已约未用" in words
    assert "0 次 已用" in words
    assert amounts_of(html_of(answer))[0][1] == 10


def test_a_line_says_what_happened_where_and_when_care_is(browser, parent, child, house):
    book(parent, (child, hours_of(house)))

    words = words_of(statement_of(browser, child))

    assert "预约占用" in words
    assert f"照护 11月24日 周二 09:00，{house.name}" in words


def test_too_late_a_cancellation_stands_as_used(browser, parent, child, house, clock):
    [booking] = book(parent, (child, hours_of(house)))
    clock.now = TUESDAY - timedelta(minutes=5)
    services.cancel_booking(booking=str(booking.public_id), actor=parent, now=clock.now)

    words = words_of(statement_of(browser, child))

    assert "过时取消，计为使用" in words
    assert "1 次 已用" in words


def test_another_year_has_its_own_statement(browser, parent, child, house):
    book(parent, (child, hours_of(house)))

    words = words_of(statement_of(browser, child, year=2027))

    assert "2027年" in words
    assert "预约占用" not in words


@pytest.mark.parametrize("year", ["soon", "-1", "99999"])
def test_a_year_that_makes_no_sense_shows_this_one(browser, child, year):
    answer = statement_of(browser, child, year=year)

    assert answer.status_code == 200
    assert "2026年" in words_of(answer)


def test_who_may_read_may_read_it_and_nobody_else(child, house):
    grandmother = a_parent()
    add_guardian(child, grandmother, right=GuardianRight.READ)
    stranger, _ = a_ready_family(house)

    assert statement_of(as_user(grandmother), child).status_code == 200
    assert statement_of(as_user(stranger), child).status_code == 404


def test_ten_more_lines_cost_no_more_statements(browser, parent, child, house):
    book(parent, (child, hours_of(house)))
    first = _statements(browser, child)
    for day in range(1, 4):
        book(parent, (child, hours_of(house, 3, starts_at=TUESDAY + timedelta(days=day))))
    second = _statements(browser, child)

    assert first == second
    assert first <= 20


def _statements(browser, child) -> int:
    statement_of(browser, child)
    with CaptureQueriesContext(connection) as captured:
        assert statement_of(browser, child).status_code == 200
    return len(captured)
