"""What others may do to houses and sessions."""

from facilities.services.closures import close_days, reopen_days
from facilities.services.places import (
    close_breaches_that_hold_again,
    free_places,
    mark_rostered,
    set_counted_staff,
    take_places,
)
from facilities.services.publish import publish_sessions
from facilities.services.registry import (
    add_care_group,
    add_insurance,
    add_timetable_entry,
    change_care_group,
    register_house,
    set_fee,
)
from facilities.services.rejudge import rejudge_sessions
from facilities.services.suspension import lift_suspension, resume, suspend
from facilities.services.timetables import bring_in_hours

__all__ = [
    "add_care_group",
    "add_insurance",
    "add_timetable_entry",
    "bring_in_hours",
    "change_care_group",
    "close_breaches_that_hold_again",
    "close_days",
    "free_places",
    "lift_suspension",
    "mark_rostered",
    "publish_sessions",
    "register_house",
    "rejudge_sessions",
    "reopen_days",
    "resume",
    "set_counted_staff",
    "set_fee",
    "suspend",
    "take_places",
]
