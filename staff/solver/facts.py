"""Everything that can stand in a roster's way, written down fact by fact."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from common.intervals import Interval
from staff.solver.grid import Cell, Grid, day_of, is_too_near
from staff.solver.types import (
    ElsewhereThen,
    Fact,
    Kept,
    LongestDay,
    LongestWeek,
    Needed,
    NotAllowed,
    NotCounted,
    OnDuty,
    OnLeave,
    RestDue,
    Unavailable,
)
from staff.types import HourFacts, PlannedShift, StaffRole


def facts_of(grid: Grid) -> tuple[Fact, ...]:
    """All that a week has to satisfy. Leaving one out never makes a possible week impossible."""
    return (
        *_needs(grid),
        *(Kept(shift) for shift in grid.kept),
        *(fact for person_id in grid.people_at_work for fact in _of_person(grid, person_id)),
    )


def people_needed(grid: Grid, hour: HourFacts) -> int:
    """Who has to be there by the session's own ratio and by the law of the day, the higher one."""
    day = day_of(hour.during)
    if day in grid.problem.limits.ratio_set_aside:
        return 0
    ratio = grid.problem.limits.children_per_staff.get(day)
    lawful = (Decimal(hour.children) / ratio).to_integral_value(ROUND_CEILING) if ratio else 0
    return max(hour.needed, int(lawful))


def people_wanted(grid: Grid, hour: HourFacts) -> int:
    """Who should be there so that every place can be sold."""
    return max(grid.problem.wanted.get(hour.session_id, 0), hour.needed)


def children_asking(hour: HourFacts, asking: Mapping[int, int]) -> int:
    """Who is booked or would be; a stopped session takes nobody new."""
    new = 0 if hour.is_stopped else asking.get(hour.session_id, 0)
    return max(hour.children, new)


def is_available(grid: Grid, cell: Cell) -> bool:
    times = grid.problem.availability.get((cell.person_id, cell.day))
    return times is None or any(
        time.starts_at <= cell.during.starts_at and cell.during.ends_at <= time.ends_at
        for time in times
    )


def bars(grid: Grid, fact: Fact, work: Cell | PlannedShift) -> bool:
    """Whether a fact by itself rules out a piece of work, or a kept shift."""
    day, cares = day_of(work.during), work.role is StaffRole.CAREGIVER
    match fact:
        case OnLeave(person_id, during):
            return work.person_id == person_id and during.overlaps(work.during)
        case NotCounted(person_id, on):
            return (work.person_id, day, cares) == (person_id, on, True)
        case NotAllowed(person_id, on):
            return (work.person_id, day) == (person_id, on)
        case Unavailable(person_id, on):
            mine = (work.person_id, day) == (person_id, on)
            return mine and isinstance(work, Cell) and not is_available(grid, work)
        case ElsewhereThen(person_id, shift):
            if work.person_id != person_id:
                return False
            travel = grid.problem.limits.travel_minutes
            elsewhere = grid.at_work_elsewhere(person_id)
            return not is_sound(elsewhere, travel) or is_too_near(shift, work.during, travel)
        case _:
            return False


def is_sound(shifts: list[PlannedShift], travel_minutes: int) -> bool:
    """Whether somebody's shifts in other houses leave them a way from one to the next."""
    ordered = sorted(shifts, key=lambda shift: shift.during)
    return not any(
        shift.during.overlaps(other.during)
        or (
            shift.facility_id != other.facility_id
            and is_too_near(shift, other.during, travel_minutes)
        )
        for shift, other in pairwise(ordered)
    )


def _needs(grid: Grid) -> Iterator[Fact]:
    for hour in grid.hours:
        if people := people_needed(grid, hour):
            yield Needed(hour, people)
    for day in grid.days:
        for role, people in grid.problem.limits.on_duty.get(day, {}).items():
            yield OnDuty(day, role, people)


def _of_person(grid: Grid, person_id: int) -> Iterator[Fact]:
    limits = grid.problem.limits
    for leave in grid.week.people[person_id].leaves:
        if _touches(grid, person_id, leave):
            yield OnLeave(person_id, leave)
    for shift in grid.at_work_elsewhere(person_id):
        yield ElsewhereThen(person_id, shift)
    for day in sorted({*grid.days, *limits.daily_minutes}):
        yield from _of_day(grid, person_id, day)
    if limits.weekly_minutes is not None:
        yield LongestWeek(person_id, limits.weekly_minutes)


def _touches(grid: Grid, person_id: int, leave: Interval) -> bool:
    cells = any(cell.during.overlaps(leave) for cell in grid.cells_of(person_id))
    return cells or any(shift.during.overlaps(leave) for shift in grid.kept_of(person_id))


def _of_day(grid: Grid, person_id: int, day: date) -> Iterator[Fact]:
    limits, key = grid.problem.limits, (person_id, day)
    cells, kept = grid.cells_on(*key), grid.kept_on(*key)
    roles = [*(cell.role for cell in cells), *(shift.role for shift in kept)]
    if StaffRole.CAREGIVER in roles and key in limits.not_counting:
        yield NotCounted(*key)
    if roles and key in limits.not_allowed:
        yield NotAllowed(*key)
    if not all(is_available(grid, cell) for cell in cells):
        yield Unavailable(*key)
    if day in limits.daily_minutes:
        yield LongestDay(*key, limits.daily_minutes[day])
    if cells and grid.problem.rests:
        yield RestDue(*key)
