"""Staff come and go: the clock, and what it means for the rooms, in one transaction."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.types import Actor
from bookings.services.ratio import note_house
from common.intervals import day_in_shanghai
from staff import services as staff
from staff.models import StaffPresence
from staff.services.clock import Identified
from staff.types import ClockIn


def staff_comes(*, facility: str, clock: ClockIn, actor: Actor, now: datetime) -> StaffPresence:
    """Clock somebody in. :raises: as `staff.services.identify` and `clock_in`."""
    who = staff.identify(facility=facility, clock=clock, actor=actor, now=now)
    return _comes(who, clock, actor, now)


@transaction.atomic
def _comes(who: Identified, clock: ClockIn, actor: Actor, now: datetime) -> StaffPresence:
    made = staff.clock_in(who=who, clock=clock, actor=actor, now=now)
    for house in sorted({made.facility_id, *_houses_left(made)}):
        note_house(facility_id=house, now=now)
    return made


def _houses_left(made: StaffPresence) -> QuerySet[StaffPresence, int]:
    """The house that somebody left by coming to another, if they did."""
    left = StaffPresence.objects.filter(
        person=made.person_id, left_at=made.arrived_at, superseded_at__isnull=True
    )
    return left.values_list("facility_id", flat=True)


def staff_goes(*, facility: str, clock: ClockIn, actor: Actor, now: datetime) -> StaffPresence:
    """Clock somebody out. :raises: as `staff.services.identify` and `clock_out`."""
    who = staff.identify(facility=facility, clock=clock, actor=actor, now=now)
    return _goes(who, actor, now)


@transaction.atomic
def _goes(who: Identified, actor: Actor, now: datetime) -> StaffPresence:
    left = staff.clock_out(who=who, actor=actor, now=now)
    note_house(facility_id=left.facility_id, now=now)
    return left


@transaction.atomic
def correct_staff(
    *,
    presence: str,
    arrived_at: datetime,
    left_at: datetime | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> StaffPresence:
    """Correct a presence; both versions stay. :raises: as `staff.services.correct_presence`."""
    made = staff.correct_presence(
        presence=presence,
        arrived_at=arrived_at,
        left_at=left_at,
        reason=reason,
        actor=actor,
        now=now,
    )
    was = StaffPresence.objects.get(corrections=made)
    for day in sorted({day_in_shanghai(one.arrived_at) for one in (was, made)}):
        note_house(facility_id=made.facility_id, on=day, now=now)
    return made
