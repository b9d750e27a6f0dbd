"""What a change would do to places sold and refused. Saves nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import reduce

from staff.solver.facts import children_asking
from staff.solver.search import search
from staff.solver.types import (
    Change,
    Consequences,
    HourConsequence,
    Level,
    MoreCaregivers,
    NoRoster,
    OtherPlaces,
    OtherRatio,
    Proposal,
    RosterProblem,
    WithoutPerson,
)
from staff.types import (
    EmploymentBasis,
    EmploymentFacts,
    HourFacts,
    PersonFacts,
    PlannedShift,
    StaffRole,
)

# As many served as can be, by as few people as it takes.
_ONLY = frozenset({Level.UNSOLD, Level.MINUTES})


def consequences_of(
    problem: RosterProblem,
    changes: Iterable[Change],
    demand: Mapping[int, int],
    *,
    seconds: float,
    seed: int,
) -> Consequences:
    """Staff the changed week for as many asking children as there are places, and count them."""
    changed = replace(reduce(with_change, changes, problem), asking=dict(demand))
    answer = search(changed, seconds=seconds, seed=seed, only=_ONLY)
    hours = tuple(_of_hour(hour, answer, demand) for hour in changed.week.hours)
    return Consequences(answer, hours)


def with_change(problem: RosterProblem, change: Change) -> RosterProblem:
    """The problem as it would be after a change."""
    match change:
        case MoreCaregivers(people):
            return _with_people(problem, people)
        case WithoutPerson(person_id):
            return _without(problem, person_id)
        case OtherRatio(children_per_staff):
            ratio = dict.fromkeys(problem.limits.children_per_staff, Decimal(children_per_staff))
            limits = replace(problem.limits, children_per_staff=ratio)
            changed = _with_hours(problem, children_per_staff=children_per_staff)
            return replace(changed, limits=limits)
        case OtherPlaces(care_group_id, places):
            return _with_hours(problem, care_group_id, places=places)


def _of_hour(
    hour: HourFacts, answer: Proposal | NoRoster, demand: Mapping[int, int]
) -> HourConsequence:
    counted = _counted(hour, answer.shifts) if isinstance(answer, Proposal) else 0
    places = min(hour.places, counted * hour.children_per_staff)
    asking = children_asking(hour, demand)
    return HourConsequence(hour.session_id, counted, places, asking, sold=min(asking, places))


def _counted(hour: HourFacts, shifts: Iterable[PlannedShift]) -> int:
    """Who counts: in a proposal, whoever cares for a session counts in it."""
    return len(
        {
            shift.person_id
            for shift in shifts
            if shift.role is StaffRole.CAREGIVER
            and shift.care_group_id == hour.care_group_id
            and shift.covers(hour.during)
        }
    )


def _with_people(problem: RosterProblem, people: int) -> RosterProblem:
    week = problem.week
    first = max(week.people, default=0) + 1
    new = {
        first + number: PersonFacts(
            id=first + number,
            public_id=f"new-{number + 1}",
            name=f"新增保育人员{number + 1}",
            employments=(
                EmploymentFacts(
                    week.facility_id,
                    StaffRole.CAREGIVER,
                    EmploymentBasis.EMPLOYED,
                    week.monday,
                    None,
                ),
            ),
        )
        for number in range(people)
    }
    return replace(problem, week=replace(week, people={**week.people, **new}))


def _without(problem: RosterProblem, person_id: int) -> RosterProblem:
    def of_others(shifts: tuple[PlannedShift, ...]) -> tuple[PlannedShift, ...]:
        return tuple(shift for shift in shifts if shift.person_id != person_id)

    week = problem.week
    return replace(
        problem,
        week=replace(
            week,
            people={key: one for key, one in week.people.items() if key != person_id},
            shifts=of_others(week.shifts),
            elsewhere=of_others(week.elsewhere),
        ),
        kept=of_others(problem.kept),
        near=of_others(problem.near),
    )


def _with_hours(
    problem: RosterProblem, care_group_id: int | None = None, **changed: int
) -> RosterProblem:
    hours = tuple(
        replace(hour, **changed)  # type: ignore[arg-type]
        if care_group_id in {None, hour.care_group_id}
        else hour
        for hour in problem.week.hours
    )
    return replace(problem, week=replace(problem.week, hours=hours))
