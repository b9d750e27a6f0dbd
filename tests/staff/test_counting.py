"""Who counts toward 1:5, and why not."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from common.intervals import Interval
from regulations.keys import LimitKey
from regulations.selectors import law_book
from staff import rules
from staff.types import (
    CheckChannel,
    CheckFacts,
    CheckResult,
    EmploymentBasis,
    EmploymentFacts,
    PaperFacts,
    PersonFacts,
    StaffRole,
)

HOUSE, OTHER_HOUSE = 7, 8
DAY = date(2026, 11, 24)
pytestmark = pytest.mark.usefixtures("law")


def engaged(role=StaffRole.CAREGIVER, *, house=HOUSE, starts_on=date(2026, 1, 1), through=None):
    return EmploymentFacts(house, role, EmploymentBasis.EMPLOYED, starts_on, through)


def certificate(kind="infant_carer", *, valid_from=date(2026, 1, 1), valid_through=None):
    return PaperFacts(kind, valid_from, valid_through)


def checked(channel, on=date(2026, 1, 5), result=CheckResult.CLEAR):
    return CheckFacts(channel, result, on)


IN_ORDER = PersonFacts(
    id=1,
    public_id="p",
    name="王芳",
    employments=(engaged(),),
    qualifications=(certificate(),),
    health_certificates=(certificate("health_certificate", valid_through=date(2027, 1, 4)),),
    record_checks=(checked(CheckChannel.PUBLIC_SECURITY), checked(CheckChannel.PROCURATORATE)),
)


def failures(person, day=DAY, district="310116", house=HOUSE):
    judged = rules.counting_verdicts(
        person, facility_id=house, day=day, district=district, law=law_book()
    )
    return [verdict.rule for verdict in judged if not verdict.allows]


def test_who_has_every_paper_counts():
    assert failures(IN_ORDER) == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"employments": ()}, [LimitKey.COUNTED_ROLE_REQUIRED]),
        ({"employments": (engaged(StaffRole.VOLUNTEER),)}, [LimitKey.COUNTED_ROLE_REQUIRED]),
        ({"employments": (engaged(StaffRole.GUARD),)}, [LimitKey.COUNTED_ROLE_REQUIRED]),
        ({"employments": (engaged(house=OTHER_HOUSE),)}, [LimitKey.COUNTED_ROLE_REQUIRED]),
        (
            {"employments": (engaged(through=date(2026, 11, 23)),)},
            [LimitKey.COUNTED_ROLE_REQUIRED],
        ),
        ({"qualifications": ()}, [LimitKey.STAFF_QUALIFICATION_REQUIRED]),
        (
            {"qualifications": (certificate("first_aid"), certificate("annual_training"))},
            [LimitKey.STAFF_QUALIFICATION_REQUIRED],
        ),
        (
            {"qualifications": (certificate(valid_from=date(2026, 11, 25)),)},
            [LimitKey.STAFF_QUALIFICATION_REQUIRED],
        ),
        ({"health_certificates": ()}, [LimitKey.STAFF_HEALTH_CERTIFICATE_REQUIRED]),
        (
            {"record_checks": (checked(CheckChannel.PROCURATORATE),)},
            [LimitKey.STAFF_RECORD_CHECKS_REQUIRED],
        ),
        (
            {"record_checks": ()},
            [LimitKey.STAFF_RECORD_CHECKS_REQUIRED, LimitKey.RECORD_CHECK_VALID_MONTHS],
        ),
        ({"banned_on": DAY}, [LimitKey.STAFF_BAN]),
    ],
)
def test_what_is_missing_is_named(change, missing):
    assert failures(replace(IN_ORDER, **change)) == missing


def test_a_hit_is_for_life_whatever_came_after():
    hit = checked(CheckChannel.PROCURATORATE, date(2020, 1, 1), CheckResult.HIT)
    person = replace(IN_ORDER, record_checks=(hit, *IN_ORDER.record_checks))

    assert failures(person) == [LimitKey.STAFF_BAN]
    assert failures(person, date(2019, 12, 31))[-2:] != [LimitKey.STAFF_BAN]


@pytest.mark.parametrize(("day", "counts"), [(date(2026, 3, 2), True), (date(2026, 3, 3), False)])
def test_a_certificate_is_good_through_its_last_day(day, counts):
    person = replace(IN_ORDER, qualifications=(certificate(valid_through=date(2026, 3, 2)),))

    assert (failures(person, day) == []) is counts


@pytest.mark.parametrize(("day", "counts"), [(date(2027, 1, 4), True), (date(2027, 1, 5), False)])
def test_record_checks_are_good_for_a_year(day, counts):
    assert (failures(IN_ORDER, day) == []) is counts


def test_jingan_asks_for_no_certificate_but_the_nation_asks_for_the_yearly_check():
    bare = replace(IN_ORDER, qualifications=(), health_certificates=(), record_checks=())

    assert failures(bare, district="310106") == [LimitKey.RECORD_CHECK_VALID_MONTHS]


def test_a_refusal_says_who_when_and_what_to_do():
    judged = rules.counting_verdicts(
        replace(IN_ORDER, qualifications=()),
        facility_id=HOUSE,
        day=DAY,
        district="310116",
        law=law_book(),
    )
    verdict = next(one for one in judged if not one.allows)

    assert verdict.remedy.startswith("王芳11月24日周二没有有效的育婴师")
    assert verdict.limit.clause.quote == "持有育婴师、保育师等专业资格证书"


def test_leave_for_any_part_of_the_hour_takes_somebody_away():
    nine, ten, noon = (datetime(2026, 11, 24, hour, tzinfo=UTC) for hour in (1, 2, 4))
    away = replace(IN_ORDER, leaves=(Interval(nine.replace(minute=59), noon),))
    counting = rules.Counting({1: away}, law_book())

    assert counting.is_away(1, Interval(nine, ten))
    assert not counting.is_away(1, Interval(nine.replace(hour=0), nine))
