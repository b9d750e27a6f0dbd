"""Stays: the doors from an id to a row, and the rows of pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from accounts.types import Actor
from bookings.models import Booking, Stay
from bookings.selectors.bookings import SEALED, BookingRow
from bookings.selectors.today import KEEPS_THE_FLOOR
from bookings.types import EscortKind, Look
from common.refusals import NotFound
from facilities.selectors.access import as_uuid, place_of

_HOUSE = "facility__subdistrict__district"
LIVE = Q(superseded_at__isnull=True, is_void=False)


@dataclass(frozen=True, slots=True)
class StayRow:
    """One version of a stay, as the family and the house read it."""

    id: str
    child: str
    child_name: str
    facility: str
    facility_name: str
    care_group: str
    booking: str
    arrived_at: datetime
    booked_until: datetime
    left_at: datetime | None
    brought_by: str
    collected_by: str
    collected_as: EscortKind | None
    temperature_c: Decimal | None
    look: Look | None
    look_note: str
    closed_by_guess: bool
    recorded_at: datetime
    correction_reason: str
    is_correction: bool
    is_void: bool
    superseded_at: datetime | None

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None and not self.is_void


def stay_row(stay: Stay) -> StayRow:
    """The plain row of a stay read `with_names`."""
    return StayRow(
        id=str(stay.public_id),
        child=str(stay.child.public_id),
        child_name=stay.child.name,
        facility=str(stay.facility.public_id),
        facility_name=stay.facility.name,
        care_group=stay.care_group.name,
        booking=str(stay.booking.public_id),
        arrived_at=stay.arrived_at,
        booked_until=stay.booked_until,
        left_at=stay.left_at,
        brought_by=stay.brought_by,
        collected_by=stay.collected_by,
        collected_as=EscortKind(stay.collected_as) if stay.collected_as else None,
        temperature_c=stay.temperature_c,
        look=Look(stay.look) if stay.look else None,
        look_note=str(stay.look_note),
        closed_by_guess=stay.closed_by_guess,
        recorded_at=stay.recorded_at,
        correction_reason=stay.correction_reason,
        is_correction=stay.replaces_id is not None,
        is_void=stay.is_void,
        superseded_at=stay.superseded_at,
    )


def with_names(stays: QuerySet[Stay]) -> QuerySet[Stay]:
    """Add what `stay_row` reads; what is sealed of the child stays sealed."""
    return stays.select_related("child", "facility", "care_group", "booking").defer(*SEALED)


def open_stay_of(child_id: int) -> Stay | None:
    """The stay of a child that is in a house now."""
    inside = Stay.objects.filter(LIVE, child_id=child_id, left_at__isnull=True)
    return with_names(inside).first()


def stay_for(actor: Actor, public_id: str) -> Stay:
    """A version of a stay in a house whose floor the actor keeps.

    :raises NotFound: when there is none, or it is not theirs.
    """
    found = (
        with_names(Stay.objects.filter(public_id=as_uuid(public_id))).select_related(_HOUSE).first()
    )
    if found is None or not actor.may(*KEEPS_THE_FLOOR, at=place_of(found.facility)):
        raise NotFound
    return found


def versions_of(stay: Stay) -> list[StayRow]:
    """Everything that was ever written down of a stay, the newest version first."""
    found = with_names(Stay.objects.filter(child_id=stay.child_id, booking_id=stay.booking_id))
    known = {one.pk: one for one in found.order_by("pk")}
    newest = _newest(stay.pk, known.values())
    rows = []
    version: Stay | None = known[newest]
    while version is not None:
        rows.append(stay_row(version))
        version = known.get(version.replaces_id) if version.replaces_id else None
    return rows


def _newest(pk: int, known: Iterable[Stay]) -> int:
    after = {one.replaces_id: one.pk for one in known if one.replaces_id}
    while pk in after:
        pk = after[pk]
    return pk


def stays_in(booking: BookingRow) -> list[StayRow]:
    """What the floor wrote down of a booking the actor may see: every version, what stands first.

    Hours in a row of two bookings are one stay: it is shown with both.
    """
    mine = Booking.objects.filter(public_id=booking.id).values("child_id", "facility_id")
    [known] = mine
    overlapping = Q(arrived_at__lt=booking.ends_at) & (
        Q(left_at__isnull=True) | Q(left_at__gt=booking.starts_at)
    )
    found = Stay.objects.filter(
        overlapping, child_id=known["child_id"], facility_id=known["facility_id"]
    ) | Stay.objects.filter(booking__public_id=booking.id)
    current_first = F("superseded_at").desc(nulls_first=True)
    return [
        stay_row(stay) for stay in with_names(found).order_by(current_first, "arrived_at", "pk")
    ]
