"""The least that Django can do for a booking: three statements, no middleware, no rule."""

YEAR = 2026
