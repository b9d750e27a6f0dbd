"""What bookings and the floor keep of a child, for its guardian to take away."""

from typing import Any

from bookings.models import Booking, Stay
from bookings.selectors.bookings import as_row, with_details
from bookings.selectors.stays import stay_row, with_names

_BOOKING = (
    "facility_name",
    "state",
    "placed_at",
    "starts_at",
    "ends_at",
    "cancel_reason",
    "cancelled_at",
)
_STAY = (
    "facility_name",
    "care_group",
    "arrived_at",
    "left_at",
    "brought_by",
    "collected_by",
    "temperature_c",
    "look",
    "look_note",
    "closed_by_guess",
    "recorded_at",
    "is_correction",
    "correction_reason",
    "superseded_at",
    "is_void",
)


def kept_of_child(child_id: int) -> dict[str, list[dict[str, Any]]]:
    """Bookings and stays of a child, every version of a stay; the oldest first."""
    bookings = with_details(Booking.objects.filter(child_id=child_id).order_by("pk"))
    stays = with_names(Stay.objects.filter(child_id=child_id)).order_by("arrived_at", "pk")
    return {
        "bookings": [_facts(as_row(one), _BOOKING) for one in bookings],
        "stays": [_facts(stay_row(one), _STAY) for one in stays],
    }


def _facts(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
