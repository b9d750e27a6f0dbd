"""When no week holds, the solver says which facts clash: all of them, and no other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from staff.solver import NoRoster, RosterProblem, propose_week
from staff.solver.grid import Grid
from staff.solver.model import RosterModel
from staff.solver.solving import Solving
from staff.solver.types import Fact, LongestWeek, Needed, RestRule
from tests.staff.solver.worlds import (
    CAREGIVER,
    HEALTH,
    LEAD,
    MONDAY,
    OTHER_HOUSE,
    a_day,
    a_health_certificate_through,
    a_person,
    a_problem,
    a_random_problem,
    a_shift,
    a_week,
    an_hour,
    between,
    the_law,
)

TUESDAY, WEDNESDAY = a_day(1), a_day(2)


def why_not(problem: RosterProblem) -> NoRoster:
    found = propose_week(problem, seconds=20, seed=1)
    assert isinstance(found, NoRoster)
    return found


def everybody(number: int, name: str, **changed):
    return a_person(number, name, CAREGIVER, LEAD, HEALTH, **changed)


def can_all_be(problem: RosterProblem, facts: list[Fact]) -> bool:
    """Whether a week could satisfy just these facts."""
    solved = Solving(seconds=60, seed=3).run(RosterModel(Grid(problem), facts).cp)
    assert solved.is_found or solved.is_impossible
    return solved.is_found


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_every_clash_is_one_and_none_of_its_facts_could_be_left_out(start: int) -> None:
    clashes = 0
    for seed in range(start, start + 20):
        problem = a_random_problem(seed)
        found = propose_week(problem, seconds=20, seed=seed)
        if not isinstance(found, NoRoster):
            continue
        clashes += 1
        facts = list(found.facts)
        assert facts, seed
        assert found.is_minimal
        assert not can_all_be(problem, facts), (seed, found.sentence)
        for fact in facts:
            rest = [one for one in facts if one is not fact]
            assert can_all_be(problem, rest), (seed, fact, found.sentence)
    assert clashes


def test_the_sentence_names_the_hour_who_is_left_and_why() -> None:
    people = [
        everybody(1, "王芳"),
        everybody(2, "李丽", leaves=(between(WEDNESDAY, 0, 24),)),
        everybody(3, "张敏", health_certificates=a_health_certificate_through(TUESDAY)),
    ]
    hours = [an_hour(day, hour, 3) for day in (MONDAY, WEDNESDAY) for hour in (9, 11)]
    problem = a_problem(a_week([*hours, an_hour(WEDNESDAY, 10, 6)], people))

    found = why_not(problem)

    assert found.sentence == (
        "周三 10:00–11:00 宝宝一班需要2名计入人员；"
        "可排的只有王芳（李丽请假，张敏的健康证周二到期）。"
    )
    assert found.reasons == (
        "周三 10:00–11:00 宝宝一班需要2名计入人员",
        "李丽周三请假",
        "张敏的健康证周二到期",
    )


def test_somebody_s_name_is_never_taken_for_a_day() -> None:
    away = everybody(1, "周一鸣", leaves=(between(MONDAY, 0, 24),))

    found = why_not(a_problem(a_week([an_hour(MONDAY, 9)], [away])))

    assert "周一鸣请假" in found.sentence


def test_a_house_without_anybody_says_so() -> None:
    found = why_not(a_problem(a_week([an_hour(MONDAY, 9)], [a_person(1, "王芳", LEAD, HEALTH)])))

    assert found.sentence == "周一 09:00–10:00 宝宝一班需要1名计入人员；没有可排的人。"


def test_nobody_in_charge_is_told() -> None:
    found = why_not(
        a_problem(a_week([an_hour(MONDAY, 9)], [a_person(1, "王芳", CAREGIVER, HEALTH)]))
    )

    assert found.sentence == "周一需要1名负责人当班；没有可排的人。"


def test_kept_shifts_can_clash_with_one_another() -> None:
    kept = (a_shift(1, MONDAY, 9, 11), a_shift(1, MONDAY, 10, 12, group=2))
    week = a_week([an_hour(MONDAY, 9)], [everybody(1, "王芳")])

    found = why_not(a_problem(week, kept=kept))

    assert found.sentence == (
        "王芳周一 09:00–11:00的班保留不动；王芳周一 10:00–12:00的班保留不动，互相冲突。"
    )


def test_a_kept_shift_clashes_with_leave_papers_and_the_way() -> None:
    person = everybody(1, "王芳")
    hour, kept = an_hour(MONDAY, 9), a_shift(2, MONDAY, 9, 10)
    away = replace(a_shift(2, MONDAY, 10, 12), facility_id=OTHER_HOUSE)
    for other, words in [
        (a_person(2, "李丽", leaves=(between(MONDAY, 9.5, 24),)), "09:30–24:00请假"),
        (a_person(2, "李丽", banned_on=MONDAY), "有禁止从业的记录"),
        (a_person(2, "李丽", LEAD), "不在保育岗位"),
        (a_person(2, "李丽", qualifications=()), "没有有效的资格证书"),
        (a_person(2, "李丽", health_certificates=()), "没有有效的健康证"),
    ]:
        found = why_not(a_problem(a_week([hour], [person, other]), kept=(kept,)))
        assert words in found.sentence
        assert "李丽周一 09:00–10:00的班保留不动" in found.sentence

    week = a_week([hour], [person, a_person(2, "李丽")], elsewhere=(away,))
    assert "10:00–12:00在别的宝宝屋上班" in why_not(a_problem(week, kept=(kept,))).sentence


def test_long_days_and_weeks_are_told_with_the_hours_spent_elsewhere() -> None:
    away = replace(a_shift(1, TUESDAY, 9, 11), facility_id=OTHER_HOUSE)
    hours = [an_hour(MONDAY, 9), an_hour(MONDAY, 10)]
    week = a_week(hours, [everybody(1, "王芳")], elsewhere=(away,))

    by_day = why_not(
        a_problem(a_week(hours, [everybody(1, "王芳")]), the_law(daily_work_hours_max=1))
    )
    by_week = why_not(a_problem(week, the_law(weekly_work_hours_max=3)))

    assert "王芳最多工作1小时" in by_day.sentence
    assert "王芳一周最多工作3小时（别的宝宝屋已排2小时）" in by_week.sentence
    assert [type(fact) for fact in by_week.facts] == [Needed, Needed, LongestWeek]


def test_who_can_come_at_other_times_only_is_told_so() -> None:
    times = {(1, MONDAY): (between(MONDAY, 13, 17),), (2, MONDAY): ()}
    week = a_week([an_hour(MONDAY, 9)], [everybody(1, "王芳"), everybody(2, "李丽")])

    found = why_not(a_problem(week, availability=times))

    assert found.sentence.endswith("没有可排的人（王芳只能排13:00–17:00，李丽不能来）。")


def test_leave_over_several_days_is_told_from_when_to_when() -> None:
    leave = between(MONDAY, 0, 72)
    found = why_not(
        a_problem(a_week([an_hour(MONDAY, 9)], [everybody(1, "王芳", leaves=(leave,))]))
    )

    assert "王芳11月23日周一至11月25日周三请假" in found.sentence


def test_a_certificate_that_ended_last_month_is_told_with_its_date() -> None:
    ended = a_health_certificate_through(MONDAY - timedelta(days=20))
    person = everybody(1, "王芳", health_certificates=ended)

    found = why_not(a_problem(a_week([an_hour(MONDAY, 9)], [person])))

    assert "王芳的健康证11月3日周二到期" in found.sentence


def test_when_time_runs_out_nothing_is_claimed() -> None:
    week = a_week([an_hour(MONDAY, 9, 6)], [everybody(1, "王芳"), everybody(2, "李丽")])

    found = propose_week(a_problem(week), seconds=0, seed=1)

    assert isinstance(found, NoRoster)
    assert found.facts == ()
    assert not found.is_minimal
    assert found.sentence.startswith("在规定时间内没有排出来")


def test_a_rest_that_cannot_be_had_is_told() -> None:
    hours = [an_hour(MONDAY, hour) for hour in (9, 10, 11)]
    rests = RestRule(after_minutes=120, at_least_minutes=60, at_most_minutes=60)

    found = why_not(a_problem(a_week(hours, [everybody(1, "王芳")]), rests=rests))

    assert len(found.facts) == 4
    assert found.sentence.endswith("可排的只有王芳（王芳连续工作不超过120分钟）。")
