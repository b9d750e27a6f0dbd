"""The tables of bookings and of the floor, with the constraints that hold whoever writes."""

from bookings.models.booking import (
    BookedHour,
    Booking,
    Entitlement,
    IdempotentRequest,
    LedgerEntry,
    Obligation,
    Series,
    SeriesDate,
    UnmetDemand,
)
from bookings.models.floor import BreachAnswer, CollectionCode, FloorBreach, FloorDay, Stay

__all__ = [
    "BookedHour",
    "Booking",
    "BreachAnswer",
    "CollectionCode",
    "Entitlement",
    "FloorBreach",
    "FloorDay",
    "IdempotentRequest",
    "LedgerEntry",
    "Obligation",
    "Series",
    "SeriesDate",
    "Stay",
    "UnmetDemand",
]
