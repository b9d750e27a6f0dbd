"""Staff come and go: the clock, and what it means for the rooms, in one transaction."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from bookings.services.ratio import note_house
from staff import services as staff
from staff.models import StaffPresence
from staff.types import ClockIn


@transaction.atomic
def staff_comes(*, facility: str, clock: ClockIn, actor: Actor, now: datetime) -> StaffPresence:
    """Clock somebody in. :raises: as `staff.services.clock_in`."""
    made = staff.clock_in(facility=facility, clock=clock, actor=actor, now=now)
    note_house(facility_id=made.facility_id, now=now)
    return made


@transaction.atomic
def staff_goes(*, facility: str, clock: ClockIn, actor: Actor, now: datetime) -> StaffPresence:
    """Clock somebody out. :raises: as `staff.services.clock_out`."""
    left = staff.clock_out(facility=facility, clock=clock, actor=actor, now=now)
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
    note_house(facility_id=made.facility_id, now=now)
    return made
