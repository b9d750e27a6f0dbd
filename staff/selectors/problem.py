"""A week as it is put to the solver."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from common.intervals import Interval, day_in_shanghai, moment_in_shanghai
from facilities import selectors as facilities
from regulations.selectors import law_book
from staff.models import Shift
from staff.models import Wish as WishRow
from staff.selectors.roster import (
    DAYS,
    House,
    board_of,
    published_shifts,
    week_facts,
    week_span,
)
from staff.solver import RosterProblem, limits_for
from staff.solver.types import Wish
from staff.types import HourFacts, PlannedShift, ShiftState, WeekFacts, WishKind

_PAST_WEEKS = timedelta(weeks=8)  # over which weekends are evened out


def problem_of(house: House, monday: date, *, now: datetime) -> RosterProblem:
    """A house's week from now on: what has begun stays, last week's roster is what to stay near."""
    drafted = board_of(house, monday)
    begun = [shift for shift in drafted if shift.during.starts_at <= now < shift.during.ends_at]
    week = week_facts(house, monday, drafted, now=now)
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    weekend = frozenset(day for day in days if not facilities.day_kind(day).is_working)
    wishes = list(WishRow.objects.filter(person_id__in=list(week.people)).order_by("pk"))
    return RosterProblem(
        week=week,
        limits=limits_for(week, law_book()),
        wanted={hour.session_id: _people_to_sell(hour) for hour in week.hours},
        availability=_availability(wishes, days),
        wishes=tuple(_wishes(wishes, days)),
        weekends_worked=_weekends_worked(week, now),
        weekend=weekend,
        kept=tuple(begun),
        near=tuple(drafted) or _last_week(house, monday),
    )


def _people_to_sell(hour: HourFacts) -> int:
    """Who would have to be there so that every place of the room may be booked."""
    return 0 if hour.is_stopped else -(-hour.places // hour.children_per_staff)


def _last_week(house: House, monday: date) -> tuple[PlannedShift, ...]:
    week = timedelta(days=DAYS)
    there = published_shifts(week_span(monday - week), facility_ids=[house.id])
    return tuple(shift.moved(week) for shift in there)


def _availability(
    wishes: Sequence[WishRow], days: Sequence[date]
) -> dict[tuple[int, date], tuple[Interval, ...]]:
    """What is left of a day of somebody who cannot come at some hours of it."""
    found: dict[tuple[int, date], tuple[Interval, ...]] = {}
    for day in days:
        for one in wishes:
            if one.kind == WishKind.UNAVAILABLE and one.weekday == day.weekday():
                key = (one.person_id, day)
                found[key] = _without(found.get(key, (_whole(day),)), _during(one, day))
    return found


def _whole(day: date) -> Interval:
    return Interval(
        moment_in_shanghai(day, time()), moment_in_shanghai(day + timedelta(days=1), time())
    )


def _during(wish: WishRow, day: date) -> Interval:
    return Interval(moment_in_shanghai(day, wish.starts), moment_in_shanghai(day, wish.ends))


def _without(stretches: Sequence[Interval], gone: Interval) -> tuple[Interval, ...]:
    left = []
    for one in stretches:
        if not one.overlaps(gone):
            left.append(one)
            continue
        if one.starts_at < gone.starts_at:
            left.append(Interval(one.starts_at, gone.starts_at))
        if gone.ends_at < one.ends_at:
            left.append(Interval(gone.ends_at, one.ends_at))
    return tuple(left)


def _wishes(rows: Sequence[WishRow], days: Sequence[date]) -> list[Wish]:
    return [
        Wish(one.person_id, _during(one, day), is_preferred=one.kind == WishKind.PREFER)
        for day in days
        for one in rows
        if one.kind != WishKind.UNAVAILABLE and one.weekday == day.weekday()
    ]


def _weekends_worked(week: WeekFacts, now: datetime) -> dict[int, int]:
    """How many days off everybody has worked lately, so that they are shared out evenly."""
    before = min(week_span(week.monday).starts_at, now)
    rows = Shift.objects.filter(
        person_id__in=list(week.people),
        state=ShiftState.PUBLISHED,
        starts_at__lt=before,
        starts_at__gte=before - _PAST_WEEKS,
    )
    worked = {
        (person_id, day_in_shanghai(starts_at))
        for person_id, starts_at in rows.values_list("person_id", "starts_at")
    }
    counts = dict.fromkeys(week.people, 0)
    for person_id, day in worked:
        counts[person_id] += not facilities.day_kind(day).is_working
    return counts
