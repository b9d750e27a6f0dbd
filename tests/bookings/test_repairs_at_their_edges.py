"""Repairs never say they mended what they did not, and a sick call is never lost or made little."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.models import BookedHour, Booking, Obligation
from bookings.selectors.repairs import broken_hours_of
from bookings.services import repair as repairing
from bookings.types import RepairKind
from common.intervals import Interval
from common.invariants import findings
from common.refusals import InvalidInput
from facilities.models import CareSession, RatioBreach
from facilities.types import SessionStop
from staff import services as staff
from staff.models import Leave, RosterWeek, Shift
from tests.bookings.pages import as_user, words_of
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.test_pages_sick import SENT, sick_url
from tests.bookings.test_sick_call import (
    EIGHT,
    MORNING,
    carers,
    families,
    hours,
    house,
    one_of,
    operator,
    short,
    sick,
)
from tests.bookings.worlds import a_ready_family, book, hours_of
from tests.facilities.factories import make_group, make_house, make_session, make_subdistrict
from tests.staff.factories import make_caregiver, make_employment, make_leave, make_shift

__all__ = ["carers", "families", "hours", "house", "operator"]


def holds():
    return [one.invariant.name for one in findings(now=NOW) if not one.holds]


# --- the sick call -------------------------------------------------------------------------------


def test_who_works_in_a_house_of_another_street_too_calls_in_sick_like_anybody(
    families, carers, operator
):
    elsewhere = make_house(subdistrict=make_subdistrict("山阳镇"))
    make_employment(carers[0], elsewhere)
    afternoon = TUESDAY + timedelta(hours=5)
    there = make_session(
        make_group(elsewhere), starts_at=afternoon, now=NOW, counted_staff=1, places_taken=4
    )
    make_shift(carers[0], there.care_group, Interval(afternoon, there.ends_at))

    call = services.sick_call(
        person=str(carers[0].public_id),
        starts_at=MORNING.starts_at,
        until=there.ends_at,
        actor=operator,
        now=NOW,
    )

    assert {hour.facility_id for one in call.broken for hour in one.hours} == {
        families[0].bookings.first().facility_id
    }
    assert call.also_short == 1
    assert RatioBreach.objects.filter(care_session=there, closed_at=None).exists()


@pytest.mark.usefixtures("clock")
def test_the_page_does_not_say_all_is_well_while_the_hour_that_runs_is_short(
    families, carers, operator, hours, clock
):
    clock.now = hours[-1].starts_at + timedelta(minutes=5)

    answer = as_user(operator).post(sick_url(carers[0]), SENT, follow=True)

    assert Leave.objects.exists()
    assert RatioBreach.objects.filter(care_session=hours[-1], closed_at=None).exists()
    said = words_of(answer)
    assert "人手都还够" not in said
    assert "已经开始" in said


# --- people who would not help -------------------------------------------------------------------


def test_who_is_on_leave_is_not_offered_though_the_week_knows_of_the_leave(
    families, carers, operator, house
):
    """On leave in a shift of the same week: that one is no news, and helps nobody here either."""
    afternoon = Interval(TUESDAY + timedelta(hours=5), TUESDAY + timedelta(hours=6))
    absent = make_caregiver(house, "请假的人")
    make_shift(absent, make_group(house), afternoon)
    make_leave(absent, Interval(MORNING.starts_at, afternoon.ends_at))

    call = sick(carers[0], operator)

    assert "请假的人" not in {p.name for one in call.repairs for p in one.people}


def test_who_lacks_a_paper_is_not_offered_though_the_week_knows_of_it(
    families, carers, operator, house
):
    afternoon = Interval(TUESDAY + timedelta(hours=5), TUESDAY + timedelta(hours=6))
    unqualified = make_caregiver(house, "没证的人")
    make_shift(unqualified, make_group(house), afternoon)
    unqualified.qualifications.all().delete()

    call = sick(carers[0], operator)

    assert "没证的人" not in {p.name for one in call.repairs for p in one.people}


def test_nobody_is_put_into_a_week_that_counts_nobody_yet(families, carers, operator, house):
    """Unpublished, its hours go by the timetable: people on a roster would mend nothing."""
    sick(carers[0], operator)
    make_caregiver(house, "张敏")
    RosterWeek.objects.filter(facility=house).update(published_at=None)

    [broken] = short(house, operator)
    kinds = {one.kind for one in repairs_of(broken, operator)}

    assert RepairKind.SWAP not in kinds
    assert RepairKind.DISPLACE in kinds


def repairs_of(broken, operator):
    from bookings.selectors.repairs import repairs_of as found

    return found(broken, actor=operator, now=NOW)


def test_a_repair_that_mends_nothing_is_not_called_done(
    monkeypatch, families, carers, operator, house
):
    make_caregiver(house, "张敏")
    call = sick(carers[0], operator)
    monkeypatch.setattr(repairing, "_carry_out", lambda *facts: None)

    with pytest.raises(InvalidInput):
        services.apply_repair(key=call.repairs[0].key, actor=operator, now=NOW)

    assert len(short(house, operator)) == 1


# --- two groups in one room ----------------------------------------------------------------------


def merger(house, carers, operator, **facts):
    room = hours_of(house, 2, **{"places": 20, **facts})
    for name in ("刘静", "杨艳"):
        make_shift(make_caregiver(house, name), room[0].care_group, MORNING)
    return room, one_of(sick(carers[0], operator), RepairKind.MERGE)


def test_who_books_the_other_room_while_two_groups_merge_is_not_overrun(
    monkeypatch, families, carers, operator, house
):
    """A booking between the judging of a merger and its lock: the merger gives way, in words."""
    room, repair = merger(house, carers, operator, places=EIGHT)
    move = repairing._move

    def move_after_a_booking(*facts):
        parent, child = a_ready_family(house)
        book(parent, (child, room))
        move(*facts)

    monkeypatch.setattr(repairing, "_move", move_after_a_booking)

    with pytest.raises(InvalidInput):
        services.apply_repair(key=repair.key, actor=operator, now=NOW)

    assert holds() == []
    assert BookedHour.objects.filter(care_session__in=room).count() == 0


def test_nobody_is_moved_into_a_room_that_was_closed_meanwhile(
    monkeypatch, families, carers, operator, house
):
    room, repair = merger(house, carers, operator)
    move = repairing._move

    def move_after_a_closure(*facts):
        ids = [one.pk for one in room]
        CareSession.objects.filter(pk__in=ids).update(
            stop=SessionStop.CLOSURE, stop_reason="设备检修"
        )
        move(*facts)

    monkeypatch.setattr(repairing, "_move", move_after_a_closure)

    with pytest.raises(InvalidInput):
        services.apply_repair(key=repair.key, actor=operator, now=NOW)

    assert BookedHour.objects.filter(care_session__in=room).count() == 0


def test_two_groups_are_not_merged_by_a_plan_that_stays_behind(families, carers, operator, house):
    """Unpublished, the people of the timetable do not move with the children."""
    room, repair = merger(house, carers, operator, counted_staff=1)
    RosterWeek.objects.filter(facility=house).update(published_at=None)

    with pytest.raises(InvalidInput):
        services.apply_repair(key=repair.key, actor=operator, now=NOW)

    assert BookedHour.objects.filter(care_session__in=room).count() == 0
    assert holds() == []


def test_who_works_one_hour_of_two_is_moved_for_that_hour_and_kept_no_longer(
    families, carers, operator, house
):
    ten = TUESDAY + timedelta(hours=1)
    Shift.objects.filter(person=carers[1]).update(ends_at=ten)
    room, repair = merger(house, carers, operator)
    make_shift(make_caregiver(house, "黄燕"), room[0].care_group, MORNING)
    staff.recount([one.pk for one in room], cause="test", actor_id=None, now=NOW)

    services.apply_repair(key=repair.key, actor=operator, now=NOW)

    published = Shift.objects.filter(person=carers[1], state="published")
    assert max(published.values_list("ends_at", flat=True)) == ten
    assert {one.care_group_id for one in published.filter(starts_at__gte=TUESDAY)} == {
        room[0].care_group_id
    }


# --- a house nearby ------------------------------------------------------------------------------


def test_nobody_is_booked_nearby_for_more_than_they_agreed_to_pay(
    families, carers, operator, house
):
    """It stays owed: a family is asked before it pays more."""
    BookedHour.objects.update(entitlement=None, charge_fen=0)
    nearby = make_house(subdistrict=house.subdistrict, fee_fen=9000)
    there = hours_of(nearby, 2, places=20)
    for child in families:
        child.entitlements.update(used=60, granted=60, held=0)
    repair = one_of(sick(carers[0], operator), RepairKind.NEIGHBOR)

    services.apply_repair(key=repair.key, actor=operator, now=NOW)

    assert not Booking.objects.filter(facility=nearby).exists()
    assert not BookedHour.objects.filter(care_session__in=there).exists()
    assert Obligation.objects.filter(met_at=None).count() == 6


# --- hours that will not be given ----------------------------------------------------------------


def test_hours_that_are_closed_anyway_are_not_to_be_mended(
    families, carers, operator, house, hours
):
    sick(carers[0], operator)
    CareSession.objects.filter(pk__in=[one.pk for one in hours]).update(
        stop=SessionStop.CLOSURE, stop_reason="设备检修"
    )

    assert broken_hours_of(str(house.public_id), actor=operator, now=NOW) == []
