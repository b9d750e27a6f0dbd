"""A house's week for the rules: plain facts, changed where a test wants it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from common.intervals import Interval
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
from tests.staff.factories import stretch

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
HOUSE, OTHER_HOUSE = 1, 2
GROUP, OTHER_GROUP = 10, 11
LEAD = 90  # in charge, and for health
_LONG_AGO = date(2026, 1, 5)


def somebody(person_id: int, name: str = "", *, house: int = HOUSE, **changes: Any) -> PersonFacts:
    """A caregiver of the house who counts through the year."""
    person = PersonFacts(
        id=person_id,
        public_id=f"p{person_id}",
        name=name or f"人{person_id}",
        employments=(employment(StaffRole.CAREGIVER, house),),
        qualifications=(PaperFacts(QualificationKind.INFANT_CARER, _LONG_AGO, None),),
        health_certificates=(PaperFacts("health_certificate", _LONG_AGO, date(2027, 1, 4)),),
        record_checks=tuple(
            CheckFacts(channel, CheckResult.CLEAR, _LONG_AGO) for channel in CheckChannel
        ),
    )
    return replace(person, **changes)


def employment(
    role: StaffRole, house: int = HOUSE, *, starts_on: date = _LONG_AGO, through: date | None = None
) -> EmploymentFacts:
    return EmploymentFacts(house, role, EmploymentBasis.EMPLOYED, starts_on, through)


def lead() -> PersonFacts:
    roles = (StaffRole.PERSON_IN_CHARGE, StaffRole.HEALTH_WORKER)
    return somebody(LEAD, "周负责", employments=tuple(employment(role) for role in roles))


def shift(
    person_id: int,
    during: Interval,
    *,
    role: StaffRole = StaffRole.CAREGIVER,
    group: int | None = GROUP,
    house: int = HOUSE,
    rest: Interval | None = None,
) -> PlannedShift:
    """Somebody's stretch of work in the group."""
    where = group if role is StaffRole.CAREGIVER else None
    return PlannedShift(
        f"{person_id}-{during.starts_at:%d%H%M}-{house}",
        person_id,
        house,
        where,
        role,
        during,
        rest,
    )


def hour(starts: int = 9, *, day: date = TUESDAY, children: int = 5, **changes: Any) -> HourFacts:
    """An hour of the group with children in it."""
    facts = HourFacts(
        session_id=day.day * 100 + starts,
        public_id=f"s{day.day}{starts:02}",
        care_group_id=GROUP,
        care_group="小苗班",
        during=stretch(day, starts, starts + 1),
        children=children,
        places=20,
        children_per_staff=5,
    )
    return replace(facts, **changes)


def week(
    *shifts: PlannedShift,
    hours: tuple[HourFacts, ...] | None = None,
    people: tuple[PersonFacts, ...] = (),
    **changes: Any,
) -> WeekFacts:
    """A week with a lead on duty on Tuesday, one hour, and caregivers 1 to 3."""
    known = {one.id: one for one in (lead(), somebody(1), somebody(2), somebody(3), *people)}
    facts = WeekFacts(
        facility_id=HOUSE,
        facility="house",
        name="宝宝屋",
        district="310116",
        monday=MONDAY,
        hours=(hour(),) if hours is None else hours,
        people=known,
        shifts=(shift(LEAD, stretch(TUESDAY, 9, 10), role=StaffRole.PERSON_IN_CHARGE), *shifts),
    )
    return replace(facts, **changes)
