"""Searching for a week: the best one, or why there is none."""

from staff.solver.clash import clash
from staff.solver.facts import facts_of
from staff.solver.grid import Grid
from staff.solver.improve import Week, best_week
from staff.solver.model import RosterModel
from staff.solver.objective import levels
from staff.solver.shifts import shifts_of
from staff.solver.solving import Solving
from staff.solver.types import NoRoster, Proposal, RosterProblem


def search(problem: RosterProblem, *, seconds: float, seed: int) -> Proposal | NoRoster:
    """The best week that holds, or why there is none."""
    grid = Grid(problem)
    solving = Solving(seconds=seconds, seed=seed)
    model = RosterModel(grid, facts_of(grid))
    week = best_week(model, list(levels(model)), solving)
    return clash(grid, solving) if week is None else proposal_of(grid, model, week, solving)


def proposal_of(grid: Grid, model: RosterModel, week: Week, solving: Solving) -> Proposal:
    """A week in shifts."""
    pieces = zip(grid.cells, model.works, strict=True)
    return Proposal(
        shifts=shifts_of(grid, (cell for cell, works in pieces if week.is_true(works))),
        scores=week.scores,
        seconds=solving.spent,
        is_repeatable=not solving.clock_has_ended_a_run,
    )
