"""The table of a case: every reachable state, and no way past it."""

from itertools import product

import pytest

from inspections.case_types import CaseMove, CaseObstacle, CaseStage, Clocks
from inspections.rules.cases import (
    LEADS_ALONE,
    ORDER,
    TRANSITIONS,
    Standing,
    clock_of,
    moves_open_to,
    needs_answer,
    obstacle_to,
)

CLOCKS = Clocks(accept=2, assign=3, start=4, handle=15, extend=10, harm=1, escalate=2, reply=3)


def reached_from(stage: CaseStage, without: frozenset[CaseMove] = frozenset()) -> set[CaseStage]:
    found, new = {stage}, [stage]
    while new:
        here = new.pop()
        for (before, move), after in TRANSITIONS.items():
            if before is here and move not in without and after not in found:
                found.add(after)
                new.append(after)
    return found


def test_every_stage_is_reached_and_leads_to_the_end():
    assert reached_from(CaseStage.FOUND) == set(CaseStage)
    assert all(CaseStage.CLOSED in reached_from(stage) for stage in CaseStage)


def test_nothing_leads_out_of_a_closed_case():
    assert reached_from(CaseStage.CLOSED) == {CaseStage.CLOSED}
    for move, is_lead, is_owner in product(CaseMove, (False, True), (False, True)):
        standing = Standing(CaseStage.CLOSED)
        assert (
            obstacle_to(move, standing, is_lead=is_lead, is_owner=is_owner)
            is CaseObstacle.CASE_IS_CLOSED
        )


def test_no_case_is_closed_without_an_answer():
    answering = frozenset(move for move in CaseMove if needs_answer(move))

    assert CaseStage.CLOSED not in reached_from(CaseStage.FOUND, without=answering)


def test_no_case_is_looked_into_before_it_is_accepted_and_assigned():
    for stage in (CaseMove.ACCEPT, CaseMove.ASSIGN, CaseMove.START):
        assert CaseStage.HANDLING not in reached_from(CaseStage.FOUND, without=frozenset({stage}))


def test_the_stages_are_those_of_the_plan_in_their_order():
    assert tuple(CaseStage) == ORDER


@pytest.mark.parametrize("stage", list(CaseStage))
def test_nobody_in_particular_does_nothing(stage: CaseStage):
    assert moves_open_to(Standing(stage), is_lead=False, is_owner=False) == ()


@pytest.mark.parametrize("stage", list(CaseStage))
def test_whoever_has_a_case_decides_nothing_that_is_the_leads(stage: CaseStage):
    theirs = moves_open_to(Standing(stage), is_lead=False, is_owner=True)

    assert not set(theirs) & LEADS_ALONE
    assert set(theirs) < set(moves_open_to(Standing(stage), is_lead=True, is_owner=False)) or (
        stage is CaseStage.CLOSED
    )


def test_a_case_is_extended_once():
    once = Standing(CaseStage.HANDLING)
    twice = Standing(CaseStage.HANDLING, was_extended=True)

    assert obstacle_to(CaseMove.EXTEND, once, is_lead=True, is_owner=False) is None
    assert (
        obstacle_to(CaseMove.EXTEND, twice, is_lead=True, is_owner=False)
        is CaseObstacle.EXTENDED_ALREADY
    )


def test_every_stage_has_its_own_clock_and_suspected_harm_the_shortest():
    clocks = [clock_of(stage, CLOCKS, is_restricted=False) for stage in ORDER]

    assert clocks == [2, 3, 4, 15, None]
    assert {clock_of(stage, CLOCKS, is_restricted=True) for stage in ORDER} == {1, None}
