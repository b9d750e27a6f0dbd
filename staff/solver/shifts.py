"""Putting pieces of work together to shifts with rests."""

from collections.abc import Iterable
from dataclasses import replace

from common.intervals import SHANGHAI, Interval, merge_touching
from staff.solver.grid import Cell, Grid, does, minutes
from staff.types import PlannedShift


def shifts_of(grid: Grid, worked: Iterable[Cell]) -> tuple[PlannedShift, ...]:
    """The kept shifts as they are, and the other pieces joined where they touch."""
    pieces: dict[tuple[object, ...], list[Cell]] = {}
    for cell in worked:
        if not any(does(shift, cell) for shift in grid.kept):
            key = (cell.person_id, cell.day, cell.care_group_id, cell.role)
            pieces.setdefault(key, []).append(cell)
    stretches = [shift for cells in pieces.values() for shift in _joined(grid, cells)]
    shifts = _with_rests(grid, [*grid.kept, *stretches])
    return tuple(sorted(shifts, key=lambda one: (one.during, one.person_id, one.key)))


def _joined(grid: Grid, cells: list[Cell]) -> list[PlannedShift]:
    first = cells[0]
    return [
        PlannedShift(
            key=_key(first, during),
            person_id=first.person_id,
            facility_id=grid.week.facility_id,
            care_group_id=first.care_group_id,
            role=first.role,
            during=during,
        )
        for during in merge_touching(cell.during for cell in cells)
    ]


def _key(cell: Cell, during: Interval) -> str:
    at = during.starts_at.astimezone(SHANGHAI)
    return f"{cell.person_id}-{cell.care_group_id or 0}-{at:%m%dT%H%M}"


def _with_rests(grid: Grid, shifts: list[PlannedShift]) -> list[PlannedShift]:
    """Two stretches at the same place with a rest's time between them are one shift."""
    if grid.problem.rests is None:
        return shifts
    kept = {shift.key for shift in grid.kept}
    by_person: dict[int, list[PlannedShift]] = {}
    for shift in sorted(shifts, key=lambda one: (one.person_id, one.during)):
        line = by_person.setdefault(shift.person_id, [])
        last = line[-1] if line else None
        if last and not {last.key, shift.key} & kept and _is_rest_between(grid, last, shift):
            rest = Interval(last.during.ends_at, shift.during.starts_at)
            whole = Interval(last.during.starts_at, shift.during.ends_at)
            line[-1] = replace(last, during=whole, rest=rest)
        else:
            line.append(shift)
    return [shift for line in by_person.values() for shift in line]


def _is_rest_between(grid: Grid, shift: PlannedShift, other: PlannedShift) -> bool:
    rule = grid.problem.rests
    same = (shift.care_group_id, shift.role) == (other.care_group_id, other.role)
    if rule is None or not same or shift.rest or shift.during.ends_at >= other.during.starts_at:
        return False
    gap = Interval(shift.during.ends_at, other.during.starts_at)
    away = grid.week.people[shift.person_id].leaves
    elsewhere = (one.during for one in grid.at_work_elsewhere(shift.person_id))
    return rule.at_least_minutes <= minutes(gap) <= rule.at_most_minutes and not any(
        one.overlaps(gap) for one in (*away, *elsewhere)
    )
