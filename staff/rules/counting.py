"""Who counts toward 1:5, and why not. One rule for roster, gate, forecast and inspection."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from common.intervals import Interval, age_in_months, months_later
from regulations.keys import LimitKey
from regulations.rules import LawBook, judge
from regulations.types import Limit, Verdict
from staff.messages import Remedy, remedy
from staff.types import (
    CheckChannel,
    CheckFacts,
    CheckResult,
    PaperFacts,
    PersonFacts,
    QualificationKind,
    StaffRole,
)


class Counting:
    """Who of these people counts where and when; each is judged once for a house and a day."""

    def __init__(self, people: Mapping[int, PersonFacts], law: LawBook) -> None:
        self._people = people
        self._law = law
        self._known: dict[tuple[int, int, date], tuple[Verdict, ...]] = {}

    def verdicts(
        self, person_id: int, *, facility_id: int, day: date, district: str
    ) -> tuple[Verdict, ...]:
        key = (person_id, facility_id, day)
        if key not in self._known:
            self._known[key] = counting_verdicts(
                self._people[person_id],
                facility_id=facility_id,
                day=day,
                district=district,
                law=self._law,
            )
        return self._known[key]

    def counts(self, person_id: int, *, facility_id: int, day: date, district: str) -> bool:
        judged = self.verdicts(person_id, facility_id=facility_id, day=day, district=district)
        return all(one.allows for one in judged)

    def is_away(self, person_id: int, during: Interval) -> bool:
        """Whether somebody is on leave for any part of a stretch."""
        return any(leave.overlaps(during) for leave in self._people[person_id].leaves)


def counting_verdicts(
    person: PersonFacts, *, facility_id: int, day: date, district: str, law: LawBook
) -> tuple[Verdict, ...]:
    """Whether somebody counts toward the ratio in a house on a day: everything that is judged.

    They count when every verdict allows it. Papers are good for whole days, and a session lies
    within one day: what covers the day covers the whole of the session.
    """
    role = _judge_role(person, facility_id, day, district, law)
    qualification = judge(
        law.limit(LimitKey.STAFF_QUALIFICATION_REQUIRED, jurisdiction=district, care_on=day),
        sum(1 for paper in _certificates(person) if paper.covers(day)),
        rule=LimitKey.STAFF_QUALIFICATION_REQUIRED,
        on=day,
        remedy=remedy(Remedy.NO_QUALIFICATION, person=person.name, day=day),
        subject=person.public_id,
    )
    health = judge(
        law.limit(LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED, jurisdiction=district, care_on=day),
        sum(1 for paper in person.health_certificates if paper.covers(day)),
        rule=LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED,
        on=day,
        remedy=remedy(Remedy.NO_HEALTH_CERTIFICATE, person=person.name, day=day),
        subject=person.public_id,
    )
    return (
        role,
        qualification,
        health,
        *hiring_verdicts(person, day=day, district=district, law=law),
    )


def hiring_verdicts(
    person: PersonFacts, *, day: date, district: str, law: LawBook
) -> tuple[Verdict, ...]:
    """Whether somebody may work in any house on a day, whatever they do there.

    金教〔2023〕29号 三 第6段; 未成年人保护法 第六十二条.
    """
    ban = judge(
        law.limit(LimitKey.STAFF_BAN, jurisdiction=district, care_on=day),
        _prohibitions(person, day),
        rule=LimitKey.STAFF_BAN,
        on=day,
        remedy=remedy(Remedy.BANNED, person=person.name),
        subject=person.public_id,
    )
    months = law.limit(LimitKey.RECORD_CHECK_VALID_MONTHS, jurisdiction=district, care_on=day)
    channels = judge(
        law.limit(LimitKey.STAFF_RECORD_CHECKS_REQUIRED, jurisdiction=district, care_on=day),
        len(_channels_in_force(person, day, months)),
        rule=LimitKey.STAFF_RECORD_CHECKS_REQUIRED,
        on=day,
        remedy=remedy(Remedy.RECORD_CHECKS_MISSING, person=person.name, day=day),
        subject=person.public_id,
    )
    age = judge(
        months,
        _month_since_last_check(person, day),
        rule=LimitKey.RECORD_CHECK_VALID_MONTHS,
        on=day,
        remedy=remedy(Remedy.RECORD_CHECK_OLD, person=person.name, day=day),
        subject=person.public_id,
    )
    return ban, channels, age


def record_check_valid_through(checked_on: date, months: Limit | None) -> date | None:
    """The last day on which a query is good; None: no rule says when it ends."""
    if months is None or months.value is None:
        return None
    return months_later(checked_on, months.number) - timedelta(days=1)


def _judge_role(
    person: PersonFacts, facility_id: int, day: date, district: str, law: LawBook
) -> Verdict:
    return judge(
        law.limit(LimitKey.COUNTED_ROLE_REQUIRED, jurisdiction=district, care_on=day),
        int(StaffRole.CAREGIVER in person.roles_in(facility_id, day)),
        rule=LimitKey.COUNTED_ROLE_REQUIRED,
        on=day,
        remedy=remedy(Remedy.NOT_A_CAREGIVER, person=person.name, day=day),
        subject=person.public_id,
    )


def _certificates(person: PersonFacts) -> Iterable[PaperFacts]:
    return (one for one in person.qualifications if QualificationKind(one.kind).is_for_childcare)


def _prohibitions(person: PersonFacts, day: date) -> int:
    hits = sum(1 for one in person.record_checks if _is_hit(one, day))
    return hits + int(person.banned_on is not None and person.banned_on <= day)


def _is_hit(check: CheckFacts, day: date) -> bool:
    return check.result is CheckResult.HIT and check.checked_on <= day


def _channels_in_force(person: PersonFacts, day: date, months: Limit | None) -> set[CheckChannel]:
    return {
        check.channel
        for check in person.record_checks
        if check.result is CheckResult.CLEAR and _is_in_force(check, day, months)
    }


def _is_in_force(check: CheckFacts, day: date, months: Limit | None) -> bool:
    through = record_check_valid_through(check.checked_on, months)
    return check.checked_on <= day and (through is None or day <= through)


def _month_since_last_check(person: PersonFacts, day: date) -> int | None:
    """In which month since the last query the day lies; None: there never was one."""
    done = [check.checked_on for check in person.record_checks if check.checked_on <= day]
    return age_in_months(max(done), day) + 1 if done else None
