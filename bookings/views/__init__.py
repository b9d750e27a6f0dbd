"""Pages of bookings: parse, one call, answer."""
