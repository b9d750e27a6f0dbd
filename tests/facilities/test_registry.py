"""An operator enters houses, rooms, hours, policies and prices; what cannot be is said plainly."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps

from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from facilities.messages import BROKEN
from facilities.models import CareGroup, CareSession, Facility, Fee, TimetableEntry
from facilities.services import (
    add_care_group,
    add_insurance,
    add_timetable_entry,
    change_care_group,
    publish_sessions,
    register_house,
    set_fee,
)
from facilities.types import CareMode, HostKind, NewHouse
from tests.facilities.factories import make_group, make_house, make_subdistrict, make_timetable
from tests.facilities.people import PARENT, operator_of

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
TODAY = date(2026, 11, 22)
pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def street():
    return make_subdistrict()


@pytest.fixture
def operator(street):
    return operator_of(street)


@pytest.fixture
def stranger():
    return operator_of(make_subdistrict("廊下镇"))


def new_house(**facts) -> NewHouse:
    house = NewHouse(
        subdistrict="310116001",
        name="石化街道临潮社区“宝宝屋”",
        address="金山区隆安路250号",
        latitude=30.71,
        longitude=121.34,
        host_kind=HostKind.PARTY_CENTER,
        operator_name="石化街道社区服务中心",
        phone="021-57930001",
        opened_on=TODAY,
    )
    return replace(house, **facts)


def test_an_operator_registers_a_house_and_it_leaves_a_trace(operator):
    public_id = register_house(house=new_house(), actor=operator, now=NOW)

    house = Facility.objects.get(public_id=public_id)
    assert (house.name, house.state) == ("石化街道临潮社区“宝宝屋”", "open")
    event = AuditEvent.objects.get(kind="facilities.facility.registered")
    assert (event.actor_id, event.subject) == (operator.user_id, f"facility:{public_id}")


@pytest.mark.parametrize("name", ["金色摇篮托育中心", "石化宝宝屋", "临潮“宝宝屋”"])
def test_a_house_is_named_by_the_rule(operator, name):
    with pytest.raises(InvalidInput) as refusal:
        register_house(house=new_house(name=name), actor=operator, now=NOW)

    assert "金教〔2023〕29号" in refusal.value.faults["name"][0]
    assert not Facility.objects.exists()
    assert not AuditEvent.objects.filter(kind="facilities.facility.registered").exists()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"address": " "}, "address"),
        ({"phone": ""}, "phone"),
        ({"latitude": 121.34, "longitude": 30.71}, "latitude"),
        ({"longitude": 116.4}, "longitude"),
    ],
)
def test_what_is_missing_or_impossible_is_named(operator, facts, field):
    with pytest.raises(InvalidInput) as refusal:
        register_house(house=new_house(**facts), actor=operator, now=NOW)

    assert field in refusal.value.faults


def test_two_houses_do_not_share_a_name(operator):
    register_house(house=new_house(), actor=operator, now=NOW)

    with pytest.raises(InvalidInput, match="同名"):
        register_house(house=new_house(), actor=operator, now=NOW)


def test_a_foreign_operator_registers_nothing_here(street, stranger):
    with pytest.raises(NotFound):
        register_house(house=new_house(), actor=stranger, now=NOW)

    assert not Facility.objects.exists()


def room(house, actor, **facts):
    usual: dict[str, Any] = {"name": "托小班", "area_m2": Decimal(60), "licensed_places": 15}
    facts = usual | facts
    return add_care_group(facility=str(house.public_id), actor=actor, now=NOW, **facts)


def test_a_room_is_added_once_by_name(operator, street):
    house = make_house(subdistrict=street)
    room(house, operator)

    with pytest.raises(InvalidInput, match="同名的班"):
        room(house, operator)

    assert CareGroup.objects.get().licensed_places == 15


def test_a_room_has_area_and_places(operator, street):
    house = make_house(subdistrict=street)

    with pytest.raises(InvalidInput) as refusal:
        room(house, operator, area_m2=Decimal(0), licensed_places=0)

    assert set(refusal.value.faults) == {"area_m2", "licensed_places"}


def hours(group, actor, **facts):
    usual: dict[str, Any] = {
        "weekday": 0,
        "starts": time(9),
        "ends": time(11),
        "mode": CareMode.DROP_OFF,
        "planned_staff": 2,
        "valid_from": TODAY,
    }
    facts = usual | facts
    return add_timetable_entry(care_group=str(group.public_id), actor=actor, now=NOW, **facts)


def test_hours_that_are_entered_are_published_at_once(operator, street):
    group = make_group(make_house(subdistrict=street))

    hours(group, operator)

    assert CareSession.objects.filter(care_group=group, stop="").count() == 6


def test_a_group_does_not_do_two_things_at_once(operator, street):
    group = make_group(make_house(subdistrict=street))
    hours(group, operator)

    with pytest.raises(InvalidInput, match="已经排了别的内容"):
        hours(group, operator, starts=time(10), ends=time(12), mode=CareMode.WITH_PARENT)

    assert TimetableEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field", "word"),
    [
        ({"ends": time(10, 30)}, "ends", "60分钟"),
        ({"ends": time(8)}, "ends", "晚于"),
        ({"valid_through": date(2026, 11, 1)}, "valid_through", "不应早于"),
        ({"weekday": 7}, "weekday", "星期"),
    ],
)
def test_hours_that_cannot_be_are_explained(operator, street, facts, field, word):
    group = make_group(make_house(subdistrict=street))

    with pytest.raises(InvalidInput) as refusal:
        hours(group, operator, **facts)

    assert word in refusal.value.faults[field][0]
    assert not TimetableEntry.objects.exists()


def test_a_policy_opens_the_sessions_it_covers_at_once(operator, street):
    group = make_group(make_house(subdistrict=street, insured=False))
    make_timetable(group)
    publish_sessions(now=NOW, days_ahead=2)
    policy: dict[str, Any] = {
        "insurer": "太平洋财产保险",
        "policy_number": "ZR1",
        "sum_insured_fen": 500_000_000,
        "valid_from": date(2026, 11, 24),
        "valid_through": date(2027, 11, 23),
    }

    add_insurance(facility=str(group.facility.public_id), actor=operator, now=NOW, **policy)

    assert [one.stop for one in CareSession.objects.order_by("starts_at")] == [
        "uninsured",
        "uninsured",
        "",
        "",
    ]
    with pytest.raises(InvalidInput, match="录入过"):
        add_insurance(facility=str(group.facility.public_id), actor=operator, now=NOW, **policy)


def fee(house, actor, **facts):
    usual: dict[str, Any] = {
        "mode": CareMode.DROP_OFF,
        "per_session_fen": 2500,
        "approved_by": "金山区发展和改革委员会",
        "valid_from": date(2026, 12, 1),
    }
    return set_fee(facility=str(house.public_id), actor=actor, now=NOW, **usual | facts)


def test_a_new_fee_ends_the_one_before_it_the_day_before(operator, street):
    house = make_house(subdistrict=street, fee_fen=2000)

    fee(house, operator)

    fees = Fee.objects.filter(facility=house, mode="drop_off").order_by("valid_from")
    assert [(one.per_session_fen, one.valid_through) for one in fees] == [
        (2000, date(2026, 11, 30)),
        (2500, None),
    ]


@pytest.mark.parametrize("valid_from", [date(2026, 11, 21), date(2024, 1, 1)])
def test_a_fee_does_not_reach_back(operator, street, valid_from):
    house = make_house(subdistrict=street)

    with pytest.raises(InvalidInput, match="不能追溯"):
        fee(house, operator, valid_from=valid_from)

    assert Fee.objects.count() == 3


def test_a_fee_is_not_slipped_in_before_one_that_is_published(operator, street):
    house = make_house(subdistrict=street)
    fee(house, operator)

    with pytest.raises(InvalidInput, match="已经公布"):
        fee(house, operator, valid_from=date(2026, 11, 25))


def test_a_corrected_room_changes_its_sessions_and_names_those_too_full(operator, street):
    group = make_group(make_house(subdistrict=street))
    make_timetable(group, weekdays=(0,), ends=time(10))
    publish_sessions(now=NOW, days_ahead=1)
    CareSession.objects.update(places_taken=9)

    result = change_care_group(
        care_group=str(group.public_id),
        area_m2=Decimal(24),
        licensed_places=15,
        actor=operator,
        now=NOW,
    )

    session = CareSession.objects.get()
    assert result["over_limit"] == [session.pk]
    assert (session.places, session.binding_limit) == (9, "area_m2_per_head")


def test_a_foreign_operator_finds_no_house_to_change(street, stranger):
    group = make_group(make_house(subdistrict=street, fee_fen=None))
    house = group.facility

    for attempt in (
        lambda: room(house, stranger),
        lambda: hours(group, stranger),
        lambda: fee(house, stranger),
        lambda: fee(house, PARENT),
    ):
        with pytest.raises(NotFound):
            attempt()

    assert (CareGroup.objects.count(), TimetableEntry.objects.count(), Fee.objects.count()) == (
        1,
        0,
        0,
    )


def test_every_sentence_belongs_to_a_constraint_that_exists():
    models = apps.get_app_config("facilities").get_models()
    names = {one.name for model in models for one in model._meta.constraints}

    assert set(BROKEN) - names == {"facilities_facility_name_key"}
