"""Finding out which facts clash when no week holds: few enough that none can be left out."""

from collections.abc import Sequence

from staff.solver.facts import facts_of
from staff.solver.grid import Grid, day_of
from staff.solver.messages import reasons_for, sentence_for
from staff.solver.model import RosterModel
from staff.solver.solving import Solving
from staff.solver.types import (
    Fact,
    Kept,
    LongestDay,
    LongestWeek,
    Needed,
    NoRoster,
    OnDuty,
    RestDue,
)

_TIME_RAN_OUT = "在规定时间内没有排出来，也没有查出原因。请放宽时间，或减少条件后再试。"
# Which facts are tried to be left out first: what is left is what people understand soonest.
_LEFT_OUT_FIRST = (RestDue, LongestWeek, LongestDay, Kept, OnDuty, Needed)


def clash(grid: Grid, solving: Solving) -> NoRoster:
    """The smallest set of facts that cannot all be true, in words.

    Smallest: with any one of them left out, the others leave a possible week. The search has the
    same time again.
    """
    if not solving.has_proven_impossible:
        return NoRoster((), _TIME_RAN_OUT, is_minimal=False, seconds=solving.spent)
    again = solving.once_more()
    facts, is_minimal = _minimal(grid, _base(grid, again), again)
    return NoRoster(
        facts=facts,
        sentence=sentence_for(grid, facts),
        reasons=reasons_for(grid, facts),
        is_minimal=is_minimal,
        seconds=solving.spent + again.spent,
    )


def _base(grid: Grid, solving: Solving) -> tuple[Fact, ...]:
    """Facts that clash, of one session or one day if possible."""
    facts = facts_of(grid)
    demands = [one for one in facts if isinstance(one, Needed | OnDuty)]
    others = tuple(one for one in facts if not isinstance(one, Needed | OnDuty))
    for day in grid.days:
        of_day = [one for one in demands if _day(one) == day]
        if not _is_impossible(grid, (*of_day, *others), solving):
            continue
        for demand in of_day:
            if _is_impossible(grid, (demand, *others), solving):
                return _core(grid, (demand, *others), solving)
        return _core(grid, (*of_day, *others), solving)
    return _core(grid, facts, solving)


def _day(fact: Needed | OnDuty) -> object:
    return day_of(fact.hour.during) if isinstance(fact, Needed) else fact.day


def _core(grid: Grid, facts: tuple[Fact, ...], solving: Solving) -> tuple[Fact, ...]:
    """What the solver's own proof used, if that clashes by itself; else all of it."""
    model = RosterModel(grid, facts, as_assumptions=True)
    used = solving.run(model.cp).assumptions
    core = tuple(fact for index, fact in model.assumed.items() if index in used)
    return core if core and _is_impossible(grid, core, solving) else facts


def _minimal(
    grid: Grid, facts: tuple[Fact, ...], solving: Solving
) -> tuple[tuple[Fact, ...], bool]:
    """Leave out one fact after the other, as long as the rest still clash."""
    left, is_minimal = list(facts), True
    for fact in sorted(facts, key=_when_to_try):
        rest = [one for one in left if one is not fact]
        solved = solving.run(RosterModel(grid, rest).cp)
        if solved.is_impossible:
            left = rest
        elif not solved.is_found:
            is_minimal = False
    return tuple(left), is_minimal


def _when_to_try(fact: Fact) -> int:
    kinds = _LEFT_OUT_FIRST
    return next((rank for rank, kind in enumerate(kinds) if isinstance(fact, kind)), len(kinds))


def _is_impossible(grid: Grid, facts: Sequence[Fact], solving: Solving) -> bool:
    return solving.run(RosterModel(grid, facts).cp).is_impossible
