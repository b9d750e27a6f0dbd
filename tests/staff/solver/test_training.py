"""Courses are taken by those who miss lessons, and never at the children's cost."""

from dataclasses import replace
from itertools import product

import pytest

from staff.rules import judge_week
from staff.solver import NoRoster, Proposal, propose_week, training_that_fits
from staff.solver.types import Course, Level, RosterProblem, TrainingPlan
from staff.types import TrainingCategory
from tests.staff.solver.worlds import (
    CAREGIVER,
    HEALTH,
    LEAD,
    MONDAY,
    OTHER_HOUSE,
    a_day,
    a_person,
    a_problem,
    a_random_problem,
    a_shift,
    a_week,
    an_hour,
    between,
    the_law,
)

SKILLS, ETHICS = TrainingCategory.SKILLS, TrainingCategory.ETHICS
MORNING = Course("monday", between(MONDAY, 9, 11), SKILLS, 4)
TUESDAY = Course("tuesday", between(a_day(1), 9, 11), SKILLS, 4)


def fitting(problem: RosterProblem, courses: list[Course], short: dict) -> TrainingPlan:
    """A plan during which the week holds, those on a course being away."""
    found = training_that_fits(problem, courses, short, seconds=20, seed=1)
    assert isinstance(found, TrainingPlan)
    assert holds(problem, courses, found)
    return found


def holds(problem: RosterProblem, courses: list[Course], plan: TrainingPlan) -> bool:
    week = away_on_courses(problem, courses, plan.taken).week
    return judge_week(replace(week, shifts=plan.proposal.shifts), the_law()).holds


def away_on_courses(problem: RosterProblem, courses: list[Course], taken) -> RosterProblem:
    during = {course.key: course.during for course in courses}
    people = {
        key: replace(
            one, leaves=(*one.leaves, *(during[course] for who, course in taken if who == key))
        )
        for key, one in problem.week.people.items()
    }
    return replace(problem, week=replace(problem.week, people=people))


def a_house(people: int) -> RosterProblem:
    roles = (CAREGIVER, LEAD, HEALTH)
    staff = [a_person(number, f"{number}号", *roles) for number in range(1, people + 1)]
    hours = [an_hour(day, hour) for day in (MONDAY, a_day(1)) for hour in (9, 10)]
    return a_problem(a_week(hours, staff))


def test_two_people_go_in_turns() -> None:
    plan = fitting(a_house(2), [MORNING, TUESDAY], {(1, SKILLS): 4, (2, SKILLS): 4})

    assert {who for who, _ in plan.taken} == {1, 2}
    assert len({course for _, course in plan.taken}) == 2
    assert plan.proposal.value(Level.UNTRAINED) == 0


def test_nobody_goes_who_cannot_be_spared() -> None:
    plan = fitting(a_house(1), [MORNING, TUESDAY], {(1, SKILLS): 4})

    assert plan.taken == ()
    assert plan.proposal.value(Level.UNTRAINED) == 4


def test_nobody_takes_more_than_they_miss_and_nothing_of_the_other_category() -> None:
    ethics = replace(TUESDAY, key="ethics", category=ETHICS)

    plan = fitting(a_house(3), [MORNING, TUESDAY, ethics], {(1, SKILLS): 3, (2, ETHICS): 9})

    assert sorted(plan.taken)[-1] == (2, "ethics")
    assert len(plan.taken) == 2
    assert plan.proposal.value(Level.UNTRAINED) == 5


def test_nobody_takes_two_courses_at_once_nor_one_on_leave_or_at_work_elsewhere() -> None:
    same_time = replace(MORNING, key="also monday")
    house = a_house(4)
    away = replace(a_shift(3, MONDAY, 11, 12), facility_id=OTHER_HOUSE)
    people = {
        **house.week.people,
        2: replace(house.week.people[2], leaves=(between(MONDAY, 8, 12),)),
    }
    house = replace(house, week=replace(house.week, people=people, elsewhere=(away,)))

    plan = fitting(house, [MORNING, same_time], {(one, SKILLS): 8 for one in (1, 2, 3)})

    assert [who for who, _ in plan.taken] == [1]


def test_an_impossible_week_says_why() -> None:
    house = a_house(1)
    hours = tuple(replace(hour, children=6) for hour in house.week.hours)
    house = replace(house, week=replace(house.week, hours=hours))

    found = training_that_fits(house, [MORNING], {(1, SKILLS): 4}, seconds=20, seed=1)

    assert isinstance(found, NoRoster)
    assert "需要2名计入人员" in found.sentence


@pytest.mark.parametrize("seed", range(40))
def test_no_other_choice_of_courses_closes_more(seed: int) -> None:
    problem = a_random_problem(seed, people=3, days=2, hours=3, law=the_law())
    days = sorted({hour.during.starts_at.date() for hour in problem.week.hours})
    courses = [Course(f"{day}", between(day, 9, 11), SKILLS, 3) for day in days]
    short = {(person, SKILLS): 2 + person for person in list(problem.week.people)[:2]}
    found = training_that_fits(problem, courses, short, seconds=20, seed=1)
    if isinstance(found, NoRoster):
        assert isinstance(propose_week(problem, seconds=20, seed=1), NoRoster)
        return
    assert holds(problem, courses, found)

    least = min(
        sum(
            max(0, lessons - sum(3 for who, _ in taken if who == person))
            for (person, _), lessons in short.items()
        )
        for taken in _choices(problem, courses, short)
        if isinstance(
            propose_week(away_on_courses(problem, courses, taken), seconds=20, seed=1), Proposal
        )
    )

    assert found.proposal.value(Level.UNTRAINED) == least


def _choices(problem: RosterProblem, courses: list[Course], short: dict) -> list[list]:
    """Everybody to every set of courses, but for who is away at the time."""
    seats = [
        (person, course.key)
        for person, _ in short
        for course in courses
        if not any(leave.overlaps(course.during) for leave in problem.week.people[person].leaves)
        and not any(
            shift.person_id == person and shift.during.starts_at.date() == _day(course)
            for shift in problem.week.elsewhere
        )
    ]
    taken = product([False, True], repeat=len(seats))
    return [[seat for seat, is_in in zip(seats, some, strict=True) if is_in] for some in taken]


def _day(course: Course):
    return course.during.starts_at.date()
