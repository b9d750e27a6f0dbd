"""Reading from the law what a roster has to keep to. Pure."""

from datetime import date
from decimal import ROUND_CEILING, Decimal

from common.intervals import day_in_shanghai
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Comparison, Limit, Strength, Verdict
from staff.rules.counting import counting_verdicts, hiring_verdicts
from staff.solver.types import RosterLimits
from staff.types import PersonFacts, StaffRole, WeekFacts

_MINUTES = 60
_ON_DUTY = (
    (LimitKey.PERSON_IN_CHARGE_REQUIRED, StaffRole.PERSON_IN_CHARGE),
    (LimitKey.HEALTH_WORKERS_REQUIRED, StaffRole.HEALTH_WORKER),
)
_Reasons = dict[tuple[int, date], tuple[Verdict, ...]]


def limits_for(week: WeekFacts, law: LawBook) -> RosterLimits:
    """What the law in force says of a week, and of everybody in it day by day."""
    book = _Book(week, law)
    days = sorted({day_in_shanghai(hour.during.starts_at) for hour in week.hours})
    weekly = book.bound(LimitKey.WEEKLY_WORK_HOURS_MAX, week.monday)
    travel = book.bound(LimitKey.TRAVEL_MINUTES_BETWEEN_HOUSES, week.monday)
    ratios = {day: book.bound(LimitKey.CHILDREN_PER_STAFF, day) for day in days}
    hours = {day: book.bound(LimitKey.DAILY_WORK_HOURS_MAX, day) for day in _all_days(week, days)}
    return RosterLimits(
        children_per_staff={day: one.value for day, one in ratios.items() if one and one.value},
        on_duty={day: book.on_duty(day) for day in days},
        daily_minutes={day: _minutes(one) for day, one in hours.items() if one},
        weekly_minutes=_minutes(weekly) if weekly else None,
        travel_minutes=travel.number if travel else 0,
        not_counting=book.not_counting(days),
        not_allowed=book.not_allowed(days),
        ratio_set_aside=frozenset(
            day for day in days if book.is_set_aside(LimitKey.CHILDREN_PER_STAFF, day)
        ),
    )


def _all_days(week: WeekFacts, days: list[date]) -> set[date]:
    shifts = (*week.shifts, *week.elsewhere)
    return {*days, *(day_in_shanghai(shift.during.starts_at) for shift in shifts)}


def _minutes(limit: Limit) -> int:
    return int((limit.value or 0) * _MINUTES)


class _Book:
    """The law as it reaches one week."""

    def __init__(self, week: WeekFacts, law: LawBook) -> None:
        self._week = week
        self._law = law

    def bound(self, key: LimitKey, day: date) -> Limit | None:
        """The limit a value has to keep to on a day; None where nothing would be refused."""
        limit = self._limit(key, day)
        if limit is None or limit.is_draft or limit.value is None:
            return None
        if limit.comparison is Comparison.STATED or self.is_set_aside(key, day):
            return None
        return limit

    def is_set_aside(self, key: LimitKey, day: date) -> bool:
        limit = self._limit(key, day)
        principle = limit is not None and limit.strength is Strength.PRINCIPLE
        return principle and key in self._week.overridden

    def on_duty(self, day: date) -> dict[StaffRole, int]:
        bounds = ((role, self.bound(key, day)) for key, role in _ON_DUTY)
        return {
            role: int((limit.value or Decimal()).to_integral_value(ROUND_CEILING))
            for role, limit in bounds
            if limit
        }

    def not_counting(self, days: list[date]) -> _Reasons:
        """Who does not count on a day though they may work, and why."""
        return {
            (person.id, day): short
            for person in self._week.people.values()
            for day in days
            if (
                short := _short(
                    counting_verdicts(
                        person,
                        facility_id=self._week.facility_id,
                        day=day,
                        district=self._week.district,
                        law=self._law,
                    ),
                    aside=self._hiring(person, day),
                )
            )
        }

    def not_allowed(self, days: list[date]) -> _Reasons:
        return {
            (person.id, day): short
            for person in self._week.people.values()
            for day in days
            if (short := _short(self._hiring(person, day)))
        }

    def _hiring(self, person: PersonFacts, day: date) -> tuple[Verdict, ...]:
        return hiring_verdicts(person, day=day, district=self._week.district, law=self._law)

    def _limit(self, key: LimitKey, day: date) -> Limit | None:
        return self._law.limit(key, jurisdiction=self._week.district, care_on=day)


def _short(
    verdicts: tuple[Verdict, ...], *, aside: tuple[Verdict, ...] = ()
) -> tuple[Verdict, ...]:
    return tuple(one for one in verdicts if not one.allows and one not in aside)
