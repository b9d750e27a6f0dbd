"""What the solver is told of the law."""

from dataclasses import replace
from decimal import Decimal

from regulations.keys import LimitKey
from staff.solver import limits_for
from staff.types import StaffRole, WeekFacts
from tests.staff.solver.worlds import (
    HEALTH,
    LEAD,
    MONDAY,
    a_day,
    a_health_certificate_through,
    a_person,
    a_week,
    an_hour,
    the_law,
)


def the_week(**changed) -> WeekFacts:
    people = [
        a_person(1, "王芳", health_certificates=a_health_certificate_through(MONDAY)),
        a_person(2, "李丽", banned_on=a_day(1)),
    ]
    week = a_week([an_hour(MONDAY, 9), an_hour(a_day(1), 9)], people)
    return replace(week, **changed)


def test_numbers_come_from_the_law() -> None:
    limits = limits_for(
        the_week(), the_law(daily_work_hours_max=7, travel_minutes_between_houses=45)
    )

    assert limits.children_per_staff == {MONDAY: Decimal(5), a_day(1): Decimal(5)}
    assert limits.daily_minutes == {MONDAY: 420, a_day(1): 420}
    assert limits.weekly_minutes == 2640
    assert limits.travel_minutes == 45
    assert limits.on_duty[MONDAY] == {LEAD: 1, HEALTH: 1}


def test_where_there_is_no_rule_nothing_is_asked() -> None:
    none = dict.fromkeys(
        [
            "children_per_staff",
            "daily_work_hours_max",
            "weekly_work_hours_max",
            "travel_minutes_between_houses",
            "person_in_charge_required",
            "health_workers_required",
        ],
        -1,
    )

    limits = limits_for(the_week(), the_law(**none))

    assert limits.children_per_staff == {}
    assert limits.daily_minutes == {}
    assert limits.weekly_minutes is None
    assert limits.travel_minutes == 0
    assert limits.on_duty[MONDAY] == {}


def test_only_a_principle_can_be_set_aside_by_name() -> None:
    both = frozenset({"person_in_charge_required", "daily_work_hours_max"})

    limits = limits_for(the_week(overridden=both), the_law())

    assert limits.on_duty[MONDAY] == {StaffRole.HEALTH_WORKER: 1}
    assert limits.daily_minutes[MONDAY] == 480


def test_papers_are_read_day_by_day() -> None:
    limits = limits_for(the_week(), the_law())

    assert set(limits.not_counting) == {(1, a_day(1))}
    assert set(limits.not_allowed) == {(2, a_day(1))}
    (lapsed,) = limits.not_counting[1, a_day(1)]
    assert lapsed.rule == LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED
