"""The page on which anybody reads the rules in force."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from regulations import selectors, services
from regulations.keys import LimitKey
from regulations.messages import LABELS
from regulations.types import Basis, RuleRow, Standing
from tests.regulations.conftest import NOW
from tests.regulations.factories import a_new_limit

pytestmark = pytest.mark.usefixtures("law")
TODAY = date(2026, 11, 22)


def page(client: Client, status: int = 200, **question: str) -> str:
    answer = client.get(reverse("regulations:in_force"), question)
    assert answer.status_code == status
    text = answer.content.decode()
    assert "UNDEFINED VARIABLE" not in text
    return text


def row(jurisdiction: str, key: str, kind: str = "宝宝屋", on: date = TODAY) -> RuleRow:
    rows = selectors.rules_in_force(jurisdiction, on)
    return next(r for r in rows if (r.key, r.applies_to) == (key, kind))


def test_a_passer_by_reads_the_rules_of_jinshan_with_source_and_quote(client: Client) -> None:
    text = page(client, district="310116", on="2026-11-22")

    assert "每名从业人员照护的孩子（师幼比）" in text
    assert "不超过 5 名幼儿/名从业人员" in text
    assert "原则上" in text
    assert "“宝宝屋”从业人员与幼儿人数比例原则上不低于 1：5" in text
    assert "金教〔2023〕29号" in text
    assert "只供比较" not in text


def test_the_page_opens_without_a_question(client: Client) -> None:
    assert "每个孩子每年的免费照护" in page(client)


def test_binjiang_comes_with_a_banner_that_it_never_applies(client: Client) -> None:
    text = page(client, district="330108")

    assert "杭州市滨江区不属于上海：以下内容只供比较，在上海从不适用。" in text
    assert "征求意见稿，只作比较" in text
    assert "照护日前7天" not in text


@pytest.mark.parametrize("question", [{"on": "2026-13-45"}, {"district": "110101"}])
def test_a_question_that_cannot_be_read_is_said_and_the_page_still_helps(
    client: Client, question: dict[str, str]
) -> None:
    text = page(client, status=400, **question)

    assert "field-fault" in text
    assert "每个孩子每年的免费照护" in text


def test_a_day_before_all_rules_says_that_there_were_none(client: Client) -> None:
    assert "没有任何规定" in page(client, district="310116", on="2015-01-01")


def test_the_page_takes_few_queries_however_many_rules(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page(client)
    with django_assert_max_num_queries(5):
        page(client)


@pytest.mark.parametrize(
    ("jurisdiction", "key", "kind", "amount", "strength", "basis", "standing"),
    [
        (
            "310116",
            "class_size_max",
            "宝宝屋",
            "不超过 20 人",
            "硬性",
            Basis.BY_LETTER,
            Standing.IN_FORCE,
        ),
        (
            "310116",
            "area_m2_per_head",
            "宝宝屋",
            "不少于 3 平方米/人",
            "硬性",
            Basis.BY_LETTER,
            Standing.IN_FORCE,
        ),
        (
            "310116",
            "field_visits_per_facility_year",
            "托育机构",
            "不少于 2 次/年",
            "硬性",
            Basis.BY_LETTER,
            Standing.PERIOD_OVER,
        ),
        (
            "310116",
            "field_visits_per_facility_year",
            "宝宝屋",
            "不少于 2 次/年",
            "硬性",
            Basis.BY_EXTENSION,
            Standing.PERIOD_OVER,
        ),
        (
            "310106",
            "field_visits_per_facility_year",
            "宝宝屋",
            "不少于 1 次/年",
            "硬性",
            Basis.BY_EXTENSION,
            Standing.PERIOD_OVER,
        ),
        (
            "330108",
            "field_visits_per_facility_year",
            "托育机构",
            "没有写次数",
            "硬性",
            Basis.BY_LETTER,
            Standing.DRAFT,
        ),
        (
            "310116",
            "sessions_per_day_max",
            "宝宝屋",
            "不超过 4 个时段",
            "原则上",
            Basis.PRODUCT_DECISION,
            Standing.IN_FORCE,
        ),
        (
            "310106",
            "sessions_per_day_max",
            "宝宝屋",
            "不超过 4 个时段",
            "原则上",
            Basis.PRODUCT_DECISION,
            Standing.IN_FORCE,
        ),
        (
            "310000",
            "places_per_1000",
            "区和街镇",
            "不少于 4.5 个/千人",
            "硬性",
            Basis.BY_LETTER,
            Standing.IN_FORCE,
        ),
        (
            "310116",
            "record_check_valid_months",
            "宝宝屋",
            "不超过 12 个月",
            "硬性",
            Basis.BY_LETTER,
            Standing.IN_FORCE,
        ),
    ],
)
def test_a_row_says_how_much_how_strongly_and_on_what_basis(
    jurisdiction: str,
    key: str,
    kind: str,
    amount: str,
    strength: str,
    basis: Basis,
    standing: Standing,
) -> None:
    found = row(jurisdiction, key, kind)

    assert (found.amount, found.strength, found.basis, found.standing) == (
        amount,
        strength,
        basis,
        standing,
    )


def test_while_the_plan_ran_it_was_in_force() -> None:
    assert row("310116", "training_skill_hours", on=date(2023, 12, 31)).standing == "in_force"
    assert row("310116", "training_skill_hours", on=date(2024, 1, 1)).standing == "period_over"


def test_a_row_shows_what_other_places_state_of_the_same() -> None:
    elsewhere = row("310116", "field_visits_per_facility_year", "托育机构").elsewhere

    assert [(other.place, other.amount) for other in elsewhere] == [
        ("上海市静安区", "不少于 1 次/年"),
        ("杭州市滨江区", "没有写次数"),
    ]


def test_a_replaced_rule_is_marked_so_beside_its_successor(client: Client) -> None:
    old = next(
        limit.id
        for limit in selectors.law_book().limits
        if (limit.key, limit.jurisdiction) == ("cctv_retention_days", "310116")
    )
    draft = services.submit(
        limit=a_new_limit(jurisdiction="310116", valid_from=date(2026, 6, 1)), actor_id=1, now=NOW
    )
    services.supersede(limit_id=old, by_id=draft, actor_id=2, now=NOW)

    rows = [r for r in selectors.rules_in_force("310116", TODAY) if r.key == "cctv_retention_days"]
    earlier = row("310116", "cctv_retention_days", on=date(2026, 5, 31))
    assert [(r.amount, r.standing) for r in rows] == [
        ("不少于 56 天", Standing.IN_FORCE),
        ("不少于 30 天", Standing.REPLACED),
    ]
    assert (earlier.amount, earlier.standing) == ("不少于 30 天", Standing.IN_FORCE)
    assert "已被后来的规定替换" in page(client, district="310116", on="2026-11-22")


def test_what_nobody_rules_is_named_too() -> None:
    jingan = selectors.rules_page("310106", TODAY)

    assert LABELS[LimitKey.CHILDREN_PER_STAFF] in jingan.without_rule
    assert LABELS[LimitKey.SESSIONS_PER_DAY_MAX] not in jingan.without_rule


def test_our_answers_that_are_no_number_are_shown_as_ours(client: Client) -> None:
    text = page(client, district="310106")

    assert "按照护当天所在的自然年计" in text
    assert "文件没有写，平台先这样定" in text
