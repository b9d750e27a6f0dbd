"""Judging a week's roster: the same rule lights the board and refuses the publication.

It knows nothing of how the week was made. The solver's proposals go through it like anybody's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise

from common.intervals import day_in_shanghai
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Limit, Outcome, Strength, Verdict
from staff.messages import Remedy, remedy
from staff.rules.counting import Counting, hiring_verdicts
from staff.types import (
    HourFacts,
    HourVerdict,
    PersonFacts,
    PlannedShift,
    StaffRole,
    WeekFacts,
    WeekVerdict,
)

_MINUTES = 60
_ON_DUTY_DAILY = (
    (LimitKey.PERSON_IN_CHARGE_REQUIRED, StaffRole.PERSON_IN_CHARGE, Remedy.NOBODY_IN_CHARGE),
    (LimitKey.HEALTH_WORKERS_REQUIRED, StaffRole.HEALTH_WORKER, Remedy.NO_HEALTH_WORKER),
)


def judge_week(week: WeekFacts, law: LawBook) -> WeekVerdict:
    """Judge every hour, every shift, every person and every day of a week.

    A week holds when nothing fails; what a named override set aside (原则上 only) is told apart.
    """
    counting = Counting(week.people, law)
    hours = tuple(_judge_hour(hour, week, counting, law) for hour in week.hours)
    verdicts = (
        *(hour.verdict for hour in hours),
        *_judge_shifts(week, counting, law),
        *_judge_people(week, law),
        *_judge_days(week, law),
    )
    aside = tuple(one for one in verdicts if not one.allows and _is_overridden(one, week))
    return WeekVerdict(hours, tuple(one for one in verdicts if one not in aside), aside)


def counted_people(
    hour: HourFacts,
    *,
    shifts: Iterable[PlannedShift],
    counting: Counting,
    facility_id: int,
    district: str,
) -> tuple[int, ...]:
    """Who counts in a session: rostered for the whole of it, not on leave, every paper good."""
    day = day_in_shanghai(hour.during.starts_at)
    there = {shift.person_id for shift in shifts if _cares_for(shift, hour)}
    return tuple(
        person_id
        for person_id in sorted(there)
        if not counting.is_away(person_id, hour.during)
        and counting.counts(person_id, facility_id=facility_id, day=day, district=district)
    )


def is_same_work(shift: PlannedShift, others: Iterable[PlannedShift]) -> bool:
    """Whether a shift is among others, its end and its break aside."""
    return any(_what_began(shift) == _what_began(other) for other in others)


def _what_began(shift: PlannedShift) -> tuple[object, ...]:
    starts = shift.during.starts_at
    return (shift.person_id, shift.facility_id, shift.care_group_id, shift.role, starts)


def _cares_for(shift: PlannedShift, hour: HourFacts) -> bool:
    return (
        shift.role is StaffRole.CAREGIVER
        and shift.care_group_id == hour.care_group_id
        and shift.covers(hour.during)
    )


# --- hours -----------------------------------------------------------------------------------


def _judge_hour(hour: HourFacts, week: WeekFacts, counting: Counting, law: LawBook) -> HourVerdict:
    day = day_in_shanghai(hour.during.starts_at)
    there = sorted({shift.person_id for shift in week.shifts if _cares_for(shift, hour)})
    counted = counted_people(
        hour,
        shifts=week.shifts,
        counting=counting,
        facility_id=week.facility_id,
        district=week.district,
    )
    others = tuple(
        (person_id, _what_is_missing(person_id, day, week, counting))
        for person_id in there
        if person_id not in counted
    )
    limit = law.limit(LimitKey.CHILDREN_PER_STAFF, jurisdiction=week.district, care_on=day)
    return HourVerdict(hour, len(counted), counted, _judge_ratio(hour, len(counted), limit), others)


def _what_is_missing(
    person_id: int, day: date, week: WeekFacts, counting: Counting
) -> tuple[Verdict, ...]:
    judged = counting.verdicts(
        person_id, facility_id=week.facility_id, day=day, district=week.district
    )
    return tuple(one for one in judged if not one.allows)


def _judge_ratio(hour: HourFacts, counted: int, limit: Limit | None) -> Verdict:
    # Children and nobody: no number is low enough.
    measured = Decimal(hour.children) / counted if counted else (None if hour.children else 0)
    return judge(
        limit,
        measured,
        rule=LimitKey.CHILDREN_PER_STAFF,
        arithmetic=f"{hour.children} 名孩子 ÷ {counted} 名计入人员",
        remedy=remedy(
            Remedy.TOO_FEW_STAFF,
            hour=hour.during,
            group=hour.care_group,
            children=hour.children,
            needed=hour.needed,
            counted=counted,
            short=hour.needed - counted,
        ),
        subject=hour.public_id,
    )


# --- shifts ----------------------------------------------------------------------------------


def _judge_shifts(week: WeekFacts, counting: Counting, law: LawBook) -> Iterator[Verdict]:
    """Nobody who does not count is rostered as if they did; nobody banned at all."""
    seen = {(one.person_id, _day(one), one.role is StaffRole.CAREGIVER) for one in week.shifts}
    for person_id, day, is_caregiver in sorted(seen):
        if is_caregiver:
            yield from counting.verdicts(
                person_id, facility_id=week.facility_id, day=day, district=week.district
            )
        else:
            yield from hiring_verdicts(
                week.people[person_id], day=day, district=week.district, law=law
            )


# --- people ----------------------------------------------------------------------------------


def _judge_people(week: WeekFacts, law: LawBook) -> Iterator[Verdict]:
    by_person: dict[int, list[PlannedShift]] = defaultdict(list)
    for shift in (*week.shifts, *week.elsewhere):
        by_person[shift.person_id].append(shift)
    here = {shift.person_id for shift in week.shifts}
    for person_id in sorted(here):
        shifts = sorted(by_person[person_id], key=lambda shift: shift.during)
        yield from _judge_person(week.people[person_id], shifts, week, law)


def _judge_person(
    person: PersonFacts, shifts: list[PlannedShift], week: WeekFacts, law: LawBook
) -> Iterator[Verdict]:
    yield from _judge_neighbors(person, shifts, week, law)
    yield from _judge_leave(person, shifts, week, law)
    yield from _judge_hours_worked(person, shifts, week, law)


def _judge_neighbors(
    person: PersonFacts, shifts: list[PlannedShift], week: WeekFacts, law: LawBook
) -> Iterator[Verdict]:
    def limit(key: LimitKey) -> Limit | None:
        return law.limit(key, jurisdiction=week.district, care_on=week.monday)

    for index, shift in enumerate(shifts):
        for other in shifts[index + 1 :]:
            if other.during.starts_at >= shift.during.ends_at:
                break
            yield judge(
                limit(LimitKey.STAFF_ONE_PLACE_AT_A_TIME),
                1,
                rule=LimitKey.STAFF_ONE_PLACE_AT_A_TIME,
                remedy=remedy(
                    Remedy.TWO_PLACES,
                    person=person.name,
                    hour=other.during,
                    place=_place(shift, week),
                    other=_place(other, week),
                ),
                subject=person.public_id,
            )
    for shift, other in pairwise(shifts):
        gap = int((other.during.starts_at - shift.during.ends_at).total_seconds()) // _MINUTES
        same_day = day_in_shanghai(shift.during.starts_at) == day_in_shanghai(
            other.during.starts_at
        )
        if shift.facility_id == other.facility_id or gap < 0 or not same_day:
            continue
        yield judge(
            limit(LimitKey.TRAVEL_MINUTES_BETWEEN_HOUSES),
            gap,
            rule=LimitKey.TRAVEL_MINUTES_BETWEEN_HOUSES,
            remedy=remedy(
                Remedy.TOO_LITTLE_TRAVEL,
                person=person.name,
                place=_place(shift, week),
                other=_place(other, week),
                minutes=gap,
            ),
            subject=person.public_id,
        )


def _day(shift: PlannedShift) -> date:
    return day_in_shanghai(shift.during.starts_at)


def _place(shift: PlannedShift, week: WeekFacts) -> str:
    if shift.facility_id != week.facility_id:
        return "别的宝宝屋"
    for hour in week.hours:
        if hour.care_group_id == shift.care_group_id:
            return hour.care_group
    return "全屋"


def _judge_leave(
    person: PersonFacts, shifts: list[PlannedShift], week: WeekFacts, law: LawBook
) -> Iterator[Verdict]:
    for shift in shifts:
        if shift.facility_id != week.facility_id:
            continue
        for leave in person.leaves:
            if leave.overlaps(shift.during):
                starts = max(leave.starts_at, shift.during.starts_at)
                ends = min(leave.ends_at, shift.during.ends_at)
                yield judge(
                    law.limit(
                        LimitKey.STAFF_ON_LEAVE, jurisdiction=week.district, care_on=week.monday
                    ),
                    int((ends - starts).total_seconds()) // _MINUTES,
                    rule=LimitKey.STAFF_ON_LEAVE,
                    remedy=remedy(Remedy.ON_LEAVE, person=person.name, hour=shift.during),
                    subject=person.public_id,
                )


def _judge_hours_worked(
    person: PersonFacts, shifts: list[PlannedShift], week: WeekFacts, law: LawBook
) -> Iterator[Verdict]:
    """劳动法 第三十六条: eight hours a day, forty-four a week, wherever they are worked."""
    by_day: dict[date, int] = defaultdict(int)
    for shift in shifts:
        by_day[_day(shift)] += shift.minutes
    for day, minutes in sorted(by_day.items()):
        yield judge(
            law.limit(LimitKey.DAILY_WORK_HOURS_MAX, jurisdiction=week.district, care_on=day),
            _hours(minutes),
            rule=LimitKey.DAILY_WORK_HOURS_MAX,
            remedy=remedy(
                Remedy.LONG_DAY, person=person.name, day=day, hours=f"{_hours(minutes):g}"
            ),
            subject=person.public_id,
        )
    total = sum(by_day.values())
    yield judge(
        law.limit(LimitKey.WEEKLY_WORK_HOURS_MAX, jurisdiction=week.district, care_on=week.monday),
        _hours(total),
        rule=LimitKey.WEEKLY_WORK_HOURS_MAX,
        remedy=remedy(Remedy.LONG_WEEK, person=person.name, hours=f"{_hours(total):g}"),
        subject=person.public_id,
    )


def _hours(minutes: int) -> Decimal:
    return Decimal(minutes) / _MINUTES


# --- days ------------------------------------------------------------------------------------


def open_days(week: WeekFacts) -> list[date]:
    """The days of a week on which children may come."""
    days = {
        day_in_shanghai(hour.during.starts_at)
        for hour in week.hours
        if hour.children or not hour.is_stopped
    }
    return sorted(days)


def _judge_days(week: WeekFacts, law: LawBook) -> Iterator[Verdict]:
    """On every day with sessions somebody in charge and somebody for health is on the roster."""
    for day in open_days(week):
        for key, role, words in _ON_DUTY_DAILY:
            yield judge(
                law.limit(key, jurisdiction=week.district, care_on=day),
                len(on_duty(week, role, day)),
                rule=key,
                remedy=remedy(words, day=day),
                subject=f"{week.facility}:{day}",
            )


def on_duty(week: WeekFacts, role: StaffRole, day: date) -> set[int]:
    """Who is engaged for a role and works that day, whatever the shift itself is for."""
    return {
        shift.person_id
        for shift in (*week.shifts, *week.elsewhere)
        if shift.facility_id == week.facility_id
        and _day(shift) == day
        and role in week.people[shift.person_id].roles_in(week.facility_id, day)
    }


def _is_overridden(verdict: Verdict, week: WeekFacts) -> bool:
    limit = verdict.limit
    return (
        verdict.outcome is Outcome.FAILS
        and limit is not None
        and limit.strength is Strength.PRINCIPLE
        and verdict.rule in week.overridden
    )
