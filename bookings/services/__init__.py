"""What can be done with bookings."""

from bookings.services.breaches import answer_breach, escalate_breaches, watch_the_floor
from bookings.services.cancel_booking import cancel_booking
from bookings.services.check_in import check_in
from bookings.services.check_out import check_out
from bookings.services.clock import correct_staff, staff_comes, staff_goes
from bookings.services.close_forgotten import close_forgotten
from bookings.services.close_house import close_house, end_stopped_hours, suspend_house
from bookings.services.collection_code import make_collection_code
from bookings.services.correct_stay import correct_stay
from bookings.services.open_floor import open_floor
from bookings.services.place_booking import place_booking
from bookings.services.ratio import note_house
from bookings.services.repair import apply_repair
from bookings.services.series import continue_series, end_series, start_series
from bookings.services.settle import lapse_entitlements, settle_hours
from bookings.services.sick_call import sick_call
from bookings.services.walk_in import walk_in
from bookings.services.withdrawn import end_hours_without_consent

__all__ = [
    "answer_breach",
    "apply_repair",
    "cancel_booking",
    "check_in",
    "check_out",
    "close_forgotten",
    "close_house",
    "continue_series",
    "correct_staff",
    "correct_stay",
    "end_hours_without_consent",
    "end_series",
    "end_stopped_hours",
    "escalate_breaches",
    "lapse_entitlements",
    "make_collection_code",
    "note_house",
    "open_floor",
    "place_booking",
    "settle_hours",
    "sick_call",
    "staff_comes",
    "staff_goes",
    "start_series",
    "suspend_house",
    "walk_in",
    "watch_the_floor",
]
