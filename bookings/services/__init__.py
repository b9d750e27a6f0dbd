"""What can be done with bookings."""

from bookings.services.cancel_booking import cancel_booking
from bookings.services.close_house import close_house, end_stopped_hours, suspend_house
from bookings.services.place_booking import place_booking
from bookings.services.series import continue_series, end_series, start_series
from bookings.services.settle import lapse_entitlements, settle_hours
from bookings.services.withdrawn import end_hours_without_consent

__all__ = [
    "cancel_booking",
    "close_house",
    "continue_series",
    "end_hours_without_consent",
    "end_series",
    "end_stopped_hours",
    "lapse_entitlements",
    "place_booking",
    "settle_hours",
    "start_series",
    "suspend_house",
]
