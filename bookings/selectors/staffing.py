"""How many people who count are in a room now. The one place where that is asked."""

from datetime import datetime

from facilities.selectors import RoomToday, SessionToday


def counted_staff_in(room: RoomToday, session: SessionToday | None, *, now: datetime) -> int:
    """The staff who count toward the ratio in a room now.

    Until people clock in, that is whom the roster counts for the session; when they do, it is
    answered here by who is present, and every number of the floor follows.
    """
    return session.counted_staff if session else 0
