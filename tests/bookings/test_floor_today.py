"""今日 for programs and for pages: who is there counts, and unknown is not none."""

from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.test import APIClient

from accounts.models import Grant, User
from accounts.types import Role, ScopeKind
from bookings import selectors
from facilities.models import CareSession
from tests.facilities.factories import make_group, make_house, make_session
from tests.facilities.people import inspector_of, operator_of, person_in_charge_of

pytestmark = pytest.mark.usefixtures("law")
LIST = "/api/v1/facilities/"


@pytest.fixture
def api():
    return APIClient()


FLOOR = datetime(2026, 11, 23, 1, 20, tzinfo=UTC)  # twenty past nine in Shanghai


@pytest.fixture
def floor():
    house = make_house()
    running, later, idle = (make_group(house, name=name) for name in ("一班", "二班", "三班"))
    today = FLOOR.date()
    make_session(running, now=FLOOR, day=today, hour=9, places_taken=6, counted_staff=3)
    make_session(running, now=FLOOR, day=today, hour=10, places_taken=1)
    make_session(later, now=FLOOR, day=today, hour=14, places_taken=7, counted_staff=1)
    make_session(idle, now=FLOOR, day=today + timedelta(days=1), hour=9)
    return house


def groups_of(house, actor):
    return selectors.house_today(str(house.public_id), actor=actor, now=FLOOR).groups


def test_the_floor_shows_the_running_session_or_the_next_one_today(floor):
    groups = {group.name: group for group in groups_of(floor, operator_of(floor.subdistrict))}
    running, later, idle = groups["一班"], groups["二班"], groups["三班"]

    assert (running.is_running, running.children_expected, running.counted_staff) == (True, 6, 3)
    assert (running.needed_staff, running.margin, running.breach) == (2, 1, None)
    assert (later.is_running, later.needed_staff, later.margin) == (False, 2, -1)
    assert later.breach.cause == "sick_leave"
    assert (idle.session, idle.children_expected) == (None, 0)
    assert {running.children_present, later.children_present} == {None}


def test_those_who_run_it_and_those_who_look_after_it_see_the_floor(floor):
    district = floor.subdistrict.district

    for actor in (
        operator_of(floor.subdistrict),
        person_in_charge_of(floor),
        inspector_of(district),
    ):
        assert len(groups_of(floor, actor)) == 3


def user_with(role: Role, kind: ScopeKind, scope: str) -> User:
    user = User.objects.create_user("13800000999", "babyhouse-demo", name="某人")
    Grant.objects.create(user=user, role=role, scope_kind=kind, scope=scope)
    return user


def test_an_operator_reads_the_floor(api, floor):
    api.force_authenticate(user_with(Role.OPERATOR, ScopeKind.SUBDISTRICT, "310116001"))

    answer = api.get(f"{LIST}{floor.public_id}/today/")

    body = answer.json()
    assert answer.status_code == 200
    assert len(body) == 3
    assert {
        "children_present",
        "children_expected",
        "counted_staff",
        "needed_staff",
        "margin",
        "breach",
    } <= set(body[0])
    assert body[0]["children_present"] is None


@pytest.mark.parametrize(
    ("role", "kind", "scope"),
    [
        (Role.OPERATOR, ScopeKind.SUBDISTRICT, "310116107"),
        (Role.INSPECTOR, ScopeKind.DISTRICT, "310106"),
        (Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, "00000000-0000-4000-8000-000000000000"),
        (Role.AUDITOR, ScopeKind.CITY, "310000"),
    ],
)
def test_a_foreign_floor_is_not_found(api, floor, role, kind, scope):
    api.force_authenticate(user_with(role, kind, scope))

    assert api.get(f"{LIST}{floor.public_id}/today/").status_code == 404


def test_a_parent_finds_no_floor_and_nobody_must_sign_in(api, floor):
    assert api.get(f"{LIST}{floor.public_id}/today/").status_code == 401
    api.force_authenticate(User.objects.create_user("13800000001", "babyhouse-demo"))
    assert api.get(f"{LIST}{floor.public_id}/today/").status_code == 404


def test_more_groups_take_no_more_queries(floor, django_assert_num_queries):
    for _ in range(6):
        make_session(make_group(floor), now=FLOOR, day=FLOOR.date(), hour=15)

    with django_assert_num_queries(6):
        assert len(groups_of(floor, operator_of(floor.subdistrict))) == 9
    assert CareSession.objects.count() == 10
