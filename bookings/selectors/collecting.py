"""The one-time code as the guardian who made it sees it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied

from accounts.types import Actor
from bookings.models import CollectionCode
from bookings.selectors.bookings import BookingRow
from bookings.types import BookingState
from common.intervals import day_in_shanghai
from families import selectors as families
from families.types import GuardianRight


@dataclass(frozen=True, slots=True)
class Collecting:
    """What a guardian with the full right may do about collecting, on a booking's page."""

    may_make: bool
    code: str = field(default="", repr=False)  # '' where none waits
    collector: str = ""
    used_at: datetime | None = None


def collecting_of(actor: Actor, booking: BookingRow, *, now: datetime) -> Collecting:
    """The code of the booking's day; nothing for whoever has not the full right."""
    try:
        child = families.child_for(actor, booking.child, right=GuardianRight.FULL)
    except PermissionDenied:
        return Collecting(may_make=False)
    on = day_in_shanghai(booking.starts_at)
    known = CollectionCode.objects.filter(child_id=child.id, on=on, ended_at__isnull=True)
    made = known.order_by("-made_at", "-pk").first()
    may_make = booking.state is BookingState.CONFIRMED and on >= day_in_shanghai(now)
    if made is None:
        return Collecting(may_make=may_make)
    return Collecting(may_make, str(made.code), made.collector, made.used_at)
