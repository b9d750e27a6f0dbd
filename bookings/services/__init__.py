"""What can be done with bookings."""

from bookings.services.cancel_booking import cancel_booking
from bookings.services.close_house import close_house
from bookings.services.place_booking import place_booking
from bookings.services.series import continue_series, end_series, start_series
from bookings.services.settle import lapse_entitlements, settle_hours

__all__ = [
    "cancel_booking",
    "close_house",
    "continue_series",
    "end_series",
    "lapse_entitlements",
    "place_booking",
    "settle_hours",
    "start_series",
]
