"""On small weeks the solver finds what trying everything finds."""

from random import Random

import pytest

from staff.solver import NoRoster, Proposal, propose_week
from tests.staff.solver.brute_force import TooMany, best_week
from tests.staff.solver.worlds import a_random_problem, the_law

MOST_SESSIONS = 6


@pytest.mark.parametrize("tens", range(12))
def test_no_week_is_better_than_the_proposed_one(tens: int) -> None:
    outcomes = set()
    for seed in range(tens * 10, tens * 10 + 10):
        law = the_law(daily_work_hours_max=Random(seed).choice([1, 2, 8]))
        problem = a_random_problem(seed, people=3, days=2, hours=3, law=law)
        if len(problem.week.hours) > MOST_SESSIONS:
            continue
        try:
            best = best_week(problem, law)
        except TooMany:
            continue

        proposed = propose_week(problem, seconds=60, seed=seed)

        outcomes.add(type(proposed))
        if isinstance(proposed, NoRoster):
            assert best is None, f"seed {seed}: {proposed.sentence}"
        else:
            assert tuple(score.value for score in proposed.scores) == best, f"seed {seed}"
            assert proposed.is_optimal
    assert outcomes == {Proposal, NoRoster}, "these seeds no longer say much"
