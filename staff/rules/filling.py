"""Who could fill an hour that is short: those who help, and break nothing by it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from common.intervals import day_in_shanghai
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Verdict
from staff.rules.roster import judge_week
from staff.types import (
    EmploymentBasis,
    EmploymentFacts,
    Filling,
    HourFacts,
    PersonFacts,
    PlannedShift,
    StaffRole,
    WeekFacts,
    WeekVerdict,
)


def who_could_fill(
    week: WeekFacts, hour: HourFacts, law: LawBook, *, borrowable: Iterable[PersonFacts] = ()
) -> tuple[Filling, ...]:
    """Everybody who, put into an hour of a week as it is planned, makes it better.

    Whoever is offered counts in that hour and is free, with way, leave and hours of work; no
    verdict of the week becomes worse. Who is not of the house is judged as if borrowed for that
    day. The house's own people first, then who works least.
    """
    fillings = [
        *(_filling(week, hour, person, is_borrowed=False) for person in week.people.values()),
        *(
            _filling(week, hour, _lent(person, week, hour), is_borrowed=True)
            for person in borrowable
            if person.id not in week.people
        ),
    ]
    fit = (one for one in fillings if _helps(week, hour, one, law))
    return tuple(sorted(fit, key=lambda one: (one.is_borrowed, one.minutes, one.person.id)))


def _filling(
    week: WeekFacts, hour: HourFacts, person: PersonFacts, *, is_borrowed: bool
) -> Filling:
    shift = PlannedShift(
        key="",
        person_id=person.id,
        facility_id=week.facility_id,
        care_group_id=hour.care_group_id,
        role=StaffRole.CAREGIVER,
        during=hour.during,
    )
    there = (*week.shifts, *week.elsewhere)
    minutes = sum(one.minutes for one in there if one.person_id == person.id)
    return Filling(person, shift, minutes, is_borrowed)


def _lent(person: PersonFacts, week: WeekFacts, hour: HourFacts) -> PersonFacts:
    """The same person, borrowed by the house for the day."""
    day = day_in_shanghai(hour.during.starts_at)
    loan = EmploymentFacts(
        week.facility_id, StaffRole.CAREGIVER, EmploymentBasis.BORROWED, day, day
    )
    return replace(person, employments=(*person.employments, loan))


def _helps(week: WeekFacts, hour: HourFacts, filling: Filling, law: LawBook) -> bool:
    before = _part(week, hour, filling)
    after = replace(before, shifts=(*before.shifts, filling.shift))
    was, then = judge_week(before, law), judge_week(after, law)
    if then.hours[0].counted <= was.hours[0].counted:
        return False
    worse = Counter(_in_the_way(then, hour)) - Counter(_in_the_way(was, hour))
    return not worse


def _part(week: WeekFacts, hour: HourFacts, filling: Filling) -> WeekFacts:
    """As much of a week as one person more can change: that hour, and that person."""
    return replace(
        week,
        hours=(hour,),
        people={**week.people, filling.person.id: filling.person},
        shifts=tuple(
            one
            for one in week.shifts
            if one.person_id == filling.person.id or one.during.overlaps(hour.during)
        ),
    )


def _in_the_way(judged: WeekVerdict, hour: HourFacts) -> list[Verdict]:
    """What fails or was set aside, but for the count of this hour: that one only gets better."""
    return [
        one
        for one in (*judged.failures, *judged.overridden)
        if (one.rule, one.subject) != (LimitKey.CHILDREN_PER_STAFF, hour.public_id)
    ]
