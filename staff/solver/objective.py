"""What makes one week better than another, in strict order."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from staff.solver.facts import children_asking, people_wanted
from staff.solver.grid import ON_DUTY_ROLES, Cell, day_of, does, minutes
from staff.solver.model import RosterModel
from staff.solver.types import Level, Wish


def levels(model: RosterModel) -> Iterator[tuple[Level, Any]]:
    """Each level with what is to be made small, the most important first."""
    yield Level.UNSOLD, _sum(_unsold(model))
    yield Level.NOBODY_ON_DUTY, _sum(_nobody_on_duty(model))
    yield Level.WISHES, _sum(_against_wishes(model))
    yield Level.WEEKENDS, _sum(_weekends(model))
    yield Level.CHANGES, _sum(_changes(model))
    yield Level.STRETCHES, _sum(_stretches(model))
    yield Level.MINUTES, model.minutes(model.grid.cells)


def _sum(terms: Iterator[Any]) -> Any:
    return cp_model.LinearExpr.sum(list(terms))


def _unsold(model: RosterModel) -> Iterator[Any]:
    asking = model.grid.problem.asking
    for hour in model.grid.hours:
        there = sum(model.works[one.index] for one in model.grid.cells_in(hour.session_id))
        if hour.session_id in asking:
            most = min(children_asking(hour, asking), hour.places)
            yield _short(model, most, hour.children_per_staff * there)
        else:
            wanted = people_wanted(model.grid, hour)
            yield minutes(hour.during) * _short(model, wanted, there)


def _short(model: RosterModel, most: int, there: Any) -> Any:
    """How much what is there falls short of the most there can be."""
    short = model.cp.new_int_var(0, most, "short")
    model.cp.add_max_equality(short, [most - there, 0])
    return short


def _nobody_on_duty(model: RosterModel) -> Iterator[Any]:
    for day in model.grid.days:
        for role in ON_DUTY_ROLES:
            people = model.grid.engaged(role, day)
            for segment in model.grid.segments[day] if people else ():
                nobody = model.cp.new_bool_var(f"no_{role}_{segment.starts_at}")
                there = sum(model.is_working(one, segment) for one in people)
                model.cp.add(there >= 1).only_enforce_if(nobody.negated())
                model.cp.add(there == 0).only_enforce_if(nobody)
                yield minutes(segment) * nobody


def _against_wishes(model: RosterModel) -> Iterator[Any]:
    for cell in model.grid.cells:
        wishes = [one for one in model.grid.problem.wishes if one.person_id == cell.person_id]
        if is_against(wishes, cell):
            yield cell.minutes * model.works[cell.index]


def is_against(wishes: list[Wish], cell: Cell) -> bool:
    """Whether somebody would rather not do a piece of work, or would rather work at another time.

    A wish to work shifts work into that time; it never makes work that nobody needs.
    """
    if any(not one.is_preferred and one.during.overlaps(cell.during) for one in wishes):
        return True
    preferred = [one for one in wishes if one.is_preferred and day_of(one.during) == cell.day]
    return bool(preferred) and not any(
        one.during.starts_at <= cell.during.starts_at and cell.during.ends_at <= one.during.ends_at
        for one in preferred
    )


def _weekends(model: RosterModel) -> Iterator[Any]:
    """The square of everybody's weekend days, past ones included, beyond what the past makes."""
    days = [day for day in model.grid.days if day in model.grid.problem.weekend]
    for person_id in model.grid.people_at_work:
        past = model.grid.problem.weekends_worked.get(person_id, 0)
        worked = [model.at_work(person_id, day) for day in days]
        for one in worked:
            yield (2 * past + 1) * one
        for one, other in combinations(worked, 2):
            both = model.cp.new_bool_var("both")
            model.cp.add_bool_or(both, one.negated(), other.negated())
            model.cp.add_bool_and(one, other).only_enforce_if(both)
            yield 2 * both


def _changes(model: RosterModel) -> Iterator[Any]:
    near = model.grid.problem.near or model.grid.week.shifts
    if not near:
        return
    for cell in model.grid.cells:
        works = model.works[cell.index]
        was = any(does(shift, cell) for shift in near)
        yield cell.minutes * (1 - works if was else works)


def _stretches(model: RosterModel) -> Iterator[Any]:
    """Pieces that do not follow on one of the same kind begin a stretch of work."""
    ending = {(_kind(cell), cell.during.ends_at): cell for cell in model.grid.cells}
    for cell in model.grid.cells:
        works, before = model.works[cell.index], ending.get((_kind(cell), cell.during.starts_at))
        if before is None:
            yield works
            continue
        begins = model.cp.new_bool_var(f"begins_{cell.index}")
        model.cp.add_bool_or(begins, works.negated(), model.works[before.index])
        model.cp.add_bool_and(works, model.works[before.index].negated()).only_enforce_if(begins)
        yield begins


def _kind(cell: Cell) -> tuple[object, ...]:
    return cell.person_id, cell.role, cell.care_group_id, cell.day
