"""Closing a house for some days: what it would end is told before it ends."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.types import Role, ScopeKind
from bookings.models import Booking, Obligation
from bookings.types import BookingState
from facilities.models import Closure
from tests.bookings.pages import as_user, forms_of, html_of, user_of, words_of
from tests.bookings.worlds import a_house, a_parent, a_ready_family, book, hours_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("law", "clock")]

DAYS = {"starts_on": "2026-11-24", "through": "2026-11-25", "reason": "水管破裂"}


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def booking(house):
    parent, child = a_ready_family(house)
    return book(parent, (child, hours_of(house, 2)))[0]


def somebody_who_is(role: Role, kind: ScopeKind, scope: str) -> Client:
    user = user_of(a_parent())
    user.grants.create(role=role, scope_kind=kind, scope=scope)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator(house):
    return somebody_who_is(Role.OPERATOR, ScopeKind.SUBDISTRICT, house.subdistrict.code)


def close_page_of(house) -> str:
    return reverse("bookings:close_house", args=[house.public_id])


def test_it_tells_how_many_bookings_would_end_and_ends_none(operator, house, booking):
    words = words_of(operator.get(close_page_of(house), DAYS))

    assert "1 个预约 ，2 个时段，1 个孩子" in words
    assert "免费 2 次" in words
    assert not Closure.objects.exists()
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_confirmed_it_closes_the_days_and_gives_everything_back(operator, house, booking):
    [form] = [
        form
        for form in forms_of(html_of(operator.get(close_page_of(house), DAYS)))
        if "reason" in form["fields"]
    ]

    done = operator.post(form["action"], form["fields"])

    assert done.status_code == 303
    assert "结束了 1 个预约" in words_of(operator.get(done["Location"]))
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert booking.child.entitlements.get().held == 0
    assert Obligation.objects.count() == 2


def test_days_without_bookings_say_so(operator, house):
    words = words_of(operator.get(close_page_of(house), DAYS))

    assert "0 个预约" in words
    assert "确认关闭" in words


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"through": "2026-11-23"}, "结束日期不应早于开始日期"),
        ({"reason": ""}, "必填"),
        ({"starts_on": "soon"}, "有效的日期"),
    ],
)
def test_what_makes_no_sense_is_told_at_its_field(operator, house, wrong, said):
    answer = operator.get(close_page_of(house), DAYS | wrong)

    assert answer.status_code == 422
    assert said in words_of(answer)


def test_days_gone_by_are_not_closed(operator, house):
    answer = operator.post(close_page_of(house), DAYS | {"starts_on": "2026-11-01"})

    assert answer.status_code == 422
    assert "不能关闭已经过去的日子" in words_of(answer)
    assert not Closure.objects.exists()


def test_the_person_in_charge_closes_their_own_house(house):
    browser = somebody_who_is(Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))

    assert browser.post(close_page_of(house), DAYS).status_code == 303


@pytest.mark.parametrize(
    ("role", "kind", "scope"),
    [
        (Role.OPERATOR, ScopeKind.SUBDISTRICT, "310116999"),
        (Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, "00000000-0000-0000-0000-000000000000"),
        (Role.CAREGIVER, ScopeKind.DISTRICT, "310116"),
        (Role.INSPECTOR, ScopeKind.DISTRICT, "310116"),
    ],
)
def test_nobody_else_finds_the_page(house, role, kind, scope):
    browser = somebody_who_is(role, kind, scope)

    assert browser.get(close_page_of(house)).status_code == 404
    assert browser.post(close_page_of(house), DAYS).status_code == 404
    assert not Closure.objects.exists()


def test_a_parent_does_not_find_the_page(house, booking):
    assert as_user(a_parent()).post(close_page_of(house), DAYS).status_code == 404
    assert Booking.objects.get().state == BookingState.CONFIRMED
