"""Who could fill an hour that is short: those who help, and break nothing by it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from common.intervals import Interval, day_in_shanghai
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
    """Everybody who, put into an hour of a week as it is planned, makes it better."""
    return who_could_care(week, hour.care_group_id, hour.during, law, borrowable=borrowable)


def who_could_care(
    week: WeekFacts,
    care_group_id: int,
    during: Interval,
    law: LawBook,
    *,
    borrowable: Iterable[PersonFacts] = (),
    is_urgent: bool = False,
) -> tuple[Filling, ...]:
    """Everybody who, put into a group over a stretch, counts in every hour of it.

    Whoever is offered has way, leave and hours of work for it, and no verdict of the week becomes
    worse. Who is not of the house is judged as if borrowed for that day. The house's own people
    first, then who works least.

    When it is urgent, who works in another room of the house is moved for just that stretch, and
    what was set aside by name for the week may be leaned on.
    """
    fillings = [
        *(
            _filling(week, care_group_id, during, person, is_borrowed=False)
            for person in week.people.values()
        ),
        *(
            _filling(week, care_group_id, during, _lent(person, week, during), is_borrowed=True)
            for person in borrowable
            if person.id not in week.people
        ),
    ]
    fit = (one for one in fillings if _helps(week, one, law, is_urgent=is_urgent))
    return tuple(sorted(fit, key=lambda one: (one.is_borrowed, one.minutes, one.person.id)))


def _filling(
    week: WeekFacts,
    care_group_id: int,
    during: Interval,
    person: PersonFacts,
    *,
    is_borrowed: bool,
) -> Filling:
    shift = PlannedShift(
        key="",
        person_id=person.id,
        facility_id=week.facility_id,
        care_group_id=care_group_id,
        role=StaffRole.CAREGIVER,
        during=during,
    )
    there = (*week.shifts, *week.elsewhere)
    minutes = sum(one.minutes for one in there if one.person_id == person.id)
    return Filling(person, shift, minutes, is_borrowed)


def _lent(person: PersonFacts, week: WeekFacts, during: Interval) -> PersonFacts:
    """The same person, borrowed by the house for the day."""
    day = day_in_shanghai(during.starts_at)
    loan = EmploymentFacts(
        week.facility_id, StaffRole.CAREGIVER, EmploymentBasis.BORROWED, day, day
    )
    return replace(person, employments=(*person.employments, loan))


def _helps(week: WeekFacts, filling: Filling, law: LawBook, *, is_urgent: bool) -> bool:
    before = _part(week, filling)
    kept = _moved_away(before.shifts, filling.shift) if is_urgent else before.shifts
    after = replace(before, shifts=(*kept, filling.shift))
    was, then = judge_week(before, law), judge_week(after, law)
    asked = {one.public_id for one in before.hours if _is_asked(one, filling.shift)}
    if not asked or not all(
        now.counted > earlier.counted
        for earlier, now in zip(was.hours, then.hours, strict=True)
        if now.hour.public_id in asked
    ):
        return False
    worse = Counter(_in_the_way(then, asked, is_urgent=is_urgent))
    return not worse - Counter(_in_the_way(was, asked, is_urgent=is_urgent))


def _is_asked(hour: HourFacts, shift: PlannedShift) -> bool:
    return hour.care_group_id == shift.care_group_id and hour.during.overlaps(shift.during)


def _moved_away(shifts: Iterable[PlannedShift], wanted: PlannedShift) -> list[PlannedShift]:
    """The shifts, with a stretch cut out of what somebody does in it so far."""
    kept: list[PlannedShift] = []
    for shift in shifts:
        is_theirs = shift.person_id == wanted.person_id and shift.during.overlaps(wanted.during)
        kept += shift.without(wanted.during) if is_theirs else [shift]
    return kept


def _part(week: WeekFacts, filling: Filling) -> WeekFacts:
    """As much of a week as one person more can change: hours of that stretch, and that person."""
    hours = tuple(one for one in week.hours if one.during.overlaps(filling.shift.during))
    return replace(
        week,
        hours=hours,
        people={**week.people, filling.person.id: filling.person},
        shifts=tuple(
            one
            for one in week.shifts
            if one.person_id == filling.person.id
            or any(one.during.overlaps(hour.during) for hour in hours)
        ),
    )


def _in_the_way(judged: WeekVerdict, asked: set[str], *, is_urgent: bool) -> list[Verdict]:
    """What fails or was set aside, but for the count of these hours: those only get better."""
    aside = () if is_urgent else judged.overridden
    return [
        one
        for one in (*judged.failures, *aside)
        if one.rule != LimitKey.CHILDREN_PER_STAFF or one.subject not in asked
    ]
