"""What the rules say of a booking. Pure: facts and limits in, verdicts out."""

from bookings.rules.admission import admission, opening_of
from bookings.rules.cancellation import cancel_outcome, deadline_of
from bookings.rules.lookup import limit_for

__all__ = ["admission", "cancel_outcome", "deadline_of", "limit_for", "opening_of"]
