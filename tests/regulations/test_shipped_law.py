"""What the data files say, against the documents and against the table they were read from."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from guide.datafiles import read as read_guide
from inspections.datafiles import read as read_checklists
from regulations import messages
from regulations.datafiles import LawFiles
from regulations.keys import LimitKey as K
from regulations.rules import LawBook, judge
from regulations.types import AppliesTo, Basis, DocumentStatus, Limit, Outcome, Strength

SEEDS = Path(settings.BASE_DIR).parent / "shared" / "seeds"
TODAY = date(2026, 11, 22)
JINSHAN, JINGAN, SHANGHAI, BINJIANG = "310116", "310106", "310000", "330108"
HOUSE, INSTITUTION, DISTRICT, TODDLERS = (
    AppliesTo.BABY_HOUSE,
    AppliesTo.CHILDCARE_INSTITUTION,
    AppliesTo.DISTRICT,
    AppliesTo.TODDLER_CLASS,
)


def own(book: LawBook, code: str, key: K, applies_to: AppliesTo = HOUSE) -> Limit | None:
    stated = book.stated_by(code, key, applies_to, until=TODAY)
    return stated[0] if stated else None


def value(book: LawBook, code: str, key: K, applies_to: AppliesTo = HOUSE) -> Decimal | None:
    limit = own(book, code, key, applies_to)
    return limit.value if limit else None


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the documents are not beside this repository")
def test_every_quote_stands_word_for_word_in_its_document(files: LawFiles) -> None:
    sources = {
        document.code: _bare((SEEDS / document.source_file).read_text(encoding="utf-8"))
        for document in files.documents
        if document.source_file
    }
    quoted = [clause for clause in files.clauses if clause.document in sources]

    assert len(sources) == 5
    assert len(quoted) > 50
    assert [c.code for c in quoted if _bare(c.quote) not in sources[c.document]] == []


def test_no_quote_is_longer_than_the_operative_words(files: LawFiles) -> None:
    assert [c.code for c in files.clauses if not 0 < len(c.quote) <= 60] == []


def test_every_key_of_every_jurisdiction_has_a_row_or_is_said_to_be_unstated(
    files: LawFiles,
) -> None:
    for code in (JINSHAN, JINGAN, SHANGHAI, BINJIANG):
        stated = {entry.limit.key for entry in files.limits if entry.limit.jurisdiction == code}
        unstated = files.none_stated[code]

        assert stated.isdisjoint(unstated), code
        assert stated.union(unstated) == set(K), code


def test_every_key_is_stated_somewhere(files: LawFiles) -> None:
    assert {entry.limit.key for entry in files.limits} == set(K)


def test_every_clause_of_a_document_is_used(files: LawFiles) -> None:
    limits = {entry.limit.clause for entry in files.limits}
    asked = {item.clause for checklist in read_checklists() for item in checklist.items}
    answered = {code for one in read_guide().questions for code in one.text.clauses}
    used = limits | asked | answered

    assert [c.code for c in files.clauses if c.code not in used and c.document != "product"] == []


def test_limits_are_entered_and_approved_by_two_different_roles(files: LawFiles) -> None:
    assert all(e.entered_by and e.approved_by for e in files.limits)
    assert all(e.entered_by != e.approved_by for e in files.limits)


# Table 1.7: key, kind of place, 金山, 静安, 滨江, 上海.
TABLE: list[tuple[K, AppliesTo, Any, Any, Any, Any]] = [
    (K.FREE_SESSIONS_PER_CHILD_YEAR, HOUSE, 12, None, None, None),
    (K.FREE_SESSION_MINUTES, HOUSE, 60, None, None, None),
    (K.CHILD_AGE_MONTHS_MIN, HOUSE, 12, None, None, None),
    (K.CHILD_AGE_MONTHS_MAX, HOUSE, 36, None, None, None),
    (K.CHILD_AGE_MONTHS_MIN, DISTRICT, None, 0, None, None),
    (K.CHILD_AGE_MONTHS_MAX, DISTRICT, None, 36, None, 36),
    (K.CHILD_AGE_MONTHS_MAX, INSTITUTION, None, None, 36, None),
    (K.CHILDREN_PER_STAFF, HOUSE, 5, None, None, None),
    (K.CLASS_SIZE_MAX, HOUSE, 20, None, None, None),
    (K.AREA_M2_PER_HEAD, HOUSE, 3, None, None, None),
    (K.CCTV_RETENTION_DAYS, HOUSE, 30, None, None, None),
    (K.TRAINING_SKILL_HOURS, INSTITUTION, 72, 72, None, None),
    (K.TRAINING_ETHICS_HOURS, INSTITUTION, 40, 40, None, None),
    (K.CERTIFIED_STAFF_PERCENT, INSTITUTION, 100, 100, 90, None),
    (K.RANDOM_CHECKS_PER_MONTH, INSTITUTION, 1, 1, None, None),
    (K.FIELD_VISITS_PER_FACILITY_YEAR, INSTITUTION, 2, 1, None, None),
    (K.SITE_SUPPLY_PERCENT, DISTRICT, 15, None, None, None),
    (K.SUBDISTRICT_COVERAGE_PERCENT, DISTRICT, 85, None, None, None),
    (K.SUBDISTRICT_COVERAGE_PERCENT, INSTITUTION, 100, None, None, None),
    (K.INCLUSIVE_COVERAGE_PERCENT, DISTRICT, None, 100, None, None),
    (K.COMMUNITY_COVERAGE_PERCENT, DISTRICT, None, None, 100, None),
    (K.INCLUSIVE_SHARE_PERCENT, DISTRICT, 85, None, None, None),
    (K.PLACES_PER_1000, DISTRICT, None, None, None, Decimal("4.5")),
    (K.PLACES_PER_1000_NEW_AREAS, DISTRICT, None, None, 9, None),
    (K.PLACES_PER_1000_BUILT_AREAS, DISTRICT, None, None, 6, None),
    (K.GUIDANCE_PER_FAMILY_YEAR, DISTRICT, 10, None, None, None),
    (K.GUIDANCE_OFFLINE_PER_FAMILY_YEAR, DISTRICT, 6, 6, None, None),
    (K.ONLINE_GUIDANCE_COVERAGE_PERCENT, DISTRICT, 98, 100, None, None),
    (K.NEWBORN_HOME_VISITS, DISTRICT, 1, 1, None, None),
    (K.DISTRICT_GUIDANCE_EVENTS_YEAR, DISTRICT, 1, 1, None, None),
    (K.KINDERGARTEN_TODDLER_CLASS_PERCENT, TODDLERS, 50, 55, None, None),
    (K.COMMUNITY_DOCTOR_VISITS_MONTH, INSTITUTION, 1, None, None, None),
    (K.PUBLIC_NOTICE_WORKDAYS, DISTRICT, None, None, None, 5),
    (K.DEMO_CITY_NATIONAL_PERCENT, DISTRICT, None, None, None, 10),
    (K.DEMO_CITY_QUOTA_PERCENT, DISTRICT, None, None, None, 40),
    (K.SUBSIDY_PERCENT, INSTITUTION, None, None, 20, None),
]


@pytest.mark.parametrize(("key", "kind", "jinshan", "jingan", "binjiang", "shanghai"), TABLE)
def test_the_numbers_are_those_of_the_table(
    book: LawBook, key: K, kind: AppliesTo, jinshan: Any, jingan: Any, binjiang: Any, shanghai: Any
) -> None:
    stated = [value(book, code, key, kind) for code in (JINSHAN, JINGAN, BINJIANG, SHANGHAI)]

    assert stated == [jinshan, jingan, binjiang, shanghai]


@pytest.mark.parametrize(
    ("key", "decided"),
    [
        (K.BOOKING_OPENS_DAYS_AHEAD, 7),
        (K.BOOKING_OPENS_AT_HOUR, 9),
        (K.BOOKING_CLOSES_MINUTES_BEFORE, 30),
        (K.LIVE_BOOKINGS_PER_CHILD_MAX, 6),
        (K.CONSECUTIVE_SESSIONS_MAX, 3),
        (K.SESSIONS_PER_DAY_MAX, 4),
        (K.ONE_PLACE_AT_A_TIME, 1),
        (K.SESSION_IS_OPEN, 1),
        (K.FREE_CANCEL_MINUTES_BEFORE, 120),
        (K.LATE_CANCEL_REFUND_PERCENT, 0),
        (K.WALKING_MINUTES_FOR_ALTERNATIVES, 15),
        (K.CHILD_HEALTH_CHECK_VALID_MONTHS, 12),
        (K.GUARDIAN_MAY_BOOK, 1),
        (K.LESSON_MINUTES, 45),
    ],
)
@pytest.mark.parametrize("district", [JINSHAN, JINGAN])
def test_our_own_decisions_reach_every_district_and_are_labeled_so(
    book: LawBook, key: K, decided: int, district: str
) -> None:
    limit = book.limit(key, jurisdiction=district, care_on=TODAY)

    assert limit is not None
    assert limit.number == decided
    assert limit.basis is Basis.PRODUCT_DECISION
    assert limit.clause.document == "产品约定"
    assert limit.clause.number == ""


@pytest.mark.parametrize("key", [K.CONSECUTIVE_SESSIONS_MAX, K.SESSIONS_PER_DAY_MAX])
def test_the_guard_against_full_days_cites_its_reason_and_binds_in_principle(
    book: LawBook, key: K
) -> None:
    limit = book.limit(key, jurisdiction=JINSHAN, care_on=TODAY)

    assert limit is not None
    assert limit.strength is Strength.PRINCIPLE
    assert "原则上不提供全日照护" in limit.clause.quote
    assert "金教〔2023〕29号" in limit.note


def test_one_to_five_binds_in_principle_by_the_letter(book: LawBook) -> None:
    limit = book.limit(K.CHILDREN_PER_STAFF, jurisdiction=JINSHAN, care_on=TODAY)

    assert limit is not None
    assert limit.strength is Strength.PRINCIPLE
    assert limit.basis is Basis.BY_LETTER
    assert judge(limit, 6, on=TODAY).wording == "不符合原则要求"


@pytest.mark.parametrize(
    "key",
    [
        K.TRAINING_SKILL_HOURS,
        K.TRAINING_ETHICS_HOURS,
        K.CERTIFIED_STAFF_PERCENT,
        K.RANDOM_CHECKS_PER_MONTH,
        K.FIELD_VISITS_PER_FACILITY_YEAR,
    ],
)
@pytest.mark.parametrize("district", [JINSHAN, JINGAN])
def test_what_was_written_for_institutions_reaches_a_baby_house_only_by_extension(
    book: LawBook, key: K, district: str
) -> None:
    letter, extended = (own(book, district, key, kind) for kind in (INSTITUTION, HOUSE))

    assert letter is not None
    assert extended is not None
    assert letter.by_letter
    assert not extended.by_letter
    assert (letter.value, letter.clause) == (extended.value, extended.clause)


@pytest.mark.parametrize("district", [JINSHAN, JINGAN])
def test_the_plans_that_ended_in_2023_never_make_a_violation_today(
    book: LawBook, district: str
) -> None:
    limit = book.limit(K.TRAINING_SKILL_HOURS, jurisdiction=district, care_on=TODAY)

    assert limit is not None
    assert limit.valid_through == date(2023, 12, 31)
    assert judge(limit, 0, on=TODAY).wording == "未达延续标准"
    assert judge(limit, 0, on=date(2023, 12, 31)).wording == "违反"


def test_the_implementation_plan_of_jinshan_has_no_end_on_its_face(files: LawFiles) -> None:
    of_000 = [entry.limit for entry in files.limits if entry.limit.clause.startswith("000-")]

    assert len(of_000) > 15
    assert {limit.valid_from for limit in of_000} == {date(2023, 8, 21)}
    assert {limit.valid_through for limit in of_000} == {None}


def test_the_two_85_percent_count_different_things(book: LawBook) -> None:
    covered = own(book, JINSHAN, K.SUBDISTRICT_COVERAGE_PERCENT, DISTRICT)
    inclusive = own(book, JINSHAN, K.INCLUSIVE_SHARE_PERCENT, DISTRICT)

    assert covered is not None
    assert inclusive is not None
    assert covered.value == inclusive.value == 85
    assert (covered.clause.number, inclusive.clause.number) == (
        "金教〔2023〕29号",
        "金府办发〔2021〕16号",
    )
    assert "街镇“宝宝屋”覆盖率" in covered.clause.quote
    assert "普惠性托育机构" in inclusive.clause.quote


def test_two_visits_in_jinshan_one_in_jingan_none_stated_in_binjiang(book: LawBook) -> None:
    key, on = K.FIELD_VISITS_PER_FACILITY_YEAR, date(2023, 6, 1)
    visited_once = {
        code: judge(
            book.limit(key, jurisdiction=code, care_on=on, applies_to=INSTITUTION), 1, on=on
        ).outcome
        for code in (JINSHAN, JINGAN, BINJIANG)
    }

    assert visited_once == {
        JINSHAN: Outcome.FAILS,
        JINGAN: Outcome.PASSES,
        BINJIANG: Outcome.NO_RULE,
    }


def test_binjiang_is_a_draft_that_judges_nobody(book: LawBook, files: LawFiles) -> None:
    document = next(document for document in files.documents if document.code == "004")
    limits = [limit for limit in book.limits if limit.jurisdiction == BINJIANG]

    assert document.status is DocumentStatus.DRAFT
    assert len(limits) > 10
    assert all(limit.is_draft for limit in limits)
    assert {judge(limit, 0, on=TODAY).outcome for limit in limits} == {Outcome.NO_RULE}


@pytest.mark.parametrize("code", [JINSHAN, JINGAN, SHANGHAI, "310115"])
def test_binjiang_is_never_reached_from_shanghai(book: LawBook, code: str) -> None:
    found = [
        book.limit(key, jurisdiction=code, care_on=TODAY, applies_to=kind)
        for key in K
        for kind in AppliesTo
    ]
    reached = {limit.jurisdiction for limit in found if limit}

    assert SHANGHAI in reached
    assert reached <= {code, SHANGHAI, "100000"}


def test_the_regulator_is_a_role_that_each_place_names(book: LawBook) -> None:
    names = {
        code: limit.words
        for code in (JINSHAN, JINGAN, BINJIANG, SHANGHAI)
        for kind in (HOUSE, INSTITUTION)
        if (limit := own(book, code, K.LEAD_REGULATOR, kind))
    }

    assert names == {
        JINSHAN: "区教育局",
        JINGAN: "区教育局",
        BINJIANG: "区社发局",
        SHANGHAI: "市教委",
    }


@pytest.mark.parametrize(
    ("key", "title", "article"),
    [
        (K.RECORD_CHECK_VALID_MONTHS, "中华人民共和国未成年人保护法", "第六十二条"),
        (K.GUARDIAN_CONSENT_REQUIRED, "中华人民共和国个人信息保护法", "第三十一条"),
        (K.SUSPECTED_HARM_REPORT_REQUIRED, "中华人民共和国未成年人保护法", "第十一条"),
        (K.DATA_BREACH_NOTICE_REQUIRED, "中华人民共和国个人信息保护法", "第五十七条"),
        (K.CYBER_INCIDENT_REPORT_HOURS, "国家网络安全事件报告管理办法", "第四条"),
    ],
)
@pytest.mark.parametrize("district", [JINSHAN, JINGAN])
def test_national_law_reaches_every_district(
    book: LawBook, key: K, title: str, article: str, district: str
) -> None:
    limit = book.limit(key, jurisdiction=district, care_on=TODAY)

    assert limit is not None
    assert limit.clause.document == title
    assert limit.clause.article.startswith(article)
    assert limit.basis is Basis.BY_LETTER


@pytest.mark.parametrize(("running_month", "outcome"), [(36, Outcome.PASSES), (37, Outcome.FAILS)])
def test_the_third_birthday_is_the_first_day_too_old(
    book: LawBook, running_month: int, outcome: Outcome
) -> None:
    limit = book.limit(K.CHILD_AGE_MONTHS_MAX, jurisdiction=JINSHAN, care_on=TODAY)

    assert judge(limit, running_month, on=TODAY).outcome is outcome


def test_every_key_has_a_label_and_one_topic() -> None:
    assert set(messages.LABELS) == set(K)
    assert sum(len(labels) for labels in messages.TOPICS.values()) == len(K)
    assert len(set(messages.LABELS.values())) == len(K)
