"""Searching: first any week that holds, then better ones day by day, then the whole week's best."""

from dataclasses import dataclass

from ortools.sat.python import cp_model

from staff.solver.clash import clash
from staff.solver.facts import facts_of
from staff.solver.grid import Cell, Grid
from staff.solver.model import RosterModel
from staff.solver.objective import levels
from staff.solver.shifts import shifts_of
from staff.solver.solving import Solved, Solving
from staff.solver.types import Level, NoRoster, Proposal, RosterProblem, Score

# Of what is left: so that a hard day or level leaves something for those after it.
_DAYS_SHARE = 0.6
_LEVEL_SHARE = 0.4


def search(problem: RosterProblem, *, seconds: float, seed: int) -> Proposal | NoRoster:
    """The best week that holds, or why there is none."""
    grid = Grid(problem)
    solving = Solving(seconds=seconds, seed=seed)
    model = RosterModel(grid, facts_of(grid))
    better = _Improvement(model, solving)
    first = solving.run(model.cp)
    if not first.is_found:
        return clash(grid, solving, is_proven=first.is_impossible)
    found = better.day_by_day(better.read(first))
    found, proven = better.level_by_level(model.cp, found, solving.work_left)
    scores = zip(better.levels, found.costs, proven, strict=True)
    return Proposal(
        shifts=shifts_of(grid, better.worked(found)),
        scores=tuple(Score(*one) for one in scores),
        seconds=solving.spent,
        is_repeatable=not solving.clock_has_ended_a_run,
    )


@dataclass(frozen=True)
class _Week:
    """A week that holds: the value of every variable, and what each level comes to."""

    values: list[int]
    costs: tuple[int, ...]


class _Improvement:
    """Makes a week better and never worse: a level is only bettered where those before it keep."""

    def __init__(self, model: RosterModel, solving: Solving) -> None:
        ranked = list(levels(model))
        self.levels: tuple[Level, ...] = tuple(level for level, _ in ranked)
        self._costs = [cost for _, cost in ranked]
        self._model = model
        self._solving = solving

    def read(self, solved: Solved) -> _Week:
        return _Week(solved.values, tuple(solved.value(cost) for cost in self._costs))

    def worked(self, week: _Week) -> list[Cell]:
        return [
            cell
            for cell, literal in zip(self._model.grid.cells, self._model.works, strict=True)
            if week.values[literal.index]
        ]

    def day_by_day(self, week: _Week) -> _Week:
        """Plan each day anew while the others stay: days are small, and depend little on others."""
        days = self._model.grid.days
        work = self._solving.work_left * _DAYS_SHARE / len(days) if len(days) > 1 else 0
        for day in days if work else ():
            cp = self._model.cp.clone()
            for cell, literal in zip(self._model.grid.cells, self._model.works, strict=True):
                if cell.day != day:
                    cp.add(literal == week.values[literal.index])
            week, _ = self.level_by_level(cp, week, work)
        return week

    def level_by_level(
        self, cp: cp_model.CpModel, week: _Week, work: float
    ) -> tuple[_Week, list[bool]]:
        """Make each level small, and hold it there while the next one is made small."""
        proven = []
        for index, cost in enumerate(self._costs):
            is_best = week.costs[index] == 0
            if not is_best:
                self._hint(cp, week)
                cp.minimize(cost)
                before = self._solving.worked
                solved = self._solving.run(cp, work=work * _LEVEL_SHARE)
                work = max(work - (self._solving.worked - before), 0)
                cp.clear_objective()  # type: ignore[no-untyped-call]
                if solved.is_found and solved.value(cost) < week.costs[index]:
                    week = self.read(solved)
                is_best = solved.is_optimal
            cp.add(cost <= week.costs[index])
            proven.append(is_best)
        return week, proven

    @staticmethod
    def _hint(cp: cp_model.CpModel, week: _Week) -> None:
        cp.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in enumerate(week.values):
            cp.add_hint(cp.get_int_var_from_proto_index(index), value)
