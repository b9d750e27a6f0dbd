"""What others may read of houses and sessions."""

from facilities.geography import distance_m, walking_minutes
from facilities.selectors.calendar import day_kind
from facilities.selectors.finder import (
    district_named,
    houses_near,
    subdistrict_named,
    subdistricts_with_houses,
)
from facilities.selectors.houses import house_facts
from facilities.selectors.neighbors import Neighbor, neighbors_of, open_neighbors
from facilities.selectors.sessions import (
    breaches_to_come,
    lock_session_rows,
    lock_sessions,
    session_facts,
    session_of_group,
    sessions_by_id,
    sessions_of,
    sessions_within,
)
from facilities.selectors.today import (
    BreachRow,
    RoomToday,
    SessionToday,
    last_end_of_the_day,
    rooms_today,
)

__all__ = [
    "BreachRow",
    "Neighbor",
    "RoomToday",
    "SessionToday",
    "breaches_to_come",
    "day_kind",
    "distance_m",
    "district_named",
    "house_facts",
    "houses_near",
    "last_end_of_the_day",
    "lock_session_rows",
    "lock_sessions",
    "neighbors_of",
    "open_neighbors",
    "rooms_today",
    "session_facts",
    "session_of_group",
    "sessions_by_id",
    "sessions_of",
    "sessions_within",
    "subdistrict_named",
    "subdistricts_with_houses",
    "walking_minutes",
]
