"""What others may read of people at work."""

from staff.selectors.access import people_visible_to, person_for
from staff.selectors.facts import people_facts
from staff.selectors.forecast import forecasts, forecasts_of, session_counts
from staff.selectors.papers import papers_due, papers_ending, reminder_days
from staff.selectors.passport import passport_of
from staff.selectors.people import (
    PublicStaffFacts,
    badge_of,
    colleagues,
    names_by_id,
    people_page,
    public_staff_facts,
    span_of,
)
from staff.selectors.roster import (
    board_of,
    engaged_people,
    house_for,
    monday_of,
    published_shifts,
    week_facts,
    week_span,
)
from staff.selectors.scope import houses_kept_by, staff_house, staff_houses
from staff.selectors.standing import RosterStatus, roster_status
from staff.selectors.training import training_page
from staff.selectors.unrostered import without_roster

__all__ = [
    "PublicStaffFacts",
    "RosterStatus",
    "badge_of",
    "board_of",
    "colleagues",
    "engaged_people",
    "forecasts",
    "forecasts_of",
    "house_for",
    "houses_kept_by",
    "monday_of",
    "names_by_id",
    "papers_due",
    "papers_ending",
    "passport_of",
    "people_facts",
    "people_page",
    "people_visible_to",
    "person_for",
    "public_staff_facts",
    "published_shifts",
    "reminder_days",
    "roster_status",
    "session_counts",
    "span_of",
    "staff_house",
    "staff_houses",
    "training_page",
    "week_facts",
    "week_span",
    "without_roster",
]
