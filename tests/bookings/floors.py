"""The floor in tests: a house with hours of today, its people, and children at the door."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from accounts.types import Actor, HeldGrant, Role, ScopeKind
from bookings import services
from bookings.models import Booking, Stay
from bookings.types import MorningCheck
from facilities.models import CareSession, Facility
from families.models import Child
from tests.bookings.situations import NOW, TUESDAY
from tests.bookings.worlds import a_parent, a_ready_family, book, hours_of

DOOR = TUESDAY - timedelta(minutes=5)  # five to nine: the hours of Tuesday begin at nine


def somebody(role: Role, kind: ScopeKind, scope: str) -> Actor:
    """A person with an account and one role."""
    user = a_parent()
    return Actor(user_id=user.user_id, name="", grants=(HeldGrant(role, kind, scope),))


def caregiver_of(house: Facility) -> Actor:
    return somebody(Role.CAREGIVER, ScopeKind.FACILITY, str(house.public_id))


def inspector_over(house: Facility) -> Actor:
    return somebody(Role.INSPECTOR, ScopeKind.DISTRICT, house.subdistrict.district.code)


def booked(
    house: Facility, how_many: int = 1, *, starts_at: datetime = TUESDAY, now: datetime = NOW
) -> tuple[Actor, Child, Booking, list[CareSession]]:
    """A family with hours in a row in a room of their own."""
    parent, child = a_ready_family(house)
    hours = hours_of(house, how_many, starts_at=starts_at)
    [booking] = book(parent, (child, hours), now=now)
    return parent, child, booking, hours


def comes(
    booking: Booking, by: Actor, *, at: datetime = DOOR, check: MorningCheck | None = None,
    brought_by: str = "",
) -> Stay:  # fmt: skip
    """Let in by the pass."""
    return services.check_in(
        actor=by, now=at, pass_code=booking.pass_code, brought_by=brought_by, check=check
    )


def goes(booking: Booking, by: Actor, *, at: datetime, collector: str) -> Stay:
    return services.check_out(actor=by, now=at, booking=str(booking.public_id), collector=collector)


def ref_of(person: Actor) -> str:
    """How somebody of the child's list is named: the public id of the account."""
    from accounts.models import User

    return str(User.objects.get(pk=person.user_id or 0).public_id)


def correction_of(stay: Stay, **changes: Any) -> Any:
    """How it stands, with something changed."""
    from bookings.services.correct_stay import Correction

    facts: dict[str, Any] = {
        "reason": "看错了时间",
        "arrived_at": stay.arrived_at,
        "left_at": stay.left_at,
        "brought_by": stay.brought_by,
        "collected_by": stay.collected_by,
        "temperature_c": stay.temperature_c,
    }
    return Correction(**{**facts, **changes})


def rules_of(refused: Any) -> Sequence[str]:
    return [str(verdict.rule) for verdict in refused.value.verdicts]
