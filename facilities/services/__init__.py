"""What others may do to houses and sessions."""

from facilities.services.places import (
    close_breaches_that_hold_again,
    free_places,
    set_counted_staff,
    take_places,
)

__all__ = [
    "close_breaches_that_hold_again",
    "free_places",
    "set_counted_staff",
    "take_places",
]
