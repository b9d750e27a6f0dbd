"""Which courses people can take without leaving children behind. 课时"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from staff.solver.clash import clash
from staff.solver.facts import facts_of
from staff.solver.grid import Grid, is_too_near
from staff.solver.improve import Ranked, best_week
from staff.solver.model import RosterModel
from staff.solver.objective import levels
from staff.solver.search import proposal_of
from staff.solver.solving import Solving
from staff.solver.types import Course, Level, NoRoster, RosterProblem, TrainingPlan
from staff.types import TrainingCategory

Short = Mapping[tuple[int, TrainingCategory], int]  # lessons missing, by person and category
_Seats = dict[tuple[int, str], Any]  # a literal by person and course


def fitting(
    problem: RosterProblem, courses: Sequence[Course], short: Short, *, seconds: float, seed: int
) -> TrainingPlan | NoRoster:
    """The courses of a week that close most of what is missing, with a roster around them."""
    grid = Grid(problem)
    solving = Solving(seconds=seconds, seed=seed)
    model = RosterModel(grid, facts_of(grid))
    seats = _seats(model, courses, short)
    missing = list(_missing(model, courses, seats, short))
    ranked: list[Ranked] = [
        (Level.UNTRAINED, cp_model.LinearExpr.sum(missing)),
        (Level.COURSES, cp_model.LinearExpr.sum(list(seats.values()))),
        *levels(model),
    ]
    week = best_week(model, ranked, solving)
    if week is None:
        return clash(grid, solving)
    taken = tuple(key for key, seat in seats.items() if week.is_true(seat))
    around = Grid(_with_leave(problem, courses, taken))
    return TrainingPlan(taken, proposal_of(around, model, week, solving))


def _seats(model: RosterModel, courses: Sequence[Course], short: Short) -> _Seats:
    """Who might take what: whoever misses such lessons and is free to go."""
    seats: _Seats = {}
    for course in courses:
        for person_id, category in sorted(short):
            misses = category is course.category and short[person_id, category] > 0
            if misses and _may_go(model.grid, person_id, course):
                seats[person_id, course.key] = _seat(model, person_id, course)
    for person_id in sorted({person for person, _ in seats}):
        for one, other in combinations(courses, 2):
            both = [(person_id, one.key), (person_id, other.key)]
            if one.during.overlaps(other.during) and all(key in seats for key in both):
                model.cp.add_at_most_one(seats[key] for key in both)
    return seats


def _may_go(grid: Grid, person_id: int, course: Course) -> bool:
    travel = grid.problem.limits.travel_minutes
    leaves = grid.week.people[person_id].leaves
    elsewhere = grid.at_work_elsewhere(person_id)
    return not any(leave.overlaps(course.during) for leave in leaves) and not any(
        is_too_near(shift, course.during, travel) for shift in elsewhere
    )


def _seat(model: RosterModel, person_id: int, course: Course) -> Any:
    """A literal that somebody takes a course, and does nothing else at that time."""
    seat = model.cp.new_bool_var(f"takes_{person_id}_{course.key}")
    for cell in model.grid.cells_of(person_id):
        if cell.during.overlaps(course.during):
            model.cp.add_implication(seat, model.works[cell.index].negated())
    for shift in model.grid.kept_of(person_id):
        if shift.during.overlaps(course.during):
            model.cp.add_implication(seat, model.keeps[shift.key].negated())
    return seat


def _missing(
    model: RosterModel, courses: Sequence[Course], seats: _Seats, short: Short
) -> Iterator[Any]:
    """What is still missing of each category; lessons beyond it close no other gap."""
    for (person_id, category), lessons in short.items():
        learnt = sum(
            course.lessons * seats[person_id, course.key]
            for course in courses
            if course.category is category and (person_id, course.key) in seats
        )
        missing = model.cp.new_int_var(0, lessons, f"misses_{person_id}_{category}")
        model.cp.add_max_equality(missing, [lessons - learnt, 0])
        yield missing


def _with_leave(
    problem: RosterProblem, courses: Sequence[Course], taken: Sequence[tuple[int, str]]
) -> RosterProblem:
    during = {course.key: course.during for course in courses}
    people = {
        key: replace(
            person,
            leaves=(*person.leaves, *(during[course] for who, course in taken if who == key)),
        )
        for key, person in problem.week.people.items()
    }
    return replace(problem, week=replace(problem.week, people=people))
