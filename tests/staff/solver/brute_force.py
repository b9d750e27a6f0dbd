"""Every week there could be, tried one by one. Shares nothing with the solver but the question.

Whether a plan is lawful is asked of `judge_week`; what makes one better is written down again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, product

from common.intervals import Interval, day_in_shanghai
from regulations.rules import LawBook
from staff.rules import judge_week
from staff.solver import RosterProblem
from staff.types import HourFacts, PlannedShift, StaffRole

MOST_WEEKS = 60_000
CHIEFS = (StaffRole.PERSON_IN_CHARGE, StaffRole.HEALTH_WORKER)
Costs = tuple[int, ...]


class TooMany(Exception):
    """There are more weeks than anybody wants to wait for."""


@dataclass(frozen=True)
class Piece:
    during: Interval
    hour: HourFacts | None  # None: on duty for the whole house


@dataclass(frozen=True)
class Plan:
    """What one person could do in the week, and what that costs by itself."""

    cares: frozenset[int]  # session ids
    works: frozenset[Interval]  # segments
    days: frozenset[date]
    costs: Costs  # wishes, weekends, changes, stretches, minutes


def best_week(problem: RosterProblem, law: LawBook) -> Costs | None:
    """The costs of the best week, level by level; None when there is no lawful one."""
    world = _World(problem, law)
    plans = [world.plans(person_id) for person_id in sorted(problem.week.people)]
    weeks = 1
    for some in plans:
        weeks *= len(some)
    if weeks > MOST_WEEKS:
        raise TooMany
    costs = (world.costs(week) for week in product(*plans))
    return min((one for one in costs if one is not None), default=None)


class _World:
    def __init__(self, problem: RosterProblem, law: LawBook) -> None:
        self.problem, self.law, self.week = problem, law, problem.week
        self.hours = [one for one in self.week.hours if one.children or not one.is_stopped]
        self.open_days = sorted({_day(one.during) for one in self.hours})
        self.segments = [
            Interval(*ends)
            for day in self.open_days
            for ends in pairwise(sorted(self._moments(day)))
            if any(Interval(*ends).overlaps(one.during) for one in self.hours)
        ]
        planned = {StaffRole.CAREGIVER, *CHIEFS}
        keys = {shift.key for shift in problem.kept}
        self.kept = [
            *problem.kept,
            *(s for s in self.week.shifts if s.role not in planned and s.key not in keys),
        ]
        self.engaged = {
            (role, day): [
                index
                for index, (_, person) in enumerate(sorted(self.week.people.items()))
                if role in person.roles_in(self.week.facility_id, day)
            ]
            for role in CHIEFS
            for day in self.open_days
        }

    def _moments(self, day: date) -> set:
        own = [one.during for one in self.hours if _day(one.during) == day]
        return {one.starts_at for one in own} | {one.ends_at for one in own}

    # --- one person ---

    def plans(self, person_id: int) -> list[Plan]:
        """What somebody may do, the best of those that do the same for the house."""
        best: dict[tuple, Plan] = {}
        count = 0
        for pieces in self._subsets(self._pieces(person_id)):
            count += 1
            if count > 5000:
                raise TooMany
            plan = self._plan(person_id, pieces)
            if plan is None:
                continue
            key = (plan.cares, plan.works, plan.days)
            if key not in best or plan.costs < best[key].costs:
                best[key] = plan
        return list(best.values())

    def _pieces(self, person_id: int) -> list[Piece]:
        """All there is to do, but what a kept shift does or leaves no room for."""
        person, found = self.week.people[person_id], []
        found += [Piece(hour.during, hour) for hour in self.hours]
        for segment in self.segments:
            if self._chief_role(person_id, _day(segment)):
                found.append(Piece(segment, None))
        times = self.problem.availability
        free = [
            piece
            for piece in found
            if (person_id, _day(piece.during)) not in times
            or any(
                time.starts_at <= piece.during.starts_at and piece.during.ends_at <= time.ends_at
                for time in times[person_id, _day(piece.during)]
            )
        ]
        kept = [one for one in self.kept if one.person_id == person.id]
        return [one for one in free if not any(k.during.overlaps(one.during) for k in kept)]

    def _chief_role(self, person_id: int, day: date) -> StaffRole | None:
        roles = self.week.people[person_id].roles_in(self.week.facility_id, day)
        return next((role for role in CHIEFS if role in roles), None)

    def _subsets(self, pieces: list[Piece]) -> Iterator[list[Piece]]:
        if not pieces:
            yield []
            return
        first, rest = pieces[0], pieces[1:]
        yield from self._subsets(rest)
        for some in self._subsets([p for p in rest if not p.during.overlaps(first.during)]):
            yield [first, *some]

    def _plan(self, person_id: int, pieces: list[Piece]) -> Plan | None:
        kept = [one for one in self.kept if one.person_id == person_id]
        shifts = [*kept, *(self._shift(person_id, piece) for piece in pieces)]
        if not self._is_lawful(person_id, shifts) or not self._is_rested(kept, pieces):
            return None
        done = pieces + [
            piece
            for piece in (
                *(Piece(hour.during, hour) for hour in self.hours),
                *(Piece(segment, None) for segment in self.segments),
            )
            if any(self._does(shift, piece, person_id) for shift in kept)
        ]
        return Plan(
            cares=frozenset(piece.hour.session_id for piece in done if piece.hour),
            works=frozenset(s for s in self.segments if self._is_at_work(s, kept, pieces)),
            days=frozenset(_day(shift.during) for shift in shifts),
            costs=self._own_costs(person_id, done, shifts),
        )

    def _shift(self, person_id: int, piece: Piece) -> PlannedShift:
        role = (
            StaffRole.CAREGIVER if piece.hour else self._chief_role(person_id, _day(piece.during))
        )
        group = piece.hour.care_group_id if piece.hour else None
        key = f"{person_id}-{group}-{piece.during.starts_at}"
        return PlannedShift(key, person_id, self.week.facility_id, group, role, piece.during)

    def _is_lawful(self, person_id: int, shifts: list[PlannedShift]) -> bool:
        own = replace(self.week, shifts=tuple(shifts))
        name = self.week.people[person_id].public_id
        return not any(one.subject == name for one in judge_week(own, self.law).failures)

    @staticmethod
    def _is_at_work(segment: Interval, kept: list[PlannedShift], pieces: list[Piece]) -> bool:
        return any(piece.during.overlaps(segment) for piece in pieces) or any(
            shift.during.overlaps(segment) and not (shift.rest and shift.rest.overlaps(segment))
            for shift in kept
        )

    def _is_rested(self, kept: list[PlannedShift], pieces: list[Piece]) -> bool:
        rule = self.problem.rests
        worked = [one for one in self.segments if self._is_at_work(one, kept, pieces)]
        for index, first in enumerate(worked if rule else []):
            for before, last in pairwise(worked[index:]):
                if _minutes(before.ends_at, last.starts_at) >= rule.at_least_minutes:
                    break
                is_long = _minutes(first.starts_at, last.ends_at) > rule.after_minutes
                if is_long and not any(
                    shift.during.starts_at <= first.starts_at
                    and last.ends_at <= shift.during.ends_at
                    for shift in kept
                ):
                    return False
        return True

    def _does(self, shift: PlannedShift, piece: Piece, person_id: int) -> bool:
        if not shift.covers(piece.during):
            return False
        if piece.hour:
            is_care = shift.role is StaffRole.CAREGIVER
            return is_care and shift.care_group_id == piece.hour.care_group_id
        chief = self._chief_role(person_id, _day(piece.during))
        return shift.care_group_id is None and chief is not None and shift.role is chief

    def _own_costs(self, person_id: int, done: list[Piece], shifts: list[PlannedShift]) -> Costs:
        minutes = sum(_length(piece) for piece in done)
        wishes = [one for one in self.problem.wishes if one.person_id == person_id]
        against = sum(_length(piece) for piece in done if _is_unwelcome(piece, wishes))
        past = self.problem.weekends_worked.get(person_id, 0)
        now = past + len({_day(s.during) for s in shifts} & self._weekend)
        begins = [
            piece
            for piece in done
            if not any(
                other.during.ends_at == piece.during.starts_at and _group(other) == _group(piece)
                for other in done
            )
        ]
        changed = self._changed(person_id, done)
        return against, now * now - past * past, changed, len(begins), minutes

    @property
    def _weekend(self) -> set[date]:
        return set(self.problem.weekend) & set(self.open_days)

    def _changed(self, person_id: int, done: list[Piece]) -> int:
        near = [s for s in self.problem.near or self.week.shifts if s.person_id == person_id]
        if not (self.problem.near or self.week.shifts):
            return 0
        person = self.week.people[person_id]
        cares = any(
            StaffRole.CAREGIVER in person.roles_in(self.week.facility_id, day)
            for day in self.open_days
        ) or any(s.person_id == person_id and s.role is StaffRole.CAREGIVER for s in self.kept)
        every = [Piece(hour.during, hour) for hour in self.hours if cares] + [
            Piece(one, None) for one in self.segments if self._chief_role(person_id, _day(one))
        ]
        was = [one for one in every if any(self._does(s, one, person_id) for s in near)]
        return sum(_length(one) for one in every if (one in was) != (one in done))

    # --- everybody ---

    def costs(self, plans: tuple[Plan, ...]) -> Costs | None:
        unsold = 0
        for hour in self.hours:
            there = sum(hour.session_id in plan.cares for plan in plans)
            needed = -(-hour.children // hour.children_per_staff)
            if there < needed:
                return None
            if hour.session_id in self.problem.asking:
                new = 0 if hour.is_stopped else self.problem.asking[hour.session_id]
                asking = min(max(hour.children, new), hour.places)
                unsold += max(0, asking - there * hour.children_per_staff)
                continue
            wanted = max(needed, self.problem.wanted.get(hour.session_id, 0))
            unsold += max(0, wanted - there) * _minutes(hour.during.starts_at, hour.during.ends_at)
        for (_, day), people in self.engaged.items():
            if not any(day in plans[one].days for one in people):
                return None
        nobody = sum(
            _minutes(segment.starts_at, segment.ends_at)
            for segment in self.segments
            for role in CHIEFS
            if not any(segment in plans[o].works for o in self.engaged[role, _day(segment)])
        )
        own = zip(*(plan.costs for plan in plans), strict=True)
        return unsold, nobody, *(sum(some) for some in own)


def _is_unwelcome(piece: Piece, wishes: list) -> bool:
    for wish in wishes:
        if not wish.is_preferred and wish.during.overlaps(piece.during):
            return True
    liked = [w for w in wishes if w.is_preferred and _day(w.during) == _day(piece.during)]
    inside = [
        wish
        for wish in liked
        if wish.during.starts_at <= piece.during.starts_at
        and piece.during.ends_at <= wish.during.ends_at
    ]
    return bool(liked) and not inside


def _group(piece: Piece) -> int | None:
    return piece.hour.care_group_id if piece.hour else None


def _length(piece: Piece) -> int:
    return _minutes(piece.during.starts_at, piece.during.ends_at)


def _minutes(starts, ends) -> int:
    return int((ends - starts).total_seconds()) // 60


def _day(interval: Interval) -> date:
    return day_in_shanghai(interval.starts_at)
