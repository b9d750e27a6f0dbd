"""Two counters of 课时 a year, and what of them somebody still owes. Pure.

The clauses are written for 托育机构 and their stated period is over: they are held against a
宝宝屋 by extension, and short of them is 未达延续标准, never a violation.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from regulations.keys import LimitKey
from regulations.rules import LawBook, judge, number_or
from regulations.types import Limit, Verdict
from staff.messages import Remedy, remedy
from staff.types import (
    PersonFacts,
    QualificationKind,
    StaffRole,
    TrainingCategory,
    TrainingFacts,
    TrainingStanding,
)

COUNTERS: dict[TrainingCategory, LimitKey] = {
    TrainingCategory.SKILLS: LimitKey.TRAINING_SKILL_HOURS,
    TrainingCategory.ETHICS: LimitKey.TRAINING_ETHICS_HOURS,
}
_DECEMBER = date.max.month


def training_standings(
    person: PersonFacts,
    trainings: Sequence[TrainingFacts],
    *,
    year: int,
    on: date,
    district: str,
    law: LawBook,
) -> tuple[TrainingStanding, ...]:
    """Where somebody stands in each counter of a year; nothing for volunteers."""
    joined_on = joined_in(person, year)
    if joined_on is None:
        return ()
    return tuple(
        _standing(person, category, trainings, joined_on, year, on, district, law)
        for category in COUNTERS
    )


def joined_in(person: PersonFacts, year: int) -> date | None:
    """From which day of a year on somebody was engaged, wherever; None: not at all."""
    first, last = date(year, 1, 1), date(year, _DECEMBER, 31)
    days = [
        max(one.starts_on, first)
        for one in person.employments
        if one.role is not StaffRole.VOLUNTEER
        and one.starts_on <= last
        and (one.through is None or one.through >= first)
    ]
    return min(days, default=None)


def annual_certificate(
    person: PersonFacts, *, year: int, on: date, district: str, law: LawBook
) -> Verdict:
    """Whether somebody has this year's 合格证书 (金教〔2023〕29号 三 第5段, without hours)."""
    found = sum(
        1
        for one in person.qualifications
        if one.kind == QualificationKind.ANNUAL_TRAINING and one.valid_from.year == year
    )
    key = LimitKey.STAFF_ANNUAL_CERTIFICATE_REQUIRED
    return judge(
        law.limit(key, jurisdiction=district, care_on=on),
        found,
        rule=key,
        on=on,
        remedy=remedy(Remedy.NO_ANNUAL_CERTIFICATE, person=person.name, year=year),
        subject=person.public_id,
    )


def lessons_in(minutes: int, law: LawBook, *, district: str, on: date) -> int | None:
    """How many whole 课时 a course of so many minutes has; None where no rule says."""
    limit = law.limit(LimitKey.LESSON_MINUTES, jurisdiction=district, care_on=on)
    return minutes // limit.number if limit and limit.value else None


def _standing(
    person: PersonFacts,
    category: TrainingCategory,
    trainings: Sequence[TrainingFacts],
    joined_on: date,
    year: int,
    on: date,
    district: str,
    law: LawBook,
) -> TrainingStanding:
    taken = sum(
        one.lessons
        for one in trainings
        if one.category is category and one.taken_on.year == year and one.taken_on <= on
    )
    whole = law.limit(COUNTERS[category], jurisdiction=district, care_on=on)
    months = law.limit(LimitKey.TRAINING_YEAR_MONTHS, jurisdiction=district, care_on=on)
    owed, arithmetic = _owed(whole, months, joined_on)
    return TrainingStanding(
        category=category,
        taken=taken,
        needed=number_or(owed, None),
        whole=number_or(whole, None),
        joined_on=joined_on,
        verdict=judge(
            owed,
            taken,
            rule=COUNTERS[category],
            on=on,
            arithmetic=arithmetic,
            remedy=remedy(
                Remedy.TOO_LITTLE_TRAINING,
                person=person.name,
                year=year,
                counter=category,
                taken=taken,
                short=max(int(owed.value) - taken, 0) if owed and owed.value else 0,
            ),
            subject=person.public_id,
        ),
    )


def _owed(whole: Limit | None, months: Limit | None, joined_on: date) -> tuple[Limit | None, str]:
    """The year's 课时, for who joined within it by the months that are left (约定24)."""
    if whole is None or whole.value is None or months is None or not months.value:
        return whole, ""
    left = months.number - joined_on.month + 1
    if left >= months.number:
        return whole, ""
    share = (whole.value * left / months.value).quantize(Decimal(1), rounding=ROUND_CEILING)
    said = f"{whole.number} 课时 × {left}/{months.number} 个月，向上取整为 {share} 课时"
    return replace(whole, value=share), said
