"""What holds for children and their papers, as tables."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

from common.identity import is_mobile, tidy
from families import rules
from families.types import (
    BirthFault,
    CheckFault,
    ChildFacts,
    ConsentPurpose,
    GuardianRight,
    NeedKind,
    ReviewState,
)
from regulations.datafiles import limits_of, read
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import Limit

TODAY = date(2026, 11, 22)
FULL, BOOK, READ = GuardianRight.FULL, GuardianRight.BOOK, GuardianRight.READ


@cache
def the_law() -> LawBook:
    return LawBook(limits_of(read()))


def the_limit(key: LimitKey) -> Limit | None:
    return the_law().limit(key, jurisdiction="310116", care_on=TODAY)


def a_child(**changes) -> ChildFacts:
    child = ChildFacts(
        id=1,
        public_id="c1",
        name="王小满",
        born_on=date(2024, 9, 1),
        district="310116",
        subdistrict="310116001",
        may_book=True,
        agreement_signed=True,
        health_check_through=date(2027, 5, 1),
        health_check_state=ReviewState.ACCEPTED,
        history_declared=True,
        consents_missing=(),
    )
    return replace(child, **changes)


@pytest.mark.parametrize(
    ("held", "reached"), [(FULL, {FULL, BOOK, READ}), (BOOK, {BOOK, READ}), (READ, {READ})]
)
def test_a_right_includes_the_smaller_ones(held, reached):
    assert {needed for needed in GuardianRight if rules.reaches(held, needed)} == reached


@pytest.mark.parametrize(
    ("phone", "is_one"),
    [
        ("13800000001", True),
        ("19912345678", True),
        ("12800000001", False),
        ("1380000000", False),
        ("138000000011", False),
        ("+8613800000001", False),
        ("１３８０００００００１", False),
    ],
)
def test_only_a_mainland_mobile_number_is_one(phone, is_one):
    assert is_mobile(phone) is is_one


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  王 小满 ", "王 小满"),
        ("王\u202e小满\u200b", "王小满"),
        ("王\x00小\n满", "王小 满"),
        ("阿依古丽·买买提", "阿依古丽·买买提"),
        (" \u3000\t", ""),
    ],
)
def test_a_name_is_kept_without_what_cannot_be_seen(typed, kept):
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("born_on", "fault"),
    [
        (TODAY + timedelta(days=1), BirthFault.IN_FUTURE),
        (TODAY, None),
        (date(2023, 11, 23), None),  # the day before the third birthday
        (date(2023, 11, 22), BirthFault.TOO_OLD),  # the third birthday
        (date(1990, 1, 1), BirthFault.TOO_OLD),
    ],
)
def test_a_child_is_registered_from_birth_until_the_third_birthday(born_on, fault):
    oldest = the_limit(LimitKey.CHILD_AGE_MONTHS_MAX)

    assert rules.birth_fault(born_on, today=TODAY, oldest=oldest) == fault


def test_without_a_rule_on_age_nobody_is_too_old():
    assert rules.birth_fault(date(1990, 1, 1), today=TODAY, oldest=None) is None


@pytest.mark.parametrize(
    ("examined_on", "through"),
    [
        (date(2026, 1, 15), date(2027, 1, 15)),
        (date(2024, 2, 29), date(2025, 3, 1)),
        (date(2025, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_health_check_counts_until_the_corresponding_day(examined_on, through):
    months = the_limit(LimitKey.CHILD_HEALTH_CHECK_VALID_MONTHS)

    assert rules.valid_through(examined_on, valid_months=months) == through


@pytest.mark.parametrize(
    ("examined_on", "fault"),
    [
        (TODAY, None),
        (TODAY + timedelta(days=1), CheckFault.IN_FUTURE),
        (date(2025, 11, 22), None),  # valid through today
        (date(2025, 11, 21), CheckFault.EXPIRED),
        (date(2025, 8, 31), CheckFault.BEFORE_BIRTH),
    ],
)
def test_an_examination_counts_from_birth_until_today_while_it_is_valid(examined_on, fault):
    months = the_limit(LimitKey.CHILD_HEALTH_CHECK_VALID_MONTHS)

    found = rules.health_check_fault(
        examined_on, born_on=date(2025, 9, 1), today=TODAY, valid_months=months
    )

    assert found == fault


def test_without_a_rule_on_validity_no_health_check_is_taken():
    fault = rules.health_check_fault(TODAY, born_on=TODAY, today=TODAY, valid_months=None)

    assert fault is CheckFault.NO_RULE


SOON = TODAY + rules.REMIND_BEFORE
YESTERDAY = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("through", "state", "kind", "blocks"),
    [
        (None, None, NeedKind.HEALTH_CHECK_MISSING, True),
        (None, ReviewState.SUBMITTED, NeedKind.HEALTH_CHECK_WAITING, True),
        (None, ReviewState.REJECTED, NeedKind.HEALTH_CHECK_REJECTED, True),
        (YESTERDAY, ReviewState.ACCEPTED, NeedKind.HEALTH_CHECK_EXPIRED, True),
        (YESTERDAY, ReviewState.SUBMITTED, NeedKind.HEALTH_CHECK_WAITING, True),
        (YESTERDAY, ReviewState.REJECTED, NeedKind.HEALTH_CHECK_REJECTED, True),
        (TODAY, ReviewState.ACCEPTED, NeedKind.HEALTH_CHECK_EXPIRING, False),
        (SOON - timedelta(days=1), ReviewState.ACCEPTED, NeedKind.HEALTH_CHECK_EXPIRING, False),
        (SOON - timedelta(days=1), ReviewState.SUBMITTED, NeedKind.HEALTH_CHECK_WAITING, False),
        (SOON - timedelta(days=1), ReviewState.REJECTED, NeedKind.HEALTH_CHECK_REJECTED, False),
        (SOON, ReviewState.ACCEPTED, None, None),
        (SOON, ReviewState.REJECTED, None, None),
    ],
)
def test_what_a_health_check_asks_for(through, state, kind, blocks):
    child = a_child(health_check_through=through, health_check_state=state)

    needs = rules.needs_of(child, law=the_law(), today=TODAY)

    assert [(need.kind, need.blocks) for need in needs] == ([(kind, blocks)] if kind else [])


def test_a_child_with_all_papers_needs_nothing():
    assert rules.needs_of(a_child(), law=the_law(), today=TODAY) == []


def test_a_child_without_papers_needs_all_of_them_each_by_its_clause():
    child = a_child(
        agreement_signed=False,
        history_declared=False,
        health_check_through=None,
        health_check_state=None,
        consents_missing=(ConsentPurpose.CARE, ConsentPurpose.HEALTH),
    )

    needs = rules.needs_of(child, law=the_law(), today=TODAY)

    assert [(need.kind, need.purpose) for need in needs] == [
        (NeedKind.CONSENT, ConsentPurpose.CARE),
        (NeedKind.CONSENT, ConsentPurpose.HEALTH),
        (NeedKind.AGREEMENT, None),
        (NeedKind.HISTORY, None),
        (NeedKind.HEALTH_CHECK_MISSING, None),
    ]
    assert [need.limit.key for need in needs if need.limit] == [
        LimitKey.GUARDIAN_CONSENT_REQUIRED,
        LimitKey.GUARDIAN_CONSENT_REQUIRED,
        LimitKey.SERVICE_AGREEMENT_REQUIRED,
        LimitKey.HEALTH_HISTORY_REQUIRED,
        LimitKey.CHILD_HEALTH_CHECK_REQUIRED,
    ]
    assert all(need.blocks for need in needs)


def test_what_blocks_a_booking_comes_before_what_can_wait():
    child = a_child(health_check_through=TODAY, agreement_signed=False)

    needs = rules.needs_of(child, law=the_law(), today=TODAY)

    assert [need.kind for need in needs] == [NeedKind.AGREEMENT, NeedKind.HEALTH_CHECK_EXPIRING]
    assert needs[1].days == 0


@pytest.mark.parametrize(
    ("left", "ends"), [([], True), ([READ, BOOK], True), ([FULL], False), ([READ, FULL], False)]
)
def test_somebody_with_the_full_right_stays(left, ends):
    assert rules.ends_the_last_full(left) is ends
