"""The week cut into pieces of work that somebody does or does not do."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import pairwise
from typing import TypeVar

from common.intervals import Interval, day_in_shanghai
from staff.solver.types import RosterProblem
from staff.types import HourFacts, PersonFacts, PlannedShift, StaffRole

ON_DUTY_ROLES = (StaffRole.PERSON_IN_CHARGE, StaffRole.HEALTH_WORKER)
_Key = TypeVar("_Key")
_PLANNED = (StaffRole.CAREGIVER, *ON_DUTY_ROLES)


def minutes(interval: Interval) -> int:
    return int(interval.length.total_seconds()) // 60


def day_of(interval: Interval) -> date:
    return day_in_shanghai(interval.starts_at)


@dataclass(frozen=True, slots=True)
class Cell:
    """Somebody in one session of a group, or on duty for the house while nothing begins or ends."""

    index: int
    person_id: int
    role: StaffRole
    during: Interval
    day: date
    hour: HourFacts | None = None

    @property
    def session_id(self) -> int | None:
        return self.hour.session_id if self.hour else None

    @property
    def care_group_id(self) -> int | None:
        return self.hour.care_group_id if self.hour else None

    @property
    def minutes(self) -> int:
        return minutes(self.during)


class Grid:
    """All pieces of work of a problem, with what lies where."""

    def __init__(self, problem: RosterProblem) -> None:
        self.problem = problem
        self.week = problem.week
        self.hours = tuple(
            sorted(
                (hour for hour in self.week.hours if hour.children or not hour.is_stopped),
                key=lambda hour: (hour.during, hour.care_group_id),
            )
        )
        self.segments = {day: _segments(hours) for day, hours in self.hours_by_day.items()}
        self.kept = _kept(problem)
        self.cells = tuple(self._number(self._cells()))
        self._cells_by_day = _grouped(self.cells, lambda cell: (cell.person_id, cell.day))
        self._cells_by_person = _grouped(self.cells, lambda cell: cell.person_id)
        self._cells_by_session = _grouped(
            (cell for cell in self.cells if cell.hour), lambda cell: cell.session_id
        )

    @cached_property
    def hours_by_day(self) -> dict[date, list[HourFacts]]:
        days: dict[date, list[HourFacts]] = defaultdict(list)
        for hour in self.hours:
            days[day_of(hour.during)].append(hour)
        return dict(days)

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.hours_by_day)

    def cells_on(self, person_id: int, day: date) -> list[Cell]:
        return self._cells_by_day.get((person_id, day), [])

    def cells_of(self, person_id: int) -> list[Cell]:
        return self._cells_by_person.get(person_id, [])

    def cells_in(self, session_id: int) -> list[Cell]:
        return self._cells_by_session.get(session_id, [])

    def kept_on(self, person_id: int, day: date) -> list[PlannedShift]:
        return [one for one in self.kept_of(person_id) if day_of(one.during) == day]

    def kept_of(self, person_id: int) -> list[PlannedShift]:
        return [shift for shift in self.kept if shift.person_id == person_id]

    @cached_property
    def people_at_work(self) -> tuple[int, ...]:
        """Everybody who has a piece of work or a kept shift."""
        cells = {cell.person_id for cell in self.cells}
        return tuple(sorted(cells | {shift.person_id for shift in self.kept}))

    def engaged(self, role: StaffRole, day: date) -> list[int]:
        """Who is engaged for a role on a day."""
        return [
            person.id
            for person in self.week.people.values()
            if role in person.roles_in(self.week.facility_id, day)
        ]

    def at_work_elsewhere(self, person_id: int) -> list[PlannedShift]:
        return [shift for shift in self.week.elsewhere if shift.person_id == person_id]

    def _cells(self) -> Iterator[Cell]:
        for person in sorted(self.week.people.values(), key=lambda person: person.id):
            cares = self._is_ever_a_caregiver(person)
            for day, hours in self.hours_by_day.items():
                if cares:
                    for hour in hours:
                        yield Cell(0, person.id, StaffRole.CAREGIVER, hour.during, day, hour)
                if role := _duty_role(person.roles_in(self.week.facility_id, day)):
                    for segment in self.segments[day]:
                        yield Cell(0, person.id, role, segment, day)

    def _is_ever_a_caregiver(self, person: PersonFacts) -> bool:
        # Somebody kept as one, who is none, is to clash with that and not to vanish.
        return any(
            StaffRole.CAREGIVER in person.roles_in(self.week.facility_id, day) for day in self.days
        ) or any(
            shift.person_id == person.id and shift.role is StaffRole.CAREGIVER
            for shift in self.kept
        )

    @staticmethod
    def _number(cells: Iterator[Cell]) -> Iterator[Cell]:
        for index, cell in enumerate(cells):
            yield Cell(index, cell.person_id, cell.role, cell.during, cell.day, cell.hour)


def _grouped(cells: Iterable[Cell], by: Callable[[Cell], _Key]) -> dict[_Key, list[Cell]]:
    found: dict[_Key, list[Cell]] = {}
    for cell in cells:
        found.setdefault(by(cell), []).append(cell)
    return found


def does(shift: PlannedShift, cell: Cell) -> bool:
    """Whether a shift does the whole of a piece of work."""
    return (
        shift.person_id == cell.person_id
        and shift.role is cell.role
        and shift.care_group_id == cell.care_group_id
        and shift.covers(cell.during)
    )


def is_too_near(shift: PlannedShift, interval: Interval, travel_minutes: int) -> bool:
    """Whether an interval overlaps a shift elsewhere or leaves no time for the way."""
    if shift.during.overlaps(interval):
        return True
    if day_of(shift.during) != day_of(interval):
        return False
    earlier, later = sorted((shift.during, interval))
    gap = int((later.starts_at - earlier.ends_at).total_seconds()) // 60
    return gap < travel_minutes


def _segments(hours: list[HourFacts]) -> tuple[Interval, ...]:
    """A day's sessions cut wherever one of them begins or ends; closed times are left out."""
    moments: list[datetime] = sorted(
        {moment for hour in hours for moment in (hour.during.starts_at, hour.during.ends_at)}
    )
    pieces = (Interval(starts, ends) for starts, ends in pairwise(moments))
    return tuple(piece for piece in pieces if any(hour.during.overlaps(piece) for hour in hours))


def _kept(problem: RosterProblem) -> tuple[PlannedShift, ...]:
    keys = {shift.key for shift in problem.kept}
    others = (
        shift
        for shift in problem.week.shifts
        if shift.role not in _PLANNED and shift.key not in keys
    )
    return (*problem.kept, *others)


def _duty_role(roles: frozenset[StaffRole]) -> StaffRole | None:
    return next((role for role in ON_DUTY_ROLES if role in roles), None)
