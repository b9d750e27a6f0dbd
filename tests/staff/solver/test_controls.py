"""Without any one kind of fact the solver goes wrong, and the checker says so."""

from datetime import timedelta

import pytest

from staff.solver import Proposal, propose_week
from staff.solver.facts import facts_of
from staff.solver.model import RosterModel
from staff.solver.types import (
    ElsewhereThen,
    LongestDay,
    LongestWeek,
    Needed,
    NotAllowed,
    NotCounted,
    OnDuty,
    OnLeave,
)
from tests.staff.solver.test_proposals import judged
from tests.staff.solver.worlds import (
    CAREGIVER,
    HEALTH,
    LEAD,
    MONDAY,
    a_health_certificate_through,
    a_person,
    a_problem,
    a_random_problem,
    a_week,
    an_hour,
    the_law,
)

ENOUGH = 150
LAW = the_law(daily_work_hours_max=2, weekly_work_hours_max=3)


def goes_wrong() -> bool:
    """Whether any of many weeks is filled in a way that does not hold."""
    for seed in range(ENOUGH):
        problem = a_random_problem(seed, law=LAW)
        found = propose_week(problem, seconds=20, seed=1)
        if isinstance(found, Proposal) and not judged(problem, found.shifts, LAW).holds:
            return True
    return False


def without(kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "staff.solver.search.facts_of",
        lambda grid: tuple(one for one in facts_of(grid) if not isinstance(one, kind)),
    )
    monkeypatch.setattr("staff.solver.search.clash", lambda *_: None)


@pytest.mark.parametrize(
    "kind",
    [
        Needed,
        OnDuty,
        OnLeave,
        NotAllowed,
        ElsewhereThen,
        LongestDay,
        LongestWeek,
    ],
)
def test_without_a_kind_of_fact_a_proposal_is_refused(
    kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(kind, monkeypatch)

    assert goes_wrong()


def test_without_papers_a_proposal_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lapsed = a_health_certificate_through(MONDAY - timedelta(days=1))
    people = [
        a_person(1, "王芳", CAREGIVER, LEAD, HEALTH),
        a_person(2, "李丽", health_certificates=lapsed),
    ]
    problem = a_problem(a_week([an_hour(MONDAY, 9, 6)], people))
    without(NotCounted, monkeypatch)

    found = propose_week(problem, seconds=20, seed=1)

    assert isinstance(found, Proposal)
    assert not judged(problem, found.shifts, the_law()).holds


def test_people_in_two_places_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RosterModel, "_one_place_at_a_time", lambda _: None)
    monkeypatch.setattr("staff.solver.search.clash", lambda *_: None)

    assert goes_wrong()
