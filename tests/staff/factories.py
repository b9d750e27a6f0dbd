"""People at work for tests. A caregiver has every paper and counts, unless told otherwise."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from common.crypto import lookup_code
from common.identity import check_character
from common.intervals import Interval, moment_in_shanghai
from facilities.models import CareGroup, Facility
from staff.models import (
    Employment,
    HealthCertificate,
    Leave,
    Person,
    Qualification,
    RecordCheck,
    RosterWeek,
    Shift,
)
from staff.types import (
    CheckChannel,
    CheckResult,
    EmploymentBasis,
    LeaveKind,
    QualificationKind,
    StaffRole,
)

LONG_AGO = date(2026, 1, 5)
ENTERED_AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
NAMES = ("王芳", "李丽", "张敏", "刘静", "陈洁", "杨艳", "赵霞", "黄燕")

_numbers = count(1)


def identity_number(number: int, born_on: date = date(1990, 5, 17)) -> str:
    """A made-up identity number whose last character is right."""
    digits = f"310228{born_on:%Y%m%d}{number % 1000:03d}"
    return digits + check_character(digits)


def make_person(name: str = "", **facts: Any) -> Person:
    """Somebody with no papers at all."""
    number = next(_numbers)
    born_on = date(1980, 1, 1) + timedelta(days=number)
    text = identity_number(number, born_on)
    return Person.objects.create(
        name=name or f"{NAMES[number % len(NAMES)]}{number}",
        identity_number=text,
        identity_code=lookup_code(text),
        phone=facts.pop("phone", f"139{number:08d}"),
        born_on=born_on,
        badge_code=f"badge-{number}",
        registered_at=ENTERED_AT,
        **facts,
    )


def make_employment(
    person: Person,
    house: Facility,
    role: StaffRole = StaffRole.CAREGIVER,
    *,
    starts_on: date = LONG_AGO,
    through: date | None = None,
    basis: EmploymentBasis = EmploymentBasis.EMPLOYED,
    manager: Person | None = None,
) -> Employment:
    return Employment.objects.create(
        person=person,
        facility=house,
        role=role,
        basis=basis,
        lent_by="" if basis is not EmploymentBasis.BORROWED else "石化幼儿园",
        starts_on=starts_on,
        through=through,
        manager=manager,
        hired_at=ENTERED_AT,
    )


def make_qualification(
    person: Person,
    kind: QualificationKind = QualificationKind.INFANT_CARER,
    *,
    issued_on: date = LONG_AGO,
    valid_through: date | None = None,
) -> Qualification:
    return Qualification.objects.create(
        person=person,
        kind=kind,
        number=f"YY{next(_numbers):08d}",
        issuer="上海市职业技能鉴定中心",
        issued_on=issued_on,
        valid_through=valid_through,
        verified_at=ENTERED_AT,
    )


def make_health_certificate(
    person: Person, *, examined_on: date = LONG_AGO, valid_through: date = date(2027, 1, 4)
) -> HealthCertificate:
    return HealthCertificate.objects.create(
        person=person,
        institution="金山区疾病预防控制中心",
        examined_on=examined_on,
        valid_through=valid_through,
        verified_at=ENTERED_AT,
    )


def make_checks(
    person: Person,
    *,
    checked_on: date = LONG_AGO,
    result: CheckResult = CheckResult.CLEAR,
    channels: tuple[CheckChannel, ...] = tuple(CheckChannel),
) -> None:
    for channel in channels:
        RecordCheck.objects.create(
            person=person,
            channel=channel,
            result=result,
            checked_on=checked_on,
            recorded_at=ENTERED_AT,
        )


def make_caregiver(house: Facility, name: str = "") -> Person:
    """Somebody who counts in a house through the whole of 2026."""
    person = make_person(name)
    make_employment(person, house)
    make_qualification(person)
    make_health_certificate(person)
    make_checks(person)
    return person


def make_lead(house: Facility, name: str = "") -> Person:
    """A 负责人 who is the 卫生保健人员 as well, as in a small house."""
    person = make_caregiver(house, name)
    make_employment(person, house, StaffRole.PERSON_IN_CHARGE)
    make_employment(person, house, StaffRole.HEALTH_WORKER)
    return person


def make_week(house: Facility, monday: date, *, published: bool = True) -> RosterWeek:
    return RosterWeek.objects.create(
        facility=house, monday=monday, published_at=ENTERED_AT if published else None
    )


def stretch(day: date, starts: int, ends: int) -> Interval:
    """From one hour to another on a day in Shanghai."""
    return Interval(moment_in_shanghai(day, time(starts)), moment_in_shanghai(day, time(ends)))


def make_shift(
    person: Person,
    group: CareGroup,
    during: Interval,
    *,
    week: RosterWeek | None = None,
    role: StaffRole = StaffRole.CAREGIVER,
) -> Shift:
    """A published shift; its week is made when it is not there."""
    monday = during.starts_at.astimezone(moment_in_shanghai(LONG_AGO, time()).tzinfo).date()
    monday -= timedelta(days=monday.weekday())
    found = week or RosterWeek.objects.filter(facility=group.facility, monday=monday).first()
    return Shift.objects.create(
        week=found or make_week(group.facility, monday),
        person=person,
        facility=group.facility,
        care_group=group,
        role=role,
        starts_at=during.starts_at,
        ends_at=during.ends_at,
        published_at=ENTERED_AT,
    )


def make_leave(person: Person, during: Interval, kind: LeaveKind = LeaveKind.SICK) -> Leave:
    return Leave.objects.create(
        person=person,
        kind=kind,
        starts_at=during.starts_at,
        ends_at=during.ends_at,
        recorded_at=ENTERED_AT,
    )
