"""Making a week better: first day by day, then the whole of it."""

from dataclasses import dataclass
from typing import Any

from ortools.sat.python import cp_model

from staff.solver.model import RosterModel
from staff.solver.solving import Solved, Solving
from staff.solver.types import Level, Score

# Of what is left: so that a hard day or level leaves something for those after it.
_DAYS_SHARE = 0.6
_LEVEL_SHARE = 0.4

Ranked = tuple[Level, Any]  # what is made small, and the expression that says how much there is


@dataclass(frozen=True)
class Week:
    """The best week that was found: the value of every variable, and how good it is."""

    values: list[int]
    scores: tuple[Score, ...]

    def is_true(self, literal: Any) -> bool:
        return bool(self.values[literal.index])


def best_week(model: RosterModel, ranked: list[Ranked], solving: Solving) -> Week | None:
    """The best week by these levels, the first the most important; None when none was found."""
    first = solving.run(model.cp)
    if not first.is_found:
        return None
    better = _Improvement(model, ranked, solving)
    found = better.day_by_day(better.read(first))
    found, proven = better.level_by_level(model.cp, found, solving.work_left)
    scores = zip((level for level, _ in ranked), found.costs, proven, strict=True)
    return Week(found.values, tuple(Score(*one) for one in scores))


@dataclass(frozen=True)
class _Found:
    """A week that holds: the value of every variable, and what each level comes to."""

    values: list[int]
    costs: tuple[int, ...]


class _Improvement:
    """Makes a week better and never worse: a level is only bettered where those before it keep."""

    def __init__(self, model: RosterModel, ranked: list[Ranked], solving: Solving) -> None:
        self._costs = [cost for _, cost in ranked]
        self._model = model
        self._solving = solving

    def read(self, solved: Solved) -> _Found:
        return _Found(solved.values, tuple(solved.value(cost) for cost in self._costs))

    def day_by_day(self, week: _Found) -> _Found:
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
        self, cp: cp_model.CpModel, week: _Found, work: float
    ) -> tuple[_Found, list[bool]]:
        """Make each level small, and hold it there while the next one is made small."""
        proven = []
        for index, cost in enumerate(self._costs):
            is_best = week.costs[index] == 0
            if not is_best:
                before = self._solving.worked
                solved = self._minimize(cp, cost, week, work * _LEVEL_SHARE)
                work = max(work - (self._solving.worked - before), 0)
                if solved.is_found and solved.value(cost) < week.costs[index]:
                    week = self.read(solved)
                is_best = solved.is_optimal
            cp.add(cost <= week.costs[index])
            proven.append(is_best)
        return week, proven

    def _minimize(self, cp: cp_model.CpModel, cost: Any, week: _Found, work: float) -> Solved:
        cp.clear_hints()  # type: ignore[no-untyped-call]
        for index, value in enumerate(week.values):
            cp.add_hint(cp.get_int_var_from_proto_index(index), value)
        cp.minimize(cost)
        solved = self._solving.run(cp, work=work)
        cp.clear_objective()  # type: ignore[no-untyped-call]
        return solved
