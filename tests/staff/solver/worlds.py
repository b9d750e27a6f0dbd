"""Weeks for the solver: made by hand, or from a seed."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from common.intervals import Interval, moment_in_shanghai
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Comparison, Strength
from staff.solver import RosterProblem, limits_for
from staff.solver.types import RestRule, Wish
from staff.types import (
    CheckChannel,
    CheckFacts,
    CheckResult,
    EmploymentBasis,
    EmploymentFacts,
    HourFacts,
    PaperFacts,
    PersonFacts,
    PlannedShift,
    QualificationKind,
    StaffRole,
    WeekFacts,
)
from tests.regulations.factories import a_limit

MONDAY = date(2026, 11, 23)
HOUSE, OTHER_HOUSE = 1, 2
DISTRICT = "310116"
CAREGIVER, LEAD, HEALTH = (
    StaffRole.CAREGIVER,
    StaffRole.PERSON_IN_CHARGE,
    StaffRole.HEALTH_WORKER,
)
RESTS = RestRule(after_minutes=240, at_least_minutes=30, at_most_minutes=90)
_AT_LEAST_ONE = (
    LimitKey.COUNTED_ROLE_REQUIRED,
    LimitKey.STAFF_QUALIFICATION_REQUIRED,
    LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED,
    LimitKey.PERSON_IN_CHARGE_REQUIRED,
    LimitKey.HEALTH_WORKERS_REQUIRED,
)
_AT_MOST = {
    LimitKey.CHILDREN_PER_STAFF: 5,
    LimitKey.RECORD_CHECK_VALID_MONTHS: 12,
    LimitKey.STAFF_BAN: 0,
    LimitKey.STAFF_ONE_PLACE_AT_A_TIME: 0,
    LimitKey.STAFF_ON_LEAVE: 0,
    LimitKey.DAILY_WORK_HOURS_MAX: 8,
    LimitKey.WEEKLY_WORK_HOURS_MAX: 44,
}
_PRINCIPLES = {
    LimitKey.CHILDREN_PER_STAFF,
    LimitKey.PERSON_IN_CHARGE_REQUIRED,
    LimitKey.HEALTH_WORKERS_REQUIRED,
}


def the_law(**changed: int) -> LawBook:
    """Everything a week is judged by; a keyword changes one value, -1 takes the rule away."""
    at_least = {
        **dict.fromkeys(_AT_LEAST_ONE, 1),
        LimitKey.STAFF_RECORD_CHECKS_REQUIRED: 2,
        LimitKey.TRAVEL_MINUTES_BETWEEN_HOUSES: 30,
    }
    both = [(Comparison.AT_LEAST, at_least), (Comparison.AT_MOST, _AT_MOST)]
    return LawBook(
        tuple(
            a_limit(
                key=key,
                value=Decimal(changed.get(key, value)),
                comparison=comparison,
                strength=Strength.PRINCIPLE if key in _PRINCIPLES else Strength.MANDATORY,
            )
            for comparison, values in both
            for key, value in values.items()
            if changed.get(key, value) >= 0
        )
    )


def between(day: date, starts: float, ends: float) -> Interval:
    """From one hour of the clock to another."""
    midnight = moment_in_shanghai(day, time())
    return Interval(midnight + timedelta(hours=starts), midnight + timedelta(hours=ends))


def a_day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def a_person(
    number: int, name: str, *roles: StaffRole, since: date = date(2026, 1, 1), **changed: Any
) -> PersonFacts:
    """Somebody with all papers, engaged here as a caregiver unless something else is said."""
    person = PersonFacts(
        id=number,
        public_id=f"person-{number}",
        name=name,
        employments=tuple(
            EmploymentFacts(HOUSE, role, EmploymentBasis.EMPLOYED, since, None)
            for role in roles or (CAREGIVER,)
        ),
        qualifications=(PaperFacts(QualificationKind.INFANT_CARER, since, None),),
        health_certificates=(PaperFacts("health_certificate", since, None),),
        record_checks=tuple(
            CheckFacts(channel, CheckResult.CLEAR, date(2026, 6, 1)) for channel in CheckChannel
        ),
    )
    return replace(person, **changed)


def a_health_certificate_through(day: date) -> tuple[PaperFacts, ...]:
    return (PaperFacts("health_certificate", date(2026, 1, 1), day),)


def an_hour(
    day: date, starts: float, children: int = 1, *, group: int = 1, length: float = 1, **more: Any
) -> HourFacts:
    number = (day - MONDAY).days * 100000 + group * 10000 + int(starts * 100)
    return HourFacts(
        **{
            "session_id": number,
            "public_id": f"session-{number}",
            "care_group_id": group,
            "care_group": f"宝宝{'零一二三'[group]}班",
            "during": between(day, starts, starts + length),
            "children": children,
            "places": 20,
            "children_per_staff": 5,
            **more,
        }
    )


def a_shift(
    person: int, day: date, starts: float, ends: float, *, group: int | None = 1, **more: Any
) -> PlannedShift:
    return PlannedShift(
        **{
            "key": f"kept-{person}-{day}-{starts:g}",
            "person_id": person,
            "facility_id": HOUSE,
            "care_group_id": group,
            "role": CAREGIVER if group else LEAD,
            "during": between(day, starts, ends),
            **more,
        }
    )


def a_week(
    hours: list[HourFacts],
    people: list[PersonFacts],
    shifts: tuple[PlannedShift, ...] = (),
    **more: Any,
) -> WeekFacts:
    return WeekFacts(
        facility_id=HOUSE,
        facility="house-1",
        name="石化宝宝屋",
        district=DISTRICT,
        monday=MONDAY,
        hours=tuple(hours),
        people={person.id: person for person in people},
        shifts=shifts,
        **more,
    )


def a_problem(week: WeekFacts, law: LawBook | None = None, **more: Any) -> RosterProblem:
    return RosterProblem(week=week, limits=limits_for(week, law or the_law()), **more)


# --- from a seed -----------------------------------------------------------------------------


def a_random_problem(
    seed: int, *, people: int = 5, days: int = 3, hours: int = 5, law: LawBook | None = None
) -> RosterProblem:
    """A small week with everything in it that can stand in a roster's way."""
    dice = Random(seed)
    law = law or the_law(
        daily_work_hours_max=dice.choice([3, 8, 8]), weekly_work_hours_max=dice.choice([7, 44, 44])
    )
    opens = [a_day(number) for number in sorted(dice.sample(range(7), dice.randint(1, days)))]
    sessions = _sessions(dice, opens, hours)
    staff = [_somebody(dice, number, opens) for number in range(1, dice.randint(2, people) + 1)]
    week = a_week(sessions, staff, _draft(dice, staff, opens), elsewhere=_away(dice, staff, opens))
    kept = tuple(shift for shift in week.shifts if dice.random() < 0.06)
    problem = a_problem(
        week,
        law,
        wanted={one.session_id: dice.randint(0, 3) for one in sessions if dice.random() < 0.6},
        availability={
            (one.id, day): _times(dice, day)
            for one in staff
            for day in opens
            if dice.random() < 0.2
        },
        wishes=tuple(_wish(dice, staff, opens) for _ in range(dice.randint(0, 3))),
        weekends_worked={one.id: dice.randint(0, 3) for one in staff},
        weekend=frozenset({a_day(5), a_day(6)}),
        kept=kept,
        rests=dice.choice([None, RESTS, RestRule(120, 60, 60), RestRule(90, 45, 60)]),
    )
    asking = {one.session_id: dice.randint(0, 14) for one in sessions if seed % 3 == 0}
    return replace(problem, asking=asking)


def _sessions(dice: Random, opens: list[date], hours: int) -> list[HourFacts]:
    found = []
    for day in opens:
        for group in range(1, dice.randint(1, 2) + 1):
            starts, length = dice.choice([9, 9, 9.5]), dice.choice([1, 1, 1, 0.5])
            for _ in range(dice.randint(1, hours)):
                children = dice.choice([0, 0, 0, 1, 3, 5, 6])
                stopped = dice.random() < 0.1
                found.append(
                    an_hour(day, starts, children, group=group, length=length, is_stopped=stopped)
                )
                starts += length + dice.choice([0, 0, 0, 1])
    return found


def _somebody(dice: Random, number: int, opens: list[date]) -> PersonFacts:
    roles = dice.choice(
        [(CAREGIVER,), (CAREGIVER, LEAD, HEALTH), (CAREGIVER, LEAD), (HEALTH,), (LEAD, HEALTH)]
    )
    person = a_person(number, "王李张赵陈"[number - 1] + "芳", *roles)
    if number == 1:
        person = a_person(number, "王芳", CAREGIVER, LEAD, HEALTH)
    day = dice.choice(opens)
    match dice.randint(0, 14):
        case 0:
            return replace(person, leaves=(between(day, 0, 24),))
        case 1:
            return replace(person, leaves=(between(day, 10, 11),))
        case 2:
            return replace(person, health_certificates=a_health_certificate_through(day))
        case 3:
            return replace(person, record_checks=person.record_checks[:1])
        case 4:
            return replace(person, banned_on=day)
        case _:
            return person


def _draft(dice: Random, staff: list[PersonFacts], opens: list[date]) -> tuple[PlannedShift, ...]:
    found = []
    for person in staff:
        for day in opens:
            if dice.random() < 0.4:
                group = dice.choice([None, 1, 2])
                starts = dice.choice([9, 9.5, 10])
                found.append(
                    a_shift(person.id, day, starts, starts + dice.choice([1, 2, 3]), group=group)
                )
    if dice.random() < 0.2:
        guard = a_shift(staff[0].id, opens[0], 14, 16, group=None, role=StaffRole.GUARD)
        found.append(replace(guard, key="guard"))
    return tuple(found)


def _away(dice: Random, staff: list[PersonFacts], opens: list[date]) -> tuple[PlannedShift, ...]:
    return tuple(
        replace(
            a_shift(person.id, day, dice.choice([8, 10, 12]), 12.5),
            facility_id=OTHER_HOUSE,
            care_group_id=9,
            key=f"away-{person.id}-{day}",
        )
        for person in staff
        for day in opens
        if dice.random() < 0.1
    )


def _times(dice: Random, day: date) -> tuple[Interval, ...]:
    return dice.choice([(), (between(day, 9, 10.5),), (between(day, 9, 10), between(day, 11, 14))])


def _wish(dice: Random, staff: list[PersonFacts], opens: list[date]) -> Wish:
    starts = dice.choice([9, 10, 11])
    during = between(dice.choice(opens), starts, starts + dice.choice([1, 2]))
    return Wish(dice.choice(staff).id, during, is_preferred=dice.random() < 0.5)
