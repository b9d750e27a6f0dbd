"""The way of a 整改 order: what may happen, by whose hand, and in which state it leaves it.

检查 → 整改 → 再检查 → 完善: no way from the first to the last leads round 再检查. The table is
pure and small, so a test walks all of it; the database holds the same table (migration of the
orders), and a test holds the two together.
"""

from datetime import date, datetime
from typing import NamedTuple

from inspections.order_types import (
    LEVELS,
    Hand,
    Level,
    OrderEvent,
    OrderFacts,
    OrderObstacle,
    OrderState,
)
from inspections.types import Severity

E, S, H = OrderEvent, OrderState, Hand


class Move(NamedTuple):
    """From which state an event leads where."""

    event: OrderEvent
    before: OrderState | None  # None: before there was an order
    after: OrderState


_MENDING = (S.ISSUED, S.PLANNED)
_UNCHECKED = (S.ISSUED, S.PLANNED, S.CLAIMED)
_LIVE = (*_UNCHECKED, S.RECHECK_DUE)

MOVES: frozenset[Move] = frozenset(
    {
        Move(E.ISSUE, None, S.ISSUED),
        *(Move(E.PLAN, state, S.PLANNED) for state in _MENDING),
        Move(E.CLAIM, S.PLANNED, S.CLAIMED),
        Move(E.SEND_BACK, S.CLAIMED, S.ISSUED),
        Move(E.ASK_RECHECK, S.CLAIMED, S.RECHECK_DUE),
        *(Move(E.TURN_GREEN, state, S.RECHECK_DUE) for state in _UNCHECKED),
        Move(E.TURN_RED, S.RECHECK_DUE, S.ISSUED),
        Move(E.SCHEDULE, S.RECHECK_DUE, S.RECHECK_DUE),
        Move(E.PASS, S.RECHECK_DUE, S.PASSED),
        Move(E.FAIL, S.RECHECK_DUE, S.ISSUED),
        Move(E.CLOSE, S.PASSED, S.CLOSED),
        *(Move(E.ASK_EXTENSION, state, state) for state in _MENDING),
        *(Move(E.EXTEND, state, state) for state in _MENDING),
        *(Move(E.SUSPEND, state, state) for state in _LIVE),
        *(Move(E.WITHDRAW, state, S.WITHDRAWN) for state in _LIVE),
    }
)
HANDS: dict[OrderEvent, frozenset[Hand]] = {
    E.ISSUE: frozenset({H.WORKER, H.OFFICER, H.LEAD}),
    E.PLAN: frozenset({H.HOUSE}),
    E.CLAIM: frozenset({H.HOUSE}),
    E.SEND_BACK: frozenset({H.OFFICER, H.LEAD}),
    E.ASK_RECHECK: frozenset({H.OFFICER, H.LEAD}),
    E.TURN_GREEN: frozenset({H.WORKER}),
    E.TURN_RED: frozenset({H.WORKER}),
    E.SCHEDULE: frozenset({H.OFFICER, H.LEAD}),
    E.PASS: frozenset({H.OFFICER, H.LEAD}),
    E.FAIL: frozenset({H.OFFICER, H.LEAD}),
    E.CLOSE: frozenset({H.OFFICER, H.LEAD}),
    E.ASK_EXTENSION: frozenset({H.HOUSE}),
    E.EXTEND: frozenset({H.LEAD}),
    E.SUSPEND: frozenset({H.LEAD}),
    E.WITHDRAW: frozenset({H.LEAD}),
}
_JUDGING = frozenset({E.PASS, E.FAIL})
_AFTER = {(move.event, move.before): move.after for move in MOVES}


def after(event: OrderEvent, before: OrderState | None, hand: Hand) -> OrderState | None:
    """The state in which an event leaves an order; None: it cannot happen, or not by this hand."""
    return _AFTER.get((event, before)) if hand in HANDS[event] else None


def may_happen(state: OrderState, hand: Hand) -> frozenset[OrderEvent]:
    """What somebody may do to an order as it stands."""
    return frozenset(event for event in OrderEvent if after(event, state, hand) is not None)


def obstacle(
    event: OrderEvent,
    order: OrderFacts,
    *,
    hand: Hand,
    person: int | None,
    extensions_max: int,
) -> OrderObstacle | None:
    """Why this person may not do this to this order now; None: they may."""
    if after(event, order.state, hand) is None:
        return OrderObstacle.NO_PASSED_RECHECK if event is E.CLOSE else OrderObstacle.NOT_NOW
    if event is E.CLOSE:
        return _why_not_close(order, hand=hand, person=person)
    if event is E.EXTEND and order.count(E.EXTEND) >= extensions_max:
        return OrderObstacle.EXTENDED_ALREADY
    if event is E.SUSPEND:
        return _why_not_suspend(order)
    if event in _JUDGING and order.suspends and hand is H.LEAD:
        return OrderObstacle.LEAD_CLOSES  # and could not, having passed it alone
    return None


def _why_not_close(order: OrderFacts, *, hand: Hand, person: int | None) -> OrderObstacle | None:
    if order.suspends and hand is not H.LEAD:
        return OrderObstacle.LEAD_CLOSES
    if needs_second_person(order) and person in {None, order.passed_by}:
        return OrderObstacle.SECOND_PERSON
    return None


def _why_not_suspend(order: OrderFacts) -> OrderObstacle | None:
    if order.severity is not Severity.SEVERE:
        return OrderObstacle.NOT_SEVERE
    return OrderObstacle.SUSPENDED_ALREADY if order.suspends else None


def needs_second_person(order: OrderFacts) -> bool:
    """Whether who passed it may not close it alone (回避与双人签字).

    So it is where a 再检查 had failed before, and where what is 严重 is passed by those who
    found it.
    """
    if order.count(E.FAIL):
        return True
    return order.severity is Severity.SEVERE and order.passed_by in order.found_by


# Each of these begins anew: what the rows said before tells no more whether it is mended.
_ANEW = frozenset({E.CLAIM, E.SEND_BACK, E.TURN_RED, E.FAIL})


def judged_since(order: OrderFacts) -> datetime | None:
    """Since when the rows are asked whether it is mended: since the finding was signed; later,
    since the house last said that it is, or it was last sent back.
    """
    anew = [step.at for step in order.steps if step.event in _ANEW and step.at is not None]
    return max(anew, default=order.found_at)


def waits_for_claim(order: OrderFacts) -> bool:
    """Whether somebody went, and saw that it is not mended: rows alone do not tell then."""
    said = [step.event for step in order.steps if step.event in {E.CLAIM, E.FAIL}]
    return bool(said) and said[-1] is E.FAIL


def is_overdue(state: OrderState, due_on: date, today: date) -> bool:
    """Whether an order is late: derived, never written."""
    return not state.is_over and today > due_on


def levels_due(state: OrderState, *, workdays_late: int, every: int) -> tuple[Level, ...]:
    """Who has to hear of a late order by now: house, 街镇 and lead, each so many 工作日 later.

    Where the house has done its part and the officers are late, the lead hears at once.
    """
    if not state.waits_for_house:
        return (Level.LEAD,)
    height = 1 + workdays_late // every
    return LEVELS[:height]
