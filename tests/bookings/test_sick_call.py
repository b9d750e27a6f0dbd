"""Somebody calls in sick: what breaks is shown, what mends it is offered, nothing is dropped."""

from datetime import timedelta

import pytest

from bookings import services
from bookings.models import BookedHour, Booking, Obligation
from bookings.rules.repairs import repairs_for
from bookings.selectors.repairs import broken_hours_of
from bookings.types import BrokenHours, Candidate, HourState, RepairKind
from common.intervals import Interval
from common.invariants import findings
from common.refusals import InvalidInput, NotFound
from notifications.models import OutboxMessage
from staff.models import Employment, Shift
from tests.bookings.situations import NOW, TUESDAY, an_hour
from tests.bookings.worlds import a_house, book, hours_of, many_parents, ready_children
from tests.facilities.factories import make_house, make_subdistrict
from tests.facilities.people import NOBODY, operator_of
from tests.families.factories import actor_of, make_operator
from tests.staff.factories import make_caregiver, make_lead, make_shift

MORNING = Interval(TUESDAY - timedelta(hours=1), TUESDAY + timedelta(hours=4))
EIGHT = 8


@pytest.fixture
def house(law):
    return a_house()


@pytest.fixture
def operator(house):
    return actor_of(make_operator(house.subdistrict))


@pytest.fixture
def hours(house):
    return hours_of(house, 2, places=20)


@pytest.fixture
def carers(house, hours):
    """Two caregivers and a lead, rostered on Tuesday morning; eight children come."""
    people = [make_caregiver(house, "王芳"), make_caregiver(house, "李丽")]
    for person in people:
        make_shift(person, hours[0].care_group, MORNING)
    make_shift(make_lead(house, "陈洁"), hours[0].care_group, MORNING, role="person_in_charge")
    return people


@pytest.fixture
def families(house, hours, carers):
    parents = many_parents(EIGHT)
    children = ready_children(parents, house.subdistrict)
    for order, (parent, child) in enumerate(zip(parents, children, strict=True)):
        book(parent, (child, hours), now=NOW + timedelta(minutes=order))
    return children


def sick(person, operator):
    return services.sick_call(
        person=str(person.public_id),
        starts_at=MORNING.starts_at,
        until=MORNING.ends_at,
        actor=operator,
        now=NOW,
    )


def holds():
    return [one.invariant.name for one in findings(now=NOW) if not one.holds]


def one_of(call, kind):
    return next(one for one in call.repairs if one.kind is kind)


def short(house, operator):
    return broken_hours_of(str(house.public_id), actor=operator, now=NOW)


def test_a_sick_call_says_what_breaks_and_keeps_every_booking(families, carers, operator, hours):
    call = sick(carers[0], operator)

    [stretch] = call.broken
    assert [hour.id for hour in stretch.hours] == [hour.pk for hour in hours]
    assert (stretch.short, stretch.children_too_many) == (1, (3, 3))
    assert BookedHour.objects.filter(state=HourState.LIVE).count() == 2 * EIGHT
    assert holds() == []


def test_without_anybody_to_come_the_last_way_is_to_turn_away(families, carers, operator):
    assert [one.kind for one in sick(carers[0], operator).repairs][-1] is RepairKind.DISPLACE


def test_nothing_breaks_where_nobody_is_booked(carers, operator):
    assert sick(carers[0], operator).broken == ()


def test_somebody_free_of_the_house_is_offered_first_and_mends_it(
    families, carers, operator, house
):
    make_caregiver(house, "张敏")
    call = sick(carers[0], operator)
    assert call.repairs[0].kind is RepairKind.SWAP
    assert [one.name for one in call.repairs[0].people] == ["张敏"]

    services.apply_repair(key=call.repairs[0].key, actor=operator, now=NOW)

    assert short(house, operator) == []
    assert holds() == []


def test_who_is_sick_or_lacks_a_paper_is_never_offered(families, carers, operator, house):
    make_caregiver(house, "没证").qualifications.all().delete()
    names = {p.name for one in sick(carers[0], operator).repairs for p in one.people}

    assert names == {"陈洁"}  # the lead is a caregiver too, and in the house


def test_somebody_is_borrowed_from_a_house_nearby_for_the_day(families, carers, operator, house):
    nearby = make_house(subdistrict=house.subdistrict)
    make_caregiver(nearby, "赵霞")
    repair = one_of(sick(carers[0], operator), RepairKind.BORROW)

    services.apply_repair(key=repair.key, actor=operator, now=NOW)

    assert short(house, operator) == []
    lent = Employment.objects.get(person__name="赵霞", facility=house)
    assert (lent.basis, lent.through, lent.lent_by) == ("borrowed", TUESDAY.date(), nearby.name)


def test_who_works_elsewhere_at_the_time_is_not_borrowed(families, carers, operator, house):
    nearby = make_house(subdistrict=house.subdistrict)
    busy = make_caregiver(nearby, "赵霞")
    make_shift(busy, hours_of(nearby)[0].care_group, MORNING)

    kinds = {one.kind for one in sick(carers[0], operator).repairs}

    assert RepairKind.BORROW not in kinds


def test_two_groups_go_into_one_room_and_families_are_told(families, carers, operator, house):
    room = hours_of(house, 2, places=20)
    for name in ("刘静", "杨艳"):
        make_shift(make_caregiver(house, name), room[0].care_group, MORNING)
    repair = one_of(sick(carers[0], operator), RepairKind.MERGE)

    services.apply_repair(key=repair.key, actor=operator, now=NOW)

    moved = BookedHour.objects.filter(care_session__in=room, state=HourState.LIVE)
    assert moved.count() == 2 * EIGHT
    assert OutboxMessage.objects.filter(kind="room_changed").count() == 2 * EIGHT
    during = Shift.objects.get(person=carers[1], state="published", starts_at=TUESDAY)
    assert during.care_group == room[0].care_group
    assert short(house, operator) == []
    assert holds() == []


def test_rooms_are_not_merged_beyond_what_the_room_holds(families, carers, operator, house):
    room = hours_of(house, 2, places=7)
    for name in ("刘静", "杨艳"):
        make_shift(make_caregiver(house, name), room[0].care_group, MORNING)

    assert RepairKind.MERGE not in {one.kind for one in sick(carers[0], operator).repairs}


def test_as_few_as_must_be_are_turned_away_who_booked_last_first(families, carers, operator, house):
    repair = one_of(sick(carers[0], operator), RepairKind.DISPLACE)

    services.apply_repair(key=repair.key, actor=operator, now=NOW)

    closed = BookedHour.objects.filter(state=HourState.CLOSED)
    assert {hour.child_id for hour in closed} == {child.pk for child in families[-3:]}
    assert Obligation.objects.filter(named_person_id=operator.user_id).count() == closed.count()
    assert OutboxMessage.objects.filter(kind="cancelled_by_house").exists()
    assert short(house, operator) == []
    assert holds() == []


def test_a_house_within_a_walk_takes_who_is_too_many(families, carers, operator, house):
    nearby = make_house(subdistrict=house.subdistrict)
    there = hours_of(nearby, 2, places=20)
    repair = one_of(sick(carers[0], operator), RepairKind.NEIGHBOR)

    services.apply_repair(key=repair.key, actor=operator, now=NOW)

    moved = Booking.objects.filter(facility=nearby)
    assert {booking.child_id for booking in moved} == {child.pk for child in families[-3:]}
    assert BookedHour.objects.filter(care_session__in=there, state=HourState.LIVE).count() == 6
    assert set(Obligation.objects.values_list("met_by", flat=True)) == {one.pk for one in moved}
    assert short(house, operator) == []
    assert holds() == []


def test_a_repair_that_no_longer_does_changes_nothing(families, carers, operator, house):
    helper = make_caregiver(house, "张敏")
    repair = one_of(sick(carers[0], operator), RepairKind.SWAP)
    helper.qualifications.all().delete()

    with pytest.raises(InvalidInput):
        services.apply_repair(key=repair.key, actor=operator, now=NOW)

    assert len(short(house, operator)) == 1


def test_a_repair_is_carried_out_once(families, carers, operator, house):
    make_caregiver(house, "张敏")
    repair = one_of(sick(carers[0], operator), RepairKind.SWAP)
    services.apply_repair(key=repair.key, actor=operator, now=NOW)

    with pytest.raises(NotFound):
        services.apply_repair(key=repair.key, actor=operator, now=NOW)


@pytest.mark.parametrize("key", ["", "swap", "swap::", "displace:x:y", "a:b+c:d"])
def test_a_key_that_names_nothing_is_not_found(key, operator, house):
    with pytest.raises(NotFound):
        services.apply_repair(key=key, actor=operator, now=NOW)


def test_another_street_sees_neither_the_sick_nor_the_repairs(families, carers, operator):
    elsewhere = operator_of(make_subdistrict("山阳镇"))
    repair = sick(carers[0], operator).repairs[0]
    for actor in (NOBODY, elsewhere):
        with pytest.raises(NotFound):
            services.apply_repair(key=repair.key, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            sick(carers[1], actor)


def test_turning_away_is_the_least_that_does():
    """Against every subset of children, on small numbers."""
    for children in range(1, 13):
        for staff in range(3):
            hour = an_hour(places_taken=children, counted_staff=staff)
            broken = BrokenHours((hour,))
            if children <= staff * hour.children_per_staff:
                continue
            [repair] = repairs_for(broken, candidates=[], rooms=[], neighbors=[])
            fewest = min(
                left
                for left in range(children + 1)
                if children - left <= staff * hour.children_per_staff
            )
            assert repair.children == fewest


def test_two_missing_people_are_offered_as_a_pair():
    broken = BrokenHours((an_hour(places_taken=10, counted_staff=0),))
    own = [Candidate(n, f"p{n}", f"人{n}", is_borrowed=False) for n in (1, 2)]
    lent = Candidate(3, "p3", "人3", is_borrowed=True, home="别处", distance_m=800)

    found = repairs_for(broken, candidates=[lent, *own], rooms=[], neighbors=[])

    assert [one.person_id for one in found[0].people] == [1, 2]
    assert found[0].kind is RepairKind.SWAP
    assert found[-1].kind is RepairKind.DISPLACE
