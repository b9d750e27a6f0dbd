"""How far the rosters of houses are, for lists and dashboards."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import facilities_of
from staff.models import DraftShift, RosterWeek
from staff.selectors.roster import (
    DAYS,
    MAY_SEE_ROSTERS,
    as_planned,
    monday_of,
    published_shifts,
    week_span,
)
from staff.types import PlannedShift, RosterStanding

_SOON = timedelta(days=21)  # how far ahead the list of weeks reaches


@dataclass(frozen=True, slots=True)
class RosterStatus:
    """How far a house's week is."""

    standing: RosterStanding
    revision: int = 0
    published_at: datetime | None = None


def roster_status(
    facility_ids: Sequence[int], monday: date, *, now: datetime
) -> dict[int, RosterStatus]:
    """How far the rosters of a week are, by house. Three statements, however many houses."""
    weeks = {
        week.facility_id: week
        for week in RosterWeek.objects.filter(facility_id__in=facility_ids, monday=monday)
    }
    drafted: dict[int, list[PlannedShift]] = defaultdict(list)
    for row in DraftShift.objects.filter(
        week__in=[week.pk for week in weeks.values()], ends_at__gt=now
    ).order_by("pk"):
        drafted[row.facility_id].append(as_planned(row))
    published: dict[int, list[PlannedShift]] = defaultdict(list)
    for shift in published_shifts(week_span(monday), facility_ids=list(weeks)):
        if shift.during.ends_at > now:
            published[shift.facility_id].append(shift)
    return {
        pk: _status(weeks.get(pk), drafted[pk], published[pk]) for pk in dict.fromkeys(facility_ids)
    }


def _status(
    week: RosterWeek | None, drafted: Sequence[PlannedShift], published: Sequence[PlannedShift]
) -> RosterStatus:
    if week is None:
        return RosterStatus(RosterStanding.EMPTY)
    is_published = week.published_at is not None
    shifts = drafted if week.revision else published
    return RosterStatus(
        standing_of(is_published=is_published, shifts=shifts, published=published),
        week.revision,
        week.published_at,
    )


def standing_of(
    *, is_published: bool, shifts: Sequence[PlannedShift], published: Sequence[PlannedShift]
) -> RosterStanding:
    """How what is on a board, and not over, stands to what is published."""
    if not is_published:
        return RosterStanding.DRAFTED if shifts else RosterStanding.EMPTY
    if {one.content for one in shifts} == {one.content for one in published}:
        return RosterStanding.PUBLISHED
    return RosterStanding.CHANGED


# --- choosing --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of a house, to be chosen."""

    monday: date
    sunday: date
    standing: RosterStanding


@dataclass(frozen=True, slots=True)
class HouseRow:
    """A house with its next weeks."""

    id: str  # public id
    name: str
    weeks: tuple[WeekRow, ...]


def houses_to_roster(actor: Actor, *, now: datetime) -> tuple[HouseRow, ...]:
    """The houses whose rosters the actor may see, each with this week and the next.

    :raises NotFound: when there is none.
    """
    houses = facilities_of(actor, *MAY_SEE_ROSTERS)
    if not houses:
        raise NotFound
    first = monday_of(day_in_shanghai(now))
    mondays = [first + timedelta(days=n) for n in range(0, _SOON.days, DAYS)]
    known = {
        monday: roster_status([one.pk for one in houses], monday, now=now) for monday in mondays
    }
    return tuple(
        HouseRow(
            str(house.public_id),
            house.name,
            tuple(
                WeekRow(monday, monday + timedelta(days=DAYS - 1), known[monday][house.pk].standing)
                for monday in mondays
            ),
        )
        for house in houses
    )
