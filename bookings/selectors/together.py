"""Bookings that were placed by one form: brothers and sisters."""

from dataclasses import dataclass

from accounts.types import Actor
from bookings.selectors.bookings import visible_to


@dataclass(frozen=True, slots=True)
class PlacedWith:
    """Another child's booking of the same form."""

    booking: str
    child_name: str


def placed_with(actor: Actor, booking: str) -> list[PlacedWith]:
    """The other bookings of the form by which a booking was placed."""
    rows = (
        visible_to(actor)
        .filter(request__bookings__public_id=booking)
        .exclude(public_id=booking)
        .order_by("pk")
        .values_list("public_id", "child__name")
    )
    return [PlacedWith(str(public_id), name) for public_id, name in rows]
