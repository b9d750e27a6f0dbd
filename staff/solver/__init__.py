"""Proposing a week's roster, or saying which facts clash. Pure: no Django, no clock.

OR-Tools is imported by the functions that solve, when they are called: the web process reads the
types here and never loads it. Only the worker's task calls them.
"""

from collections.abc import Mapping, Sequence

from staff.solver.limits import limits_for
from staff.solver.types import (
    Course,
    NoRoster,
    Proposal,
    RosterProblem,
    TrainingPlan,
)
from staff.types import TrainingCategory

__all__ = [
    "NoRoster",
    "Proposal",
    "RosterProblem",
    "limits_for",
    "propose_week",
    "training_that_fits",
]


def propose_week(problem: RosterProblem, *, seconds: float, seed: int) -> Proposal | NoRoster:
    """The best week that holds, within so many seconds; or the facts that make one impossible.

    In strict order: what booked children need (never given up), what every sellable place needs,
    somebody in charge and for health at every minute, wishes, fair weekends, few changes, few
    stretches of work, few minutes. The same seed gives the same week as long as
    the work ends the search and not the clock (`Proposal.is_repeatable`).
    """
    from staff.solver.search import search

    return search(problem, seconds=seconds, seed=seed)


def training_that_fits(
    problem: RosterProblem,
    courses: Sequence[Course],
    short: Mapping[tuple[int, TrainingCategory], int],
    *,
    seconds: float,
    seed: int,
) -> TrainingPlan | NoRoster:
    """Who can take which course of the week while the week still holds.

    `short` is the lessons (课时) somebody misses of a category. As much as possible of it is
    closed, with as few seats as possible; the rest of the week is planned as in `propose_week`.
    """
    from staff.solver.training import fitting

    return fitting(problem, courses, short, seconds=seconds, seed=seed)
