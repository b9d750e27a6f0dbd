"""Running CP-SAT within a budget, always the same way."""

from typing import Any

from ortools.sat.python import cp_model

# CP-SAT counts work in its own "deterministic time". A second of a plain machine does more than
# this: it is the work that ends a run, and the clock only where a machine is slow or busy.
_WORK_PER_SECOND = 0.1


class Solving:
    """A budget of seconds for several runs.

    One worker, a fixed seed and an end by work done make a run repeatable; an end by the clock
    does not, and is remembered.
    """

    def __init__(self, *, seconds: float, seed: int) -> None:
        self._seconds = seconds
        self._seed = seed
        self.spent = 0.0  # seconds
        self.worked = 0.0
        self.clock_has_ended_a_run = False
        self.has_proven_impossible = False

    def once_more(self) -> "Solving":
        """The same budget again, for another question."""
        return Solving(seconds=self._seconds, seed=self._seed)

    @property
    def work_left(self) -> float:
        return max(self._seconds * _WORK_PER_SECOND - self.worked, 0)

    def run(self, model: cp_model.CpModel, *, work: float | None = None) -> "Solved":
        """Solve with so much of what is left, or with all of it."""
        solver = cp_model.CpSolver()
        seconds = max(self._seconds - self.spent, 0)
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = self._seed
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.max_deterministic_time = self.work_left if work is None else work
        solved = Solved(solver, solver.solve(model))
        self.spent += solver.wall_time
        self.worked += solver.deterministic_time
        self.has_proven_impossible |= solved.is_impossible
        if solver.wall_time >= seconds and not solved.is_settled:
            self.clock_has_ended_a_run = True
        return solved


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
    def is_settled(self) -> bool:
        return self.is_optimal or self.is_impossible

    @property
    def values(self) -> list[int]:
        """The value of every variable, by its index."""
        return [int(value) for value in self._solver.response_proto.solution]

    @property
    def assumptions(self) -> set[int]:
        """Indexes of assumed literals that cannot all be true."""
        return set(self._solver.sufficient_assumptions_for_infeasibility())

    def value(self, expression: Any) -> int:
        return int(self._solver.value(expression))
