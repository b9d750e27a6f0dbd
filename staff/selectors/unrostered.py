"""Houses that care in a week for which nobody has published a roster."""

from collections.abc import Sequence
from datetime import date

from facilities import selectors as facilities
from staff.models import RosterWeek
from staff.selectors.roster import week_span
from staff.selectors.scope import StaffHouse


def without_roster(houses: Sequence[StaffHouse], monday: date) -> list[StaffHouse]:
    """Those of the houses with sessions in a week that is not published. Two statements."""
    published = RosterWeek.objects.filter(monday=monday, published_at__isnull=False)
    done = set(published.values_list("facility_id", flat=True))
    ids = [house.id for house in houses if house.id not in done]
    span = week_span(monday)
    caring = {
        session.facility_id
        for session in facilities.sessions_within(
            facility_ids=ids, starts=span.starts_at, ends=span.ends_at
        )
    }
    return [house for house in houses if house.id in caring]
