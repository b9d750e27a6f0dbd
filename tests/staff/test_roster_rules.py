"""Every verdict on a week: it passes on one side of its edge, and fails on the other."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from common.intervals import Interval, moment_in_shanghai
from regulations.keys import LimitKey
from regulations.types import Strength
from staff import rules
from staff.messages import SENTENCES, Remedy
from staff.types import (
    CheckChannel,
    CheckFacts,
    CheckResult,
    PaperFacts,
    QualificationKind,
    StaffRole,
    WeekFacts,
)
from tests.bookings.situations import the_law
from tests.staff.factories import stretch
from tests.staff.weeks import (
    GROUP,
    LEAD,
    MONDAY,
    OTHER_GROUP,
    OTHER_HOUSE,
    TUESDAY,
    employment,
    hour,
    lead,
    shift,
    somebody,
    week,
)

ONE_SHIFT = shift(1, stretch(TUESDAY, 9, 10))


def judged(facts: WeekFacts):
    return rules.judge_week(facts, the_law())


def failing(facts: WeekFacts) -> set[str]:
    return {str(one.rule) for one in judged(facts).failures}


def at(hours: int, minutes: int = 0, *, day: date = TUESDAY) -> datetime:
    return moment_in_shanghai(day, time(hours, minutes))


def paper(kind: str, through: date | None) -> tuple[PaperFacts, ...]:
    return (PaperFacts(kind, date(2026, 1, 5), through),)


def clear(day: date, *channels: CheckChannel) -> tuple[CheckFacts, ...]:
    return tuple(CheckFacts(one, CheckResult.CLEAR, day) for one in channels or CheckChannel)


def with_one(**changes) -> WeekFacts:
    """The week with caregiver 1 otherwise."""
    return week(ONE_SHIFT, people=(somebody(1, **changes),))


def days_of(hours: int, days: int) -> WeekFacts:
    """Caregiver 1 at work so many hours on so many days, in an open house without children."""
    at_work = [
        shift(1, Interval(at(8, day=day), at(8, day=day) + timedelta(hours=hours)))
        for day in (MONDAY + timedelta(days=n) for n in range(days))
    ]
    return week(*at_work, hours=())


A_YEAR_BEFORE = date(2025, 11, 25)  # good through the twenty-fourth, which is the Tuesday
EDGES = [
    # rule, what passes, what fails
    ("children_per_staff", week(ONE_SHIFT), week(ONE_SHIFT, hours=(hour(children=6),))),
    ("children_per_staff", week(hours=(hour(children=0),)), week(hours=(hour(children=1),))),
    (
        "children_per_staff",  # there for the whole hour, or not at all
        week(shift(1, Interval(at(9), at(10)))),
        week(shift(1, Interval(at(9), at(9, 59)))),
    ),
    (
        "children_per_staff",  # a rest that ends as the hour begins
        week(shift(1, stretch(TUESDAY, 8, 10), rest=Interval(at(8, 30), at(9)))),
        week(shift(1, stretch(TUESDAY, 8, 10), rest=Interval(at(8, 30), at(9, 1)))),
    ),
    (
        "children_per_staff",  # in that group's room, not in the next
        week(ONE_SHIFT),
        week(shift(1, stretch(TUESDAY, 9, 10), group=OTHER_GROUP)),
    ),
    (
        "counted_role_required",
        with_one(employments=(employment(StaffRole.CAREGIVER, through=TUESDAY),)),
        with_one(employments=(employment(StaffRole.CAREGIVER, through=MONDAY),)),
    ),
    (
        "staff_qualification_required",
        with_one(qualifications=paper(QualificationKind.CHILDCARE_WORKER, TUESDAY)),
        with_one(qualifications=paper(QualificationKind.CHILDCARE_WORKER, MONDAY)),
    ),
    (
        "staff_qualification_required",
        with_one(qualifications=paper(QualificationKind.TEACHER, None)),
        with_one(qualifications=paper(QualificationKind.FIRST_AID, None)),
    ),
    (
        "staff_health_certificate_required",
        with_one(health_certificates=paper("health_certificate", TUESDAY)),
        with_one(health_certificates=paper("health_certificate", MONDAY)),
    ),
    (
        "staff_record_checks_required",
        with_one(record_checks=clear(date(2026, 1, 5))),
        with_one(record_checks=clear(date(2026, 1, 5), CheckChannel.PROCURATORATE)),
    ),
    (
        "record_check_valid_months",
        with_one(record_checks=clear(A_YEAR_BEFORE)),
        with_one(record_checks=clear(A_YEAR_BEFORE - timedelta(days=1))),
    ),
    (
        "staff_ban",
        with_one(banned_on=TUESDAY + timedelta(days=1)),
        with_one(banned_on=TUESDAY),
    ),
    (
        "staff_one_place_at_a_time",
        week(ONE_SHIFT, shift(1, Interval(at(10), at(11)), group=OTHER_GROUP)),
        week(ONE_SHIFT, shift(1, Interval(at(9, 59), at(11)), group=OTHER_GROUP)),
    ),
    (
        "travel_minutes_between_houses",
        week(ONE_SHIFT, elsewhere=(shift(1, Interval(at(10, 30), at(12)), house=OTHER_HOUSE),)),
        week(ONE_SHIFT, elsewhere=(shift(1, Interval(at(10, 29), at(12)), house=OTHER_HOUSE),)),
    ),
    (
        "staff_on_leave",
        with_one(leaves=(Interval(at(10), at(17)),)),
        with_one(leaves=(Interval(at(9, 59), at(17)),)),
    ),
    ("daily_work_hours_max", days_of(8, 1), days_of(9, 1)),
    ("weekly_work_hours_max", days_of(7, 6), days_of(8, 6)),
    (
        "person_in_charge_required",
        week(ONE_SHIFT),
        week(
            ONE_SHIFT,
            people=(replace(lead(), employments=(employment(StaffRole.HEALTH_WORKER),)),),
        ),
    ),
    (
        "health_workers_required",
        week(ONE_SHIFT),
        week(
            ONE_SHIFT,
            people=(replace(lead(), employments=(employment(StaffRole.PERSON_IN_CHARGE),)),),
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "passes", "fails"), EDGES, ids=[f"{n}-{one[0]}" for n, one in enumerate(EDGES)]
)
def test_at_the_edge(rule: str, passes: WeekFacts, fails: WeekFacts):
    assert rule not in failing(passes)
    assert rule in failing(fails)


def test_every_rule_of_a_roster_stands_in_the_table():
    known = {rule for rule, _, _ in EDGES}
    said = {str(one.rule) for _, _, facts in EDGES for one in judged(facts).verdicts}

    assert said == known


def test_every_failure_says_in_a_sentence_what_would_mend_it():
    for _, _, facts in EDGES:
        for one in judged(facts).failures:
            assert one.remedy.endswith("。"), one
            assert "{" not in one.remedy
            assert one.limit is not None
            assert one.limit.clause.quote
    assert set(SENTENCES) == set(Remedy)


def test_all_reasons_are_told_and_not_the_first():
    facts = week(
        ONE_SHIFT,
        hours=(hour(9, children=6), hour(10, children=3)),
        people=(somebody(1, qualifications=(), leaves=(Interval(at(9), at(17)),)),),
    )

    assert failing(facts) == {
        "children_per_staff",
        "staff_qualification_required",
        "staff_on_leave",
    }
    assert len([one for one in judged(facts).failures if one.rule == "children_per_staff"]) == 2


def test_who_is_on_leave_counts_in_no_hour_of_it():
    facts = with_one(leaves=(Interval(at(8), at(17)),))

    assert judged(facts).hours[0].counted == 0


def test_two_shifts_of_one_person_count_once():
    facts = week(ONE_SHIFT, shift(1, stretch(TUESDAY, 8, 11)))

    assert judged(facts).hours[0].counted == 1


def test_guards_and_volunteers_are_judged_for_working_but_never_count():
    guard = somebody(4, employments=(employment(StaffRole.GUARD),), record_checks=())
    facts = week(
        ONE_SHIFT, shift(4, stretch(TUESDAY, 9, 10), role=StaffRole.GUARD), people=(guard,)
    )

    assert judged(facts).hours[0].counted == 1
    assert "staff_record_checks_required" in failing(facts)


# --- overrides ---------------------------------------------------------------------------------


def test_a_named_override_sets_a_principle_aside_and_says_so():
    facts = week(overridden=frozenset({"children_per_staff"}))

    found = judged(facts)

    assert found.holds
    assert [str(one.rule) for one in found.overridden] == ["children_per_staff"]
    assert found.hours[0].margin == -1  # what is short stays visible


def test_no_override_sets_aside_what_is_mandatory():
    every = frozenset(key.value for key in LimitKey)
    for rule, _, fails in EDGES:
        found = judged(replace(fails, overridden=every))
        left = {str(one.rule) for one in found.failures}
        strengths = {one.limit.strength for one in found.overridden if one.limit}
        assert strengths <= {Strength.PRINCIPLE}
        is_principle = rule in {
            "children_per_staff",
            "person_in_charge_required",
            "health_workers_required",
        }
        assert (rule in left) is not is_principle, rule


# --- who could fill ------------------------------------------------------------------------------


def offered(facts: WeekFacts, **more) -> list[int]:
    return [one.person.id for one in rules.who_could_fill(facts, facts.hours[0], the_law(), **more)]


def test_who_is_free_and_counts_is_offered_least_hours_first():
    facts = week(ONE_SHIFT, shift(2, stretch(TUESDAY, 12, 17)))

    assert offered(facts) == [3, 2]


@pytest.mark.parametrize(
    "why_not",
    [
        week(people=(somebody(1, qualifications=()),)),
        week(people=(somebody(1, leaves=(Interval(at(9, 30), at(12)),)),)),
        week(shift(1, stretch(TUESDAY, 9, 12), group=OTHER_GROUP)),
        week(shift(1, stretch(TUESDAY, 9, 17))),  # there already
        week(shift(1, stretch(TUESDAY, 10, 18))),  # nine hours then
        week(elsewhere=(shift(1, Interval(at(10, 15), at(12)), house=OTHER_HOUSE),)),
        week(people=(somebody(1, employments=(employment(StaffRole.GUARD),)),)),
    ],
    ids=["no paper", "leave", "other room", "there", "too long", "too far", "other role"],
)
def test_who_does_not_fit_is_not_offered(why_not: WeekFacts):
    assert offered(why_not) == [2, 3]


def test_who_is_lent_by_another_house_comes_last():
    lent = somebody(5, house=OTHER_HOUSE)

    assert offered(week(), borrowable=[lent]) == [1, 2, 3, 5]


@pytest.mark.parametrize("seed", range(12))
def test_everybody_who_is_offered_makes_it_better_and_breaks_nothing_else(seed: int):
    facts = _any_week(random.Random(seed))
    lent = [somebody(n, house=OTHER_HOUSE) for n in (20, 21)]
    before = judged(facts)
    tried = 0
    for one in before.hours:
        for filling in rules.who_could_fill(facts, one.hour, the_law(), borrowable=lent):
            tried += 1
            after = judged(
                replace(
                    facts,
                    shifts=(*facts.shifts, filling.shift),
                    people={**facts.people, filling.person.id: filling.person},
                )
            )
            then = next(x for x in after.hours if x.hour == one.hour)
            assert then.counted == one.counted + 1
            others = [x for x in before.failures if x.subject != one.hour.public_id]
            assert all(x in others for x in after.failures if x.subject != one.hour.public_id)
    assert tried


def _any_week(chance: random.Random) -> WeekFacts:
    """Somebody here and there, sick, elsewhere, tired, without papers."""
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    hours = tuple(
        hour(starts, day=day, children=chance.randint(0, 12)) for day in days for starts in (9, 10)
    )
    people = tuple(
        somebody(
            n,
            qualifications=() if chance.random() < 0.2 else somebody(n).qualifications,
            leaves=(stretch(chance.choice(days), 9, 17),) if chance.random() < 0.3 else (),
        )
        for n in range(1, 7)
    )
    shifts = [_any_shift(chance, days, GROUP) for _ in range(12)]
    away = tuple(
        replace(_any_shift(chance, days, GROUP), facility_id=OTHER_HOUSE) for _ in range(3)
    )
    return week(*shifts, hours=hours, people=people, elsewhere=away)


def _any_shift(chance: random.Random, days: list[date], group: int):
    starts = chance.randint(8, 12)
    return shift(
        chance.randint(1, 6),
        stretch(chance.choice(days), starts, starts + chance.randint(1, 7)),
        group=chance.choice([group, OTHER_GROUP]),
    )


def test_the_lead_on_duty_is_named():
    assert rules.on_duty(week(), StaffRole.PERSON_IN_CHARGE, TUESDAY) == {LEAD}
    assert rules.on_duty(week(), StaffRole.PERSON_IN_CHARGE, MONDAY) == set()
