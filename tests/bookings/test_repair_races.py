"""Two tablets, one repair; a repair and a family at once: one wins, nothing is done twice."""

from contextlib import suppress
from threading import Barrier

import pytest
from django.db import IntegrityError

from accounts.types import Actor
from bookings import services
from bookings.models import BookedHour, Obligation
from bookings.services import repair as repairing
from bookings.types import HourState, RepairKind
from common.invariants import findings
from common.refusals import InvalidInput, NotFound, Refused
from staff.models import Shift
from tests.bookings.situations import NOW
from tests.bookings.test_sick_call import (
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
from tests.bookings.worlds import a_house, book, hours_of, many_parents, ready_children
from tests.facilities.races import Meanwhile, at_once
from tests.staff.factories import make_caregiver, make_lead, make_shift

__all__ = ["carers", "families", "hours", "house", "operator"]
pytestmark = pytest.mark.usefixtures("transactional_db")


def holds():
    return [one.invariant.name for one in findings(now=NOW) if not one.holds]


def apply(repair, operator):
    return lambda: services.apply_repair(key=repair.key, actor=operator, now=NOW)


def test_two_tablets_that_turn_away_turn_away_once(families, carers, operator, house):
    repair = one_of(sick(carers[0], operator), RepairKind.DISPLACE)

    told = at_once(3, apply(repair, operator))

    assert [type(one) for one in told] in ([NotFound] * 2, [NotFound, InvalidInput])
    assert BookedHour.objects.filter(state=HourState.CLOSED).count() == 6
    assert Obligation.objects.count() == 6
    assert holds() == []


def test_without_the_childrens_locks_both_would_turn_away(
    monkeypatch, families, carers, operator, house
):
    """The control: both judge before either writes, and only a constraint stops the second."""
    repair = one_of(sick(carers[0], operator), RepairKind.DISPLACE)
    both_judged, carry_out = Barrier(2, timeout=20), repairing._carry_out

    def carry_out_after_both_judged(*facts):
        both_judged.wait()
        carry_out(*facts)

    monkeypatch.setattr(repairing.families, "lock_children", list)
    monkeypatch.setattr(repairing, "_carry_out", carry_out_after_both_judged)

    [told] = at_once(2, apply(repair, operator))

    assert isinstance(told, IntegrityError)


def test_of_bringing_somebody_and_turning_away_only_one_is_done(families, carers, operator, house):
    make_caregiver(house, "张敏")
    call = sick(carers[0], operator)
    ways = [one_of(call, RepairKind.SWAP), one_of(call, RepairKind.DISPLACE)]

    going_on = [Meanwhile(apply(repair, operator)) for repair in ways]
    assert all(one.is_done_within(60) for one in going_on)

    [told] = [one.failure for one in going_on if one.failure]
    assert isinstance(told, NotFound | InvalidInput)
    came = Shift.objects.filter(person__name="张敏", state="published").exists()
    assert came is not BookedHour.objects.filter(state=HourState.CLOSED).exists()
    assert holds() == []


def test_a_family_that_cancels_while_others_are_turned_away_loses_nothing(
    families, carers, operator, house
):
    repair = one_of(sick(carers[0], operator), RepairKind.DISPLACE)
    last = families[-1]
    booking = last.bookings.get()
    guardian = Actor(user_id=last.guardians.get().user_id, name="家长")

    def cancel():
        with suppress(Refused):
            services.cancel_booking(booking=str(booking.public_id), actor=guardian, now=NOW)

    going_on = [Meanwhile(apply(repair, operator)), Meanwhile(cancel)]
    assert all(one.is_done_within(60) for one in going_on)

    assert all(isinstance(one.failure, NotFound | InvalidInput | None) for one in going_on)
    hours = BookedHour.objects.filter(child=last)
    assert not hours.filter(state=HourState.LIVE).exists()
    closed = hours.filter(state=HourState.CLOSED).count()
    assert Obligation.objects.filter(hour__child=last).count() == closed
    assert holds() == []


def test_somebody_is_not_lent_to_two_houses_at_once(families, carers, operator, house):
    """Two houses, one stand-in between them: the second is refused."""
    pool = a_house()
    make_caregiver(pool, "赵霞")
    other = a_house()
    rooms = hours_of(other, 2, places=20)
    gone = make_caregiver(other, "刘静")
    make_shift(gone, rooms[0].care_group, MORNING)
    make_shift(make_lead(other, "杨艳"), rooms[0].care_group, MORNING, role="person_in_charge")
    for parent, child in zip(
        (parents := many_parents(3)), ready_children(parents, other.subdistrict), strict=True
    ):
        book(parent, (child, rooms))
    one = one_of(sick(carers[0], operator), RepairKind.BORROW)
    two = one_of(sick(gone, operator), RepairKind.BORROW)
    assert [[p.name for p in each.people] for each in (one, two)] == [["赵霞"]] * 2

    going_on = [Meanwhile(apply(repair, operator)) for repair in (one, two)]
    assert all(each.is_done_within(60) for each in going_on)

    [told] = [each.failure for each in going_on if each.failure]
    assert isinstance(told, Refused | InvalidInput)
    assert Shift.objects.filter(person__name="赵霞", state="published").count() == 1
    assert holds() == []


def test_sick_calls_of_everybody_at_once_all_succeed(families, carers, operator, house):
    both = [Meanwhile(lambda one=one: sick(one, operator)) for one in carers]
    for each in both:
        each.finish()

    [stretch] = short(house, operator)
    assert {hour.counted_staff for hour in stretch.hours} == {0}
