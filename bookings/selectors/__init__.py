"""What others may read of bookings."""

from bookings.selectors.bookings import (
    BookingRow,
    HourRow,
    as_row,
    booking_row_for,
    bookings_of,
    coming_bookings_of,
    past_bookings_of,
    preview_cancel,
)
from bookings.selectors.floor import floor_of, floors_of
from bookings.selectors.gate import gate_of
from bookings.selectors.offers import Offer, offers_of
from bookings.selectors.placed import rows_of
from bookings.selectors.statement import Statement, statement_of
from bookings.selectors.stays import stay_row, stays_in
from bookings.selectors.today import MAY_SEE_THE_FLOOR, house_today

__all__ = [
    "MAY_SEE_THE_FLOOR",
    "BookingRow",
    "HourRow",
    "Offer",
    "Statement",
    "as_row",
    "booking_row_for",
    "bookings_of",
    "coming_bookings_of",
    "floor_of",
    "floors_of",
    "gate_of",
    "house_today",
    "offers_of",
    "past_bookings_of",
    "preview_cancel",
    "rows_of",
    "statement_of",
    "stay_row",
    "stays_in",
]
