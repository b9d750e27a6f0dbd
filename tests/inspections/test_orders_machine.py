"""The way of a 整改 order, walked in full: every state, every event, every hand."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from django.db import connection

from facilities.selectors.calendar import day_kind
from inspections.order_types import (
    Hand,
    OrderEvent,
    OrderFacts,
    OrderObstacle,
    OrderState,
    PastStep,
)
from inspections.rules.orders import (
    HANDS,
    MOVES,
    after,
    is_overdue,
    may_happen,
    needs_second_person,
    obstacle,
)
from inspections.rules.workdays import (
    unpublished_years,
    workdays_between,
    workdays_later,
)
from inspections.types import Severity

E, S, H = OrderEvent, OrderState, Hand
FINDER, OTHER, LEAD = 1, 2, 3
PEOPLE = {H.WORKER: (None,), H.HOUSE: (9,), H.OFFICER: (FINDER, OTHER), H.LEAD: (LEAD,),
          H.NOBODY: (8,)}  # fmt: skip

# What is remembered of the way to a state, so that the walk is finite and still complete for what
# is asked: was the last 再检查 passed and by whom, did one fail, is the house suspended.
Way = tuple[OrderState, int | None, bool, bool]


def facts_of(way: Way, severity: Severity) -> OrderFacts:
    state, passed_by, failed, suspended = way
    steps = [PastStep(E.ISSUE)]
    steps += [PastStep(E.FAIL, OTHER)] if failed else []
    steps += [PastStep(E.SUSPEND, LEAD)] if suspended else []
    steps += [PastStep(E.PASS, passed_by)] if passed_by is not None else []
    return OrderFacts(state, severity, frozenset({FINDER}), tuple(steps))


def next_ways(way: Way, severity: Severity) -> Iterator[tuple[OrderEvent, int | None, Way]]:
    state, passed_by, failed, suspended = way
    for event, hand in product(OrderEvent, Hand):
        for person in PEOPLE[hand]:
            order = facts_of(way, severity)
            if obstacle(event, order, hand=hand, person=person, extensions_max=1) is not None:
                continue
            there = after(event, state, hand)
            assert there is not None
            by = person if event is E.PASS else passed_by
            yield event, person, (there, by, failed or event is E.FAIL,
                                  suspended or event is E.SUSPEND)  # fmt: skip


def walk(severity: Severity) -> dict[Way, set[tuple[OrderEvent, int | None, Way]]]:
    """Every way that can be gone from the issue, with all that leads on from it."""
    begin: Way = (S.ISSUED, None, False, False)
    found: dict[Way, set[tuple[OrderEvent, int | None, Way]]] = {}
    left = [begin]
    while left:
        way = left.pop()
        if way in found:
            continue
        found[way] = set(next_ways(way, severity))
        left += [there for _, _, there in found[way]]
    return found


@pytest.mark.parametrize("severity", Severity)
class TestEveryWay:
    def test_none_ends_closed_without_a_passed_recheck(self, severity: Severity):
        ways = walk(severity)

        assert len(ways) > 10
        closed = [way for way in ways if way[0] is S.CLOSED]
        assert closed, "somebody can close it"
        assert all(passed_by is not None for _, passed_by, _, _ in closed)

    def test_the_last_step_before_the_end_was_a_pass(self, severity: Severity):
        ways = walk(severity)
        into: dict[OrderState, set[tuple[OrderState, OrderEvent]]]
        into = {state: set() for state in OrderState}
        for way, moves in ways.items():
            for event, _, there in moves:
                into[there[0]].add((way[0], event))

        assert into[S.CLOSED] == {(S.PASSED, E.CLOSE)}
        assert into[S.PASSED] == {(S.RECHECK_DUE, E.PASS)}

    def test_every_state_can_be_reached_and_left_but_the_last_two(self, severity: Severity):
        ways = walk(severity)

        assert {way[0] for way in ways} == set(OrderState)
        for way, moves in ways.items():
            assert bool(moves) is not way[0].is_over, way

    def test_every_order_can_still_be_closed(self, severity: Severity):
        ways = walk(severity)
        good = {way for way in ways if way[0].is_over}
        while True:
            more = {way for way, moves in ways.items() if {m[2] for m in moves} & good} - good
            if not more:
                break
            good |= more

        assert good == set(ways)

    def test_nobody_passes_and_closes_alone_what_takes_two(self, severity: Severity):
        for (state, passed_by, failed, _), moves in walk(severity).items():
            closing = {person for event, person, _ in moves if event is E.CLOSE}
            if state is not S.PASSED:
                assert not closing
            elif failed or (severity is Severity.SEVERE and passed_by == FINDER):
                assert passed_by not in closing
                assert closing
            else:
                assert passed_by in closing or passed_by == LEAD or _suspended(moves)

    def test_only_the_lead_ends_a_suspension(self, severity: Severity):
        for (state, _, _, suspended), moves in walk(severity).items():
            if not suspended or state.is_over:
                continue
            assert severity is Severity.SEVERE
            ending = {person for _, person, there in moves if there[0].is_over}
            assert ending <= {LEAD}


def _suspended(moves: set[tuple[OrderEvent, int | None, Way]]) -> bool:
    return any(there[3] for _, _, there in moves)


def test_the_walk_would_find_a_way_round_the_recheck(monkeypatch):
    rules = "inspections.rules.orders"
    shortcut = {**{(m.event, m.before): m.after for m in MOVES}, (E.CLOSE, S.CLAIMED): S.CLOSED}
    monkeypatch.setattr(f"{rules}._AFTER", shortcut)

    ways = walk(Severity.ORDINARY)

    assert any(way[0] is S.CLOSED and way[1] is None for way in ways)


def test_who_has_no_part_in_it_does_nothing():
    assert all(may_happen(state, H.NOBODY) == frozenset() for state in OrderState)
    assert all(H.NOBODY not in hands for hands in HANDS.values())


def test_the_house_never_judges_and_the_officers_never_mend():
    judging = {E.PASS, E.FAIL, E.CLOSE, E.WITHDRAW, E.EXTEND, E.SUSPEND, E.ASK_RECHECK}
    mending = {E.PLAN, E.CLAIM, E.ASK_EXTENSION}

    for state in OrderState:
        assert not may_happen(state, H.HOUSE) & judging
        for hand in (H.OFFICER, H.LEAD, H.WORKER):
            assert not may_happen(state, hand) & mending


@pytest.mark.parametrize("event", [E.WITHDRAW, E.EXTEND, E.SUSPEND])
def test_only_the_lead_withdraws_extends_and_suspends(event: OrderEvent):
    assert HANDS[event] == {H.LEAD}


def test_closing_without_a_passed_recheck_says_so():
    for state in set(OrderState) - {S.PASSED}:
        order = OrderFacts(state, Severity.ORDINARY)
        found = obstacle(E.CLOSE, order, hand=H.LEAD, person=LEAD, extensions_max=1)
        assert found is OrderObstacle.NO_PASSED_RECHECK


def test_an_order_is_extended_once():
    order = OrderFacts(S.ISSUED, Severity.ORDINARY, steps=(PastStep(E.EXTEND, LEAD),))

    found = obstacle(E.EXTEND, order, hand=H.LEAD, person=LEAD, extensions_max=1)

    assert found is OrderObstacle.EXTENDED_ALREADY
    assert obstacle(E.EXTEND, order, hand=H.LEAD, person=LEAD, extensions_max=2) is None


@pytest.mark.parametrize(
    ("severity", "passed_by", "failed", "two"),
    [
        (Severity.SEVERE, FINDER, False, True),
        (Severity.SEVERE, OTHER, False, False),
        (Severity.SERIOUS, FINDER, False, False),
        (Severity.ORDINARY, OTHER, True, True),
    ],
)
def test_when_two_have_to_sign(severity: Severity, passed_by: int, failed: bool, two: bool):
    order = facts_of((S.PASSED, passed_by, failed, False), severity)

    assert needs_second_person(order) is two


def test_an_order_is_late_from_the_day_after_until_it_is_over():
    day = date(2026, 11, 20)

    assert not is_overdue(S.ISSUED, day, day)
    assert is_overdue(S.RECHECK_DUE, day, day + timedelta(days=1))
    assert not is_overdue(S.CLOSED, day, day + timedelta(days=1))


@pytest.mark.django_db
def test_the_database_holds_the_same_moves():
    with connection.cursor() as cursor:
        cursor.execute("SELECT event, before, after FROM moves_of_an_order()")
        held = set(cursor.fetchall())

    assert held == {
        (move.event.value, move.before.value if move.before else "", move.after.value)
        for move in MOVES
    }


class TestWorkdays:
    @pytest.mark.parametrize(
        ("start", "days", "end"),
        [
            (date(2026, 11, 20), 1, date(2026, 11, 23)),  # 周五 → 周一
            (date(2026, 11, 22), 1, date(2026, 11, 23)),  # from a Sunday
            (date(2026, 2, 13), 1, date(2026, 2, 14)),  # 周六 14 February 2026 is worked: 调休
            (date(2026, 2, 14), 1, date(2026, 2, 24)),  # 春节 15–23 February
            (date(2026, 9, 30), 1, date(2026, 10, 8)),  # 国庆 1–7 October
            (date(2026, 9, 30), 3, date(2026, 10, 10)),  # Saturday 10 October is worked
            (date(2026, 11, 23), 0, date(2026, 11, 23)),
        ],
    )
    def test_holidays_are_left_out_and_worked_weekends_counted(
        self, start: date, days: int, end: date
    ):
        assert workdays_later(start, days, day_kind) == end

    def test_counting_forth_and_back_agree(self):
        for step in range(0, 330, 7):
            start = date(2026, 1, 1) + timedelta(days=step)
            for days in (0, 1, 4, 11):
                end = workdays_later(start, days, day_kind)
                assert workdays_between(start, end, day_kind) == days

    def test_an_unpublished_year_says_so(self):
        start, end = date(2049, 12, 30), date(2050, 1, 5)

        assert unpublished_years(start, end, day_kind) == (2049, 2050)
        assert unpublished_years(date(2026, 1, 1), date(2026, 12, 31), day_kind) == ()
        assert workdays_later(date(2049, 12, 30), 3, day_kind) == date(2050, 1, 4)
