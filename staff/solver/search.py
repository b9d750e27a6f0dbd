"""Searching: first any week that holds, then, level by level, the best one."""

from collections.abc import Iterable

from staff.solver.clash import clash
from staff.solver.facts import facts_of
from staff.solver.grid import Cell, Grid
from staff.solver.model import RosterModel
from staff.solver.objective import levels
from staff.solver.shifts import shifts_of
from staff.solver.solving import Solved, Solving
from staff.solver.types import NoRoster, Proposal, RosterProblem, Score

# Of what is left for one level, so that a hard one leaves something for those after it.
_SHARE = 0.5


def search(problem: RosterProblem, *, seconds: float, seed: int) -> Proposal | NoRoster:
    """The best week that holds, or why there is none."""
    grid = Grid(problem)
    solving = Solving(seconds=seconds, seed=seed)
    model = RosterModel(grid, facts_of(grid))
    first = solving.run(model.cp)
    if not first.is_found:
        return clash(grid, solving, is_proven=first.is_impossible)
    worked, scores = _improve(model, first, solving)
    return Proposal(shifts_of(grid, worked), tuple(scores), solving.spent)


def _improve(
    model: RosterModel, found: Solved, solving: Solving
) -> tuple[Iterable[Cell], list[Score]]:
    """Make each level as small as it gets, and hold it there while the next one is made small."""
    worked, scores = _worked(model, found), []
    for level, expression in levels(model):
        _hint(model, found)
        model.cp.minimize(expression)
        better = solving.run(model.cp, share=_SHARE)
        if better.is_found:
            found, worked = better, _worked(model, better)
        value = found.value(expression)
        scores.append(Score(level, value, better.is_optimal))
        model.cp.clear_objective()  # type: ignore[no-untyped-call]
        model.cp.add(expression <= value)
    return worked, scores


def _worked(model: RosterModel, found: Solved) -> list[Cell]:
    return [cell for cell in model.grid.cells if found.is_true(model.works[cell.index])]


def _hint(model: RosterModel, found: Solved) -> None:
    model.cp.clear_hints()  # type: ignore[no-untyped-call]
    for literal in (*model.works, *model.keeps.values()):
        model.cp.add_hint(literal, found.is_true(literal))
