"""Anybody finds houses near them, with the places that can really be booked now."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import InvalidInput
from facilities import selectors
from facilities.selectors.vacancies import vacancies
from facilities.types import CareMode, FacilityState
from regulations.selectors import law_book
from tests.facilities.factories import (
    make_closure,
    make_district,
    make_fee,
    make_group,
    make_house,
    make_session,
    make_subdistrict,
    make_timetable,
)

NOW = datetime(2026, 11, 23, 0, tzinfo=UTC)  # Monday, eight in the morning in Shanghai
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
HERE: dict[str, Any] = {"latitude": 30.7090, "longitude": 121.3360}
pytestmark = pytest.mark.usefixtures("law")


def found(**asked):
    return selectors.houses_near(now=NOW, **asked).rows


def names(**asked) -> list[str]:
    return [row.name for row in found(**asked)]


def open_house(name: str, **facts):
    """A house with a timetable and one session today at nine."""
    house = make_house(name, **facts)
    group = make_group(house)
    make_timetable(group)
    make_session(group, now=NOW, day=MONDAY)
    return house


def test_houses_come_nearest_first_with_their_distance():
    open_house("远社区“宝宝屋”", latitude=30.73, longitude=121.336)
    open_house("近社区“宝宝屋”", latitude=30.71, longitude=121.336)

    near, far = found(**HERE)

    assert (near.name, near.distance_m, near.walking_minutes) == ("近社区“宝宝屋”", 111, 2)
    assert (far.name, far.distance_m) == ("远社区“宝宝屋”", 2335)
    assert near.how_far == "111米 · 步行约2分钟"


def test_without_a_point_the_soonest_free_place_comes_first():
    full = make_group(make_house("甲社区“宝宝屋”"))
    later = make_group(make_house("乙社区“宝宝屋”"))
    sooner = make_group(make_house("丙社区“宝宝屋”"))
    make_session(full, now=NOW, day=MONDAY, places=3, places_taken=3)
    make_session(later, now=NOW, day=TUESDAY)
    make_session(sooner, now=NOW, day=MONDAY)

    assert names() == ["丙社区“宝宝屋”", "乙社区“宝宝屋”", "甲社区“宝宝屋”"]
    assert found()[0].distance_m is None


def test_a_row_says_what_a_parent_wants_to_know():
    house = make_house(
        "石化街道“宝宝屋”", fee_fen=None, has_outdoor_area=True, step_free=True, phone="021-1"
    )
    make_fee(house, mode=CareMode.DROP_OFF, per_session_fen=1550)
    group = make_group(house)
    make_timetable(group, starts=time(9), ends=time(10))
    make_timetable(group, starts=time(10), ends=time(12), mode=CareMode.WITH_PARENT)
    make_timetable(group, starts=time(14), ends=time(15))
    session = make_session(group, now=NOW, day=MONDAY, places_taken=2)

    (row,) = found()

    assert row.subdistrict == "石化街道"
    assert row.modes == (CareMode.DROP_OFF, CareMode.WITH_PARENT)
    assert row.hours == ("09:00–12:00", "14:00–15:00")
    assert row.price == "免费次数之外，每次15.50元"
    assert (row.places_left_today, row.next_free_at) == (8, session.starts_at)
    assert (row.has_outdoor_area, row.has_nursing_room, row.step_free) == (True, False, True)
    assert (row.sign.kind, row.sign.words, row.sign.short) == ("ok", "今天余8位", "8")


@pytest.fixture
def situations():
    """Sessions of every kind, in houses of every kind."""
    hours = iter(range(9, 18))
    house = make_house()
    group = make_group(house)
    facts: list[dict[str, Any]] = [
        {},
        {"places_taken": 10},
        {"counted_staff": 1, "places_taken": 2},
        {"counted_staff": 1, "places_taken": 7},  # in breach
        {"counted_staff": 0},
        {"stop": "closure"},
        {"stop": "overfull", "places": 4, "places_taken": 4},
    ]
    for fact in facts:
        make_session(group, now=NOW, day=MONDAY, hour=next(hours), **fact)
    make_session(make_group(make_house(insured=False)), now=NOW, day=MONDAY)
    make_session(make_group(make_house(state=FacilityState.SUSPENDED)), now=NOW, day=MONDAY)
    make_session(make_group(), now=NOW, day=TUESDAY)
    return list(house.__class__.objects.order_by("pk"))


def test_places_left_are_what_each_session_says_of_itself(situations):
    facts = selectors.sessions_within(
        facility_ids=[house.pk for house in situations],
        starts=NOW,
        ends=NOW + timedelta(days=3),
    )

    told = vacancies({house.pk: "310116" for house in situations}, now=NOW, mode=None, day=MONDAY)

    for house in situations:
        own = [one for one in facts if one.facility_id == house.pk and one.insured]
        today = [one for one in own if day_in_shanghai(one.starts_at) == MONDAY]
        free = [one.starts_at for one in own if one.places_left]
        assert told[house.pk].today == sum(one.places_left for one in today)
        assert told[house.pk].next_free_at == min(free, default=None)


def test_sessions_count_from_the_hour_their_booking_opens_until_it_closes():
    house = make_house()
    group = make_group(house)
    nine = moment_in_shanghai(MONDAY, time(9))
    make_session(group, now=NOW, starts_at=nine, opens_at=nine - timedelta(days=7))

    def left(moment: datetime) -> int:
        return selectors.houses_near(now=moment, day=MONDAY).rows[0].places_left

    minute = timedelta(minutes=1)
    assert left(nine - timedelta(days=7) - minute) == 0
    assert left(nine - timedelta(days=7)) == 10
    assert left(nine - timedelta(minutes=31)) == 10
    assert left(nine - timedelta(minutes=30)) == 0


def test_a_mode_keeps_the_houses_that_offer_it_and_counts_its_places_alone():
    both = make_house("两种社区“宝宝屋”")
    group = make_group(both)
    make_timetable(group, starts=time(9), ends=time(10))
    make_timetable(group, starts=time(10), ends=time(11), mode=CareMode.WITH_PARENT)
    make_session(group, now=NOW, day=MONDAY, hour=9)
    make_session(group, now=NOW, day=MONDAY, hour=10, mode=CareMode.WITH_PARENT, places=4)
    open_house("单独社区“宝宝屋”")

    (row,) = found(mode=CareMode.WITH_PARENT)

    assert (row.name, row.places_left_today) == ("两种社区“宝宝屋”", 4)
    assert row.hours == ("10:00–11:00",)


def test_a_day_shows_its_own_places_and_hours():
    house = open_house("石化街道“宝宝屋”")
    make_session(house.care_groups.get(), now=NOW, day=TUESDAY, places=3)

    (row,) = found(day=TUESDAY)

    assert (row.places_left_today, row.places_left) == (10, 3)
    assert row.next_free_at == moment_in_shanghai(TUESDAY, time(9))
    assert (row.sign.kind, row.sign.words) == ("few", "周二余3位")


def test_only_free_houses_may_be_asked_for():
    open_house("有空社区“宝宝屋”")
    full = make_group(make_house("满员社区“宝宝屋”"))
    make_session(full, now=NOW, day=MONDAY, places=2, places_taken=2)

    assert names(only_free=True) == ["有空社区“宝宝屋”"]
    assert names(only_free=True, day=TUESDAY) == []


def test_a_street_or_a_district_keeps_its_own_houses():
    elsewhere = make_subdistrict("江宁路街道", district=make_district("310106", "静安区"))
    open_house("石化街道“宝宝屋”")
    open_house("廊下镇“宝宝屋”", subdistrict=make_subdistrict("廊下镇"))
    open_house("江宁路街道“宝宝屋”", subdistrict=elsewhere)

    assert names(subdistrict="310116001") == ["石化街道“宝宝屋”"]
    assert names(district="310106") == ["江宁路街道“宝宝屋”"]
    assert len(names()) == 3


def test_a_street_is_named_by_code_or_by_name():
    make_subdistrict()

    assert selectors.subdistrict_named("石化街道") == "310116001"
    assert selectors.subdistrict_named("310116001") == "310116001"
    with pytest.raises(InvalidInput, match="没有这个街镇"):
        selectors.subdistrict_named("东海龙宫")


def test_a_closed_house_is_not_found_and_a_suspended_one_says_why():
    make_house("关门社区“宝宝屋”", state=FacilityState.CLOSED)
    make_house("暂停社区“宝宝屋”", state=FacilityState.SUSPENDED, state_reason="消防整改")

    (row,) = found()

    assert (row.sign.kind, row.closed_because, row.hours) == ("stopped", "消防整改", ())


@pytest.mark.parametrize("of", ["house", "district"])
def test_a_closed_day_says_why(of):
    house = open_house("石化街道“宝宝屋”")
    scope = {"house": {"house": house}, "district": {"district": make_district()}}[of]
    make_closure(**scope, starts_on=MONDAY, reason="台风红色预警", now=NOW)

    (row,) = found()

    assert (row.hours, row.closed_because) == ((), "台风红色预警")


def test_a_holiday_says_its_name():
    open_house("石化街道“宝宝屋”")

    rows = selectors.houses_near(now=datetime(2026, 9, 28, tzinfo=UTC), day=date(2026, 10, 1)).rows

    assert rows[0].closed_because == "国庆节放假"


def test_pages_follow_one_another():
    for number in range(5):
        open_house(f"第{number}社区“宝宝屋”", latitude=30.71 + number / 100)

    first = selectors.houses_near(now=NOW, size=2, page=1, **HERE)
    last = selectors.houses_near(now=NOW, size=2, page=3, **HERE)

    assert (first.total, first.has_previous, first.has_next) == (5, False, True)
    assert [row.name for row in last.rows] == ["第4社区“宝宝屋”"]
    assert (last.has_previous, last.has_next) == (True, False)


def test_more_houses_take_no_more_queries(django_assert_num_queries):
    def many(count: int) -> None:
        for _ in range(count):
            open_house("")

    many(2)
    law_book()  # read once by a process, then asked only whether it is still the law
    with django_assert_num_queries(4):
        assert len(found(**HERE)) == 2
    many(10)
    with django_assert_num_queries(4):
        assert len(found(**HERE, only_free=True, mode=CareMode.DROP_OFF, day=MONDAY)) == 12
