"""What a change would do is what it does once it is made."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from staff.rules import judge_week
from staff.solver import NoRoster, RosterProblem, limits_for, propose_week, what_if
from staff.solver.types import (
    Change,
    Consequences,
    MoreCaregivers,
    OtherPlaces,
    OtherRatio,
    WithoutPerson,
)
from tests.staff.solver.worlds import (
    CAREGIVER,
    HEALTH,
    LEAD,
    MONDAY,
    a_person,
    a_problem,
    a_random_problem,
    a_week,
    an_hour,
    the_law,
)

NINE = an_hour(MONDAY, 9, 3)
ASKING = {NINE.session_id: 12}


def a_house(people: int = 1) -> RosterProblem:
    others = [a_person(number, f"{number}号") for number in range(2, people + 1)]
    return a_problem(a_week([NINE], [a_person(1, "王芳", CAREGIVER, LEAD, HEALTH), *others]))


def after(problem: RosterProblem, *changes: Change, demand: dict[int, int]) -> Consequences:
    return what_if(problem, changes, demand=demand, seconds=20, seed=1)


def sold(found: Consequences) -> tuple[int, int, int]:
    return found.places, found.sold, found.refused


def test_each_more_caregiver_sells_five_more_places_until_nobody_asks() -> None:
    by_number = [
        sold(after(a_house(), MoreCaregivers(number), demand=ASKING)) for number in range(4)
    ]

    assert by_number == [(5, 5, 7), (10, 10, 2), (15, 12, 0), (15, 12, 0)]


def test_rooms_can_be_what_limits() -> None:
    small = after(a_house(3), OtherPlaces(1, 8), demand=ASKING)
    other_group = after(a_house(3), OtherPlaces(2, 8), demand=ASKING)

    assert sold(small) == (8, 8, 4)
    assert sold(other_group) == (15, 12, 0)


def test_another_ratio_changes_what_one_person_can_do() -> None:
    assert sold(after(a_house(2), OtherRatio(4), demand=ASKING)) == (8, 8, 4)


def test_without_somebody_there_may_be_no_roster_at_all() -> None:
    found = after(a_house(2), WithoutPerson(1), demand=ASKING)

    assert isinstance(found.answer, NoRoster)
    assert sold(found) == (0, 0, 12)
    assert "负责人" in found.answer.sentence


def _really_changed(problem: RosterProblem, changes: Iterable[Change]) -> RosterProblem:
    """The same change, made to the house by hand and not by the solver."""
    week = problem.week
    for change in changes:
        match change:
            case MoreCaregivers(count):
                first = max(week.people) + 1
                new = {n: a_person(n, f"新{n}") for n in range(first, first + count)}
                week = replace(week, people={**week.people, **new})
            case WithoutPerson(number):
                people = {key: one for key, one in week.people.items() if key != number}
                keep = [shift for shift in week.shifts if shift.person_id != number]
                away = [shift for shift in week.elsewhere if shift.person_id != number]
                week = replace(week, people=people, shifts=tuple(keep), elsewhere=tuple(away))
                kept = tuple(shift for shift in problem.kept if shift.person_id != number)
                problem = replace(problem, kept=kept)
            case _:
                raise NotImplementedError
    return replace(problem, week=week, limits=limits_for(week, the_law()))


@pytest.mark.parametrize("seed", range(30))
def test_what_would_be_is_what_is_after_the_change(seed: int) -> None:
    problem = a_random_problem(seed, law=the_law())
    demand = {hour.session_id: seed % 13 for hour in problem.week.hours}
    changes = [WithoutPerson(2), MoreCaregivers(2)]

    would_be = after(problem, *changes, demand=demand)
    real = replace(_really_changed(problem, changes), asking=demand)
    proposed = propose_week(real, seconds=20, seed=1)
    if isinstance(proposed, NoRoster):
        assert isinstance(would_be.answer, NoRoster)
        return
    verdict = judge_week(replace(real.week, shifts=proposed.shifts), the_law())
    served = [
        min(
            max(one.hour.children, 0 if one.hour.is_stopped else seed % 13),
            one.counted * one.hour.children_per_staff,
        )
        for one in verdict.hours
    ]
    assert verdict.holds
    assert would_be.sold == sum(served)


def test_a_change_leaves_the_problem_as_it_was() -> None:
    problem = a_house()
    before = replace(problem)

    after(problem, MoreCaregivers(1), OtherRatio(3), OtherPlaces(1, 2), demand=ASKING)

    assert problem == before
    assert problem.limits.children_per_staff == {MONDAY: Decimal(5)}
