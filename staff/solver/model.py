"""The constraint model of a week: one literal per piece of work, one constraint set per fact.

Only what solves imports this module: OR-Tools brings NumPy and pandas along.
"""

from collections.abc import Iterable
from datetime import date
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from common.intervals import Interval
from staff.solver.facts import bars
from staff.solver.grid import Cell, Grid, day_of, does, minutes
from staff.solver.rests import RestWindows
from staff.solver.types import (
    Bar,
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
from staff.types import PlannedShift


class RosterModel:
    """A week for CP-SAT. That one person is in one place at a time always holds."""

    def __init__(self, grid: Grid, facts: Iterable[Fact], *, as_assumptions: bool = False) -> None:
        self.grid = grid
        self.cp = cp_model.CpModel()
        self.works = [self.cp.new_bool_var(f"works_{cell.index}") for cell in grid.cells]
        self.keeps = {shift.key: self.cp.new_bool_var(f"keeps_{shift.key}") for shift in grid.kept}
        self.assumed: dict[int, Fact] = {}  # by the literal's index in the model
        self._at_work: dict[tuple[int, date], Any] = {}
        self._rests = RestWindows(self)
        self._one_place_at_a_time()
        for fact in facts:
            self._literal = self._assume(fact) if as_assumptions else None
            self._enforce(fact)

    # --- what holds of everybody ---

    def _one_place_at_a_time(self) -> None:
        for person_id in self.grid.people_at_work:
            for day, segments in self.grid.segments.items():
                cells = self.grid.cells_on(person_id, day)
                for segment in segments:
                    there = [one.index for one in cells if one.during.overlaps(segment)]
                    self.cp.add_at_most_one(self.works[index] for index in there)
        for shift in self.grid.kept:
            self._keep(shift, self.grid.cells_on(shift.person_id, day_of(shift.during)))
        for shift, other in combinations(self.grid.kept, 2):
            if shift.person_id == other.person_id and shift.during.overlaps(other.during):
                self.cp.add_at_most_one(self.keeps[shift.key], self.keeps[other.key])

    def _keep(self, shift: PlannedShift, cells: list[Cell]) -> None:
        """A kept shift does its pieces, and leaves no room for others, its rest included."""
        for cell in cells:
            works, keeps = self.works[cell.index], self.keeps[shift.key]
            if does(shift, cell):
                self.cp.add_implication(keeps, works)
            elif shift.during.overlaps(cell.during):
                self.cp.add_implication(keeps, works.negated())

    # --- facts ---

    def _assume(self, fact: Fact) -> Any:
        literal = self.cp.new_bool_var(f"fact_{len(self.assumed)}")
        self.assumed[literal.index] = fact
        self.cp.add_assumption(literal)
        return literal

    def require(self, constraint: Any) -> None:
        """Bind a constraint to the fact being written down."""
        if self._literal is not None:
            constraint.only_enforce_if(self._literal)

    def _enforce(self, fact: Fact) -> None:
        match fact:
            case Needed(hour, people):
                there = [self.works[one.index] for one in self.grid.cells_in(hour.session_id)]
                self.require(self.cp.add(sum(there) >= people))
            case OnDuty(day, role, people):
                there = [self.at_work(one, day) for one in self.grid.engaged(role, day)]
                self.require(self.cp.add(sum(there) >= people))
            case Kept(shift):
                self.require(self.cp.add(self.keeps[shift.key] == 1))
            case OnLeave() | NotCounted() | NotAllowed() | Unavailable() | ElsewhereThen():
                self._bar(fact)
            case LongestDay(person_id, day, most):
                self._at_most(person_id, (day,), most)
            case LongestWeek(person_id, most):
                self._at_most(person_id, None, most)
            case RestDue(person_id, day):
                self._rests.require(person_id, day)

    def _bar(self, fact: Bar) -> None:
        cells = self.grid.cells_of(fact.person_id)
        kept = self.grid.kept_of(fact.person_id)
        self._forbid(
            (one for one in cells if bars(self.grid, fact, one)),
            (one for one in kept if bars(self.grid, fact, one)),
        )

    def _forbid(self, cells: Iterable[Cell], shifts: Iterable[PlannedShift]) -> None:
        """Nobody does these pieces, and none of these shifts stays."""
        barred = [self.works[cell.index] for cell in cells]
        barred += [self.keeps[shift.key] for shift in shifts]
        if barred:
            self.require(self.cp.add_bool_and(one.negated() for one in barred))

    def _at_most(self, person_id: int, days: tuple[date, ...] | None, most: int) -> None:
        def is_meant(interval: Interval) -> bool:
            return days is None or day_of(interval) in days

        elsewhere = sum(
            shift.minutes
            for shift in self.grid.at_work_elsewhere(person_id)
            if is_meant(shift.during)
        )
        cells = self.grid.cells_of(person_id)
        shifts = self.grid.kept_of(person_id)
        if elsewhere > most:  # whatever is added here, the week would not hold
            self._forbid(cells, shifts)
            return
        cells = [cell for cell in cells if is_meant(cell.during)]
        shifts = [shift for shift in shifts if is_meant(shift.during)]
        if cells or shifts:
            self.require(self.cp.add(self.minutes(cells, shifts) <= most - elsewhere))

    # --- expressions ---

    def minutes(self, cells: Iterable[Cell], shifts: Iterable[PlannedShift] = ()) -> Any:
        """Minutes worked in pieces, and what kept shifts have beside the pieces they do."""
        cells, shifts = list(cells), list(shifts)
        worked = [cell.minutes * self.works[cell.index] for cell in cells]
        worked += [self._beside(shift, cells) * self.keeps[shift.key] for shift in shifts]
        return cp_model.LinearExpr.sum(worked)

    @staticmethod
    def _beside(shift: PlannedShift, cells: list[Cell]) -> int:
        return shift.minutes - sum(minutes(one.during) for one in cells if does(shift, one))

    def at_work(self, person_id: int, day: date) -> Any:
        """A literal that is true just when somebody works on a day."""
        key = (person_id, day)
        if key not in self._at_work:
            pieces = [self.works[cell.index] for cell in self.grid.cells_on(*key)]
            pieces += [self.keeps[shift.key] for shift in self.grid.kept_on(*key)]
            literal = self.cp.new_bool_var(f"at_work_{person_id}_{day}")
            self.cp.add_max_equality(literal, pieces or [self.cp.new_constant(0)])
            self._at_work[key] = literal
        return self._at_work[key]

    def is_working(self, person_id: int, segment: Interval) -> Any:
        """The sum, none or one, of what somebody does in a segment of a day."""
        key = (person_id, day_of(segment))
        cells = [one for one in self.grid.cells_on(*key) if one.during.overlaps(segment)]
        there = [self.works[cell.index] for cell in cells]
        for shift in self.grid.kept_on(*key):
            is_in_cell = any(does(shift, cell) for cell in cells)
            is_resting = shift.rest is not None and shift.rest.overlaps(segment)
            if shift.during.overlaps(segment) and not is_resting and not is_in_cell:
                there.append(self.keeps[shift.key])
        return cp_model.LinearExpr.sum(there)
