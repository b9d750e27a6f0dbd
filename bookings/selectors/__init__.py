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
    rows_of,
)
from bookings.selectors.offers import Offer, offers_of
from bookings.selectors.statement import Statement, statement_of

__all__ = [
    "BookingRow",
    "HourRow",
    "Offer",
    "Statement",
    "as_row",
    "booking_row_for",
    "bookings_of",
    "coming_bookings_of",
    "offers_of",
    "past_bookings_of",
    "preview_cancel",
    "rows_of",
    "statement_of",
]
