"""A house closes for some days, or is suspended: its sessions stop, bookings are left alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.types import WORKER
from audit.models import AuditEvent
from common.refusals import InvalidInput, NotFound
from facilities.models import CareSession, Closure, Facility
from facilities.services import (
    close_days,
    lift_suspension,
    publish_sessions,
    reopen_days,
    resume,
    suspend,
)
from tests.facilities.factories import (
    make_district,
    make_group,
    make_house,
    make_subdistrict,
    make_timetable,
)
from tests.facilities.people import (
    PARENT,
    inspector_of,
    lead_of,
    operator_of,
    person_in_charge_of,
)

NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (23, 24, 25))
pytestmark = pytest.mark.usefixtures("law")


@pytest.fixture
def house():
    group = make_group()
    make_timetable(group)
    publish_sessions(now=NOW, days_ahead=4)
    return group.facility


@pytest.fixture
def operator(house):
    return operator_of(house.subdistrict)


def stops() -> dict[str, set[str]]:
    by_day: dict[str, set[str]] = {}
    for session in CareSession.objects.order_by("starts_at"):
        by_day.setdefault(f"{session.starts_at:%a}", set()).add(session.stop)
    return by_day


def close(house, actor, **facts):
    days: dict[str, Any] = {"starts_on": MONDAY, "through": TUESDAY, "reason": "设备检修"} | facts
    return close_days(facility=str(house.public_id), actor=actor, now=NOW, **days)


def test_a_closed_house_takes_no_bookings_on_its_closed_days(house, operator):
    affected = close(house, operator)

    assert stops() == {"Mon": {"closure"}, "Tue": {"closure"}, "Wed": {""}, "Thu": {""}}
    closed = CareSession.objects.filter(stop="closure")
    assert sorted(affected) == sorted(closed.values_list("pk", flat=True))
    assert {one.stop_reason for one in closed} == {"设备检修"}


def test_a_closure_leaves_children_in_their_places_and_names_their_sessions(house, operator):
    CareSession.objects.update(places_taken=2)

    affected = close(house, operator)

    assert len(affected) == 4
    assert {one.places_taken for one in CareSession.objects.all()} == {2}


def test_a_closure_is_part_of_the_transaction_it_is_called_in(house, operator):
    with transaction.atomic():
        assert close(house, operator)
        transaction.set_rollback(True)

    assert not Closure.objects.exists()
    assert set().union(*stops().values()) == {""}


def test_a_closure_leaves_a_trace(house, operator):
    close(house, operator)

    event = AuditEvent.objects.get(kind="facilities.days.closed")
    assert event.actor_id == operator.user_id
    assert event.data == {"starts_on": "2026-11-23", "through": "2026-11-24", "reason": "设备检修"}


def test_sessions_published_later_know_of_the_closure(house, operator):
    close(house, operator, starts_on=date(2026, 11, 30), through=date(2026, 11, 30))

    publish_sessions(now=NOW)

    assert CareSession.objects.filter(starts_at__date=date(2026, 11, 30), stop="closure").exists()


def test_hours_that_have_begun_are_not_closed(house, operator):
    at_half_past_nine = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)

    affected = close_days(
        facility=str(house.public_id),
        starts_on=MONDAY,
        through=MONDAY,
        reason="停电",
        actor=operator,
        now=at_half_past_nine,
    )

    first, second = CareSession.objects.filter(starts_at__date=MONDAY).order_by("starts_at")
    assert affected == [second.pk]
    assert (first.stop, second.stop) == ("", "closure")


def test_days_in_the_middle_open_again(house, operator):
    close(house, operator, through=WEDNESDAY)

    opened = reopen_days(
        facility=str(house.public_id),
        starts_on=TUESDAY,
        through=TUESDAY,
        actor=operator,
        now=NOW,
    )

    assert len(opened) == 2
    assert stops() == {"Mon": {"closure"}, "Tue": {""}, "Wed": {"closure"}, "Thu": {""}}
    left = Closure.objects.order_by("starts_on").values_list("starts_on", "through")
    assert list(left) == [(MONDAY, MONDAY), (WEDNESDAY, WEDNESDAY)]


def test_opening_days_that_were_not_closed_says_so(house, operator):
    with pytest.raises(InvalidInput, match="本来就没有关闭"):
        reopen_days(
            facility=str(house.public_id),
            starts_on=MONDAY,
            through=MONDAY,
            actor=operator,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 121}, "reason"),
        ({"through": date(2026, 11, 22)}, "through"),
        ({"starts_on": date(2026, 11, 21)}, "starts_on"),
    ],
)
def test_an_impossible_closure_says_what_is_wrong_and_changes_nothing(
    house, operator, facts, field
):
    with pytest.raises(InvalidInput) as refusal:
        close(house, operator, **facts)

    assert list(refusal.value.faults) == [field]
    assert not Closure.objects.exists()


def test_the_person_in_charge_may_close_the_house(house):
    assert close(house, person_in_charge_of(house))


@pytest.mark.parametrize("who", ["parent", "other_operator", "other_head", "inspector"])
def test_nobody_else_closes_a_house(house, who):
    others = {
        "parent": PARENT,
        "other_operator": operator_of(make_subdistrict("廊下镇")),
        "other_head": person_in_charge_of(make_house()),
        "inspector": inspector_of(make_district()),
    }

    with pytest.raises(NotFound):
        close(house, others[who])

    assert not Closure.objects.exists()


def test_the_lead_closes_the_district_and_not_another(house):
    elsewhere = make_group(
        make_house(
            subdistrict=make_subdistrict("江宁路街道", district=make_district("310106", "静安区"))
        )
    )
    make_timetable(elsewhere)
    publish_sessions(now=NOW, days_ahead=4)

    affected = close_days(
        district="310116",
        starts_on=MONDAY,
        through=MONDAY,
        reason="台风红色预警",
        actor=lead_of(make_district()),
        now=NOW,
    )

    stopped = CareSession.objects.filter(stop="closure")
    assert sorted(affected) == sorted(stopped.values_list("pk", flat=True))
    assert {one.facility_id for one in stopped} == {house.pk}


def test_an_operator_does_not_close_the_district(house, operator):
    with pytest.raises(NotFound):
        close_days(
            district="310116",
            starts_on=MONDAY,
            through=MONDAY,
            reason="台风",
            actor=operator,
            now=NOW,
        )


def test_a_suspended_house_takes_no_bookings_until_it_is_resumed(house, operator):
    name = str(house.public_id)

    affected = suspend(facility=name, reason="消防整改", actor=operator, now=NOW)

    assert len(affected) == CareSession.objects.filter(stop="suspended").count() == 8
    assert {one.stop_reason for one in CareSession.objects.all()} == {"消防整改"}

    resume(facility=name, actor=operator, now=NOW)

    assert not CareSession.objects.exclude(stop="").exists()
    kinds = AuditEvent.objects.filter(subject=f"facility:{name}").values_list("kind", flat=True)
    assert list(kinds) == ["facilities.facility.suspended", "facilities.facility.resumed"]


def test_the_worker_may_suspend(house):
    assert suspend(facility=str(house.public_id), reason="责令整改", actor=WORKER, now=NOW)


def test_the_operator_does_not_lift_what_supervision_suspended(house, operator):
    name = str(house.public_id)
    lead = lead_of(house.subdistrict.district)
    suspend(facility=name, reason="责令整改", actor=lead, now=NOW)

    for who in (operator, lead):
        with pytest.raises(InvalidInput, match="再检查合格"):
            resume(facility=name, actor=who, now=NOW)
    with pytest.raises(NotFound):
        lift_suspension(facility=name, reason="", actor=operator, now=NOW)

    house.refresh_from_db()
    assert (house.state, house.suspended_by) == ("suspended", "supervision")
    assert house.suspended_by_person == lead.user_id
    lift_suspension(facility=name, reason="再检查合格", actor=lead, now=NOW)
    house.refresh_from_db()
    assert (house.state, house.suspended_by, house.suspended_by_person) == ("open", "", None)


def test_supervision_takes_over_what_the_operator_suspended(house, operator):
    name = str(house.public_id)
    suspend(facility=name, reason="装修", actor=operator, now=NOW)

    suspend(facility=name, reason="责令整改", actor=lead_of(house.subdistrict.district), now=NOW)

    with pytest.raises(InvalidInput, match="再检查合格"):
        resume(facility=name, actor=operator, now=NOW)
    house.refresh_from_db()
    assert house.state_reason == "责令整改"


def test_of_whom_nobody_knows_only_supervision_lets_go_on(house, operator):
    Facility.objects.filter(pk=house.pk).update(state="suspended", state_reason="早先暂停")

    with pytest.raises(InvalidInput):
        resume(facility=str(house.public_id), actor=operator, now=NOW)
    lead = lead_of(house.subdistrict.district)
    resume(facility=str(house.public_id), actor=lead, now=NOW)

    house.refresh_from_db()
    assert house.state == "open"


def test_an_open_house_was_suspended_by_nobody(house):
    with pytest.raises(IntegrityError, match="only_a_suspended_house_says_who_suspended_it"):
        Facility.objects.filter(pk=house.pk).update(suspended_by="supervision")


def test_a_house_is_not_suspended_twice(house, operator):
    suspend(facility=str(house.public_id), reason="消防整改", actor=operator, now=NOW)

    with pytest.raises(InvalidInput, match="并不开放"):
        suspend(facility=str(house.public_id), reason="消防整改", actor=operator, now=NOW)


def test_a_house_is_not_suspended_without_a_reason_nor_by_a_stranger(house, operator):
    with pytest.raises(InvalidInput, match="原因"):
        suspend(facility=str(house.public_id), reason=" ", actor=operator, now=NOW)
    with pytest.raises(NotFound):
        suspend(facility=str(house.public_id), reason="乱来", actor=PARENT, now=NOW)

    house.refresh_from_db()
    assert house.state == "open"
