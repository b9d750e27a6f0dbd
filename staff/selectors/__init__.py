"""What others may read of people at work."""

from staff.selectors.access import people_visible_to, person_for
from staff.selectors.facts import people_facts
from staff.selectors.roster import (
    board_of,
    engaged_people,
    house_for,
    is_published,
    monday_of,
    published_shifts,
    week_facts,
    week_span,
)
from staff.selectors.standing import RosterStatus, roster_status

__all__ = [
    "RosterStatus",
    "board_of",
    "engaged_people",
    "house_for",
    "is_published",
    "monday_of",
    "people_facts",
    "people_visible_to",
    "person_for",
    "published_shifts",
    "roster_status",
    "week_facts",
    "week_span",
]
