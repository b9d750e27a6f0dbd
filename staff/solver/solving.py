"""Running CP-SAT within a budget, always the same way."""

from typing import Any

from ortools.sat.python import cp_model


class Solving:
    """A budget of seconds for several runs.

    One worker and a fixed seed make a run repeatable, as long as the clock does not end it: each
    run is also bounded by CP-SAT's deterministic time, which counts work and not seconds.
    """

    def __init__(self, *, seconds: float, seed: int) -> None:
        self._seconds = seconds
        self._seed = seed
        self.spent = 0.0

    def once_more(self) -> "Solving":
        """The same budget again, for another question."""
        return Solving(seconds=self._seconds, seed=self._seed)

    @property
    def left(self) -> float:
        return max(self._seconds - self.spent, 0)

    def run(self, model: cp_model.CpModel, *, share: float = 1) -> "Solved":
        """Solve with a share of what is left."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._seed
        solver.parameters.max_time_in_seconds = self.left * share
        solver.parameters.max_deterministic_time = self.left * share
        status = solver.solve(model)
        self.spent += solver.wall_time
        return Solved(solver, status)


class Solved:
    """What a run found out."""

    def __init__(self, solver: cp_model.CpSolver, status: Any) -> None:
        self._solver = solver
        self._status = status

    @property
    def is_found(self) -> bool:
        return self._status in {cp_model.OPTIMAL, cp_model.FEASIBLE}

    @property
    def is_optimal(self) -> bool:
        return bool(self._status == cp_model.OPTIMAL)

    @property
    def is_impossible(self) -> bool:
        return bool(self._status == cp_model.INFEASIBLE)

    @property
    def is_wrong(self) -> bool:
        return bool(self._status == cp_model.MODEL_INVALID)

    @property
    def assumptions(self) -> set[int]:
        """Indexes of assumed literals that cannot all be true."""
        return set(self._solver.sufficient_assumptions_for_infeasibility())

    def is_true(self, literal: Any) -> bool:
        return bool(self._solver.boolean_value(literal))

    def value(self, expression: Any) -> int:
        return int(self._solver.value(expression))
