"""Programs read houses; the floor is for those who run it and look after it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Grant, User
from accounts.types import Role, ScopeKind
from facilities import selectors
from facilities.models import CareSession
from tests.facilities.factories import (
    make_group,
    make_house,
    make_session,
    make_subdistrict,
    make_timetable,
)
from tests.facilities.people import inspector_of, operator_of, person_in_charge_of

pytestmark = pytest.mark.usefixtures("law")
LIST = "/api/v1/facilities/"


@pytest.fixture
def api():
    return APIClient()


@pytest.fixture
def now():
    return timezone.now()


def open_house(now, **facts):
    group = make_group(make_house(**facts))
    make_timetable(group)
    make_session(group, now=now)
    return group.facility


def test_anybody_lists_houses_nearest_first(api, now):
    far = open_house(now, latitude=30.75, longitude=121.336)
    near = open_house(now, latitude=30.71, longitude=121.336)

    answer = api.get(LIST, {"lat": 30.709, "lon": 121.336})

    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"next", "previous", "results"}
    assert [row["id"] for row in body["results"]] == [str(near.public_id), str(far.public_id)]
    row = body["results"][0]
    assert (row["subdistrict"], row["distance_m"], row["modes"]) == ("石化街道", 111, ["drop_off"])
    assert row["places_left_today"] == 0
    assert datetime.fromisoformat(row["next_free_at"]).utcoffset() is not None
    assert "sign" not in row


def test_a_list_without_a_point_has_no_distance(api, now):
    open_house(now)

    assert api.get(LIST).json()["results"][0]["distance_m"] is None


def test_pages_lead_on(api, now):
    for _ in range(3):
        open_house(now)

    first = api.get(LIST, {"page_size": 2, "lat": 30.7, "lon": 121.3}).json()
    address = urlsplit(first["next"])
    second = api.get(f"{address.path}?{address.query}").json()

    assert (first["previous"], second["next"]) == (None, None)
    assert len(first["results"] + second["results"]) == 3
    assert {row["id"] for row in first["results"]}.isdisjoint(
        row["id"] for row in second["results"]
    )


def test_filters_are_those_of_the_page(api, now):
    house = open_house(now)
    open_house(now, subdistrict=make_subdistrict("廊下镇"))

    answer = api.get(LIST, {"subdistrict": "石化街道", "mode": "drop_off", "only_free": "true"})

    assert [row["id"] for row in answer.json()["results"]] == [str(house.public_id)]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"lat": "north", "lon": 121}, "lat"),
        ({"lat": 91, "lon": 121}, "lat"),
        ({"lat": "nan", "lon": 121}, "lat"),
        ({"lat": 30.7}, "lon"),
        ({"mode": "boarding"}, "mode"),
        ({"date": "2026-13-01"}, "date"),
        ({"subdistrict": "东海龙宫"}, "subdistrict"),
        ({"page": 0}, "page"),
        ({"page_size": 0}, "page_size"),
        ({"latitude": 30.7}, "latitude"),
        ({"mode": ["drop_off", "with_parent"]}, "mode"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_by_name(api, now, asked, field):
    answer = api.get(LIST, asked)

    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"]


def test_one_house_has_all_its_facts(api, now):
    house = open_house(now)

    body = api.get(f"{LIST}{house.public_id}/").json()

    assert body["name"] == house.name
    assert body["rooms"][0]["by_mode"][0]["limits"][0]["places"] == 20
    assert body["is_insured"] is True
    assert {"rule", "amount", "clause", "document", "quote", "title"} == set(body["rules"][0])


@pytest.mark.parametrize("name", ["00000000-0000-4000-8000-000000000000", "nonsense"])
def test_an_unknown_house_is_not_found(api, db, name):
    answer = api.get(f"{LIST}{name}/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


# --- the floor ------------------------------------------------------------------------------------

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

    with django_assert_num_queries(3):
        assert len(groups_of(floor, operator_of(floor.subdistrict))) == 9
    assert CareSession.objects.count() == 10
