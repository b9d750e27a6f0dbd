"""The one function that judges, as tables."""

from datetime import date
from decimal import Decimal

import pytest

from regulations.rules import judge
from regulations.types import Comparison, Limit, Outcome, Strength, Verdict
from tests.regulations.factories import a_limit

AT_MOST_5 = a_limit()
AT_LEAST_3 = a_limit(comparison=Comparison.AT_LEAST, value=Decimal("3.00"))
STATED = a_limit(comparison=Comparison.STATED)
WORDS = a_limit(comparison=Comparison.STATED, value=None, words="区教育局")
DRAFT = a_limit(is_draft=True)
OVER = a_limit(valid_through=date(2024, 12, 31))


@pytest.mark.parametrize(
    ("limit", "measured", "outcome"),
    [
        (AT_MOST_5, 4, Outcome.PASSES),
        (AT_MOST_5, 5, Outcome.PASSES),
        (AT_MOST_5, 6, Outcome.FAILS),
        (AT_MOST_5, Decimal("5.01"), Outcome.FAILS),
        (AT_LEAST_3, Decimal("3.00"), Outcome.PASSES),
        (AT_LEAST_3, Decimal("2.99"), Outcome.FAILS),
        (AT_LEAST_3, 0, Outcome.FAILS),
        (AT_LEAST_3, None, Outcome.FAILS),
        (STATED, 100, Outcome.NO_RULE),
        (WORDS, 1, Outcome.NO_RULE),
        (DRAFT, 6, Outcome.NO_RULE),
        (None, 6, Outcome.NO_RULE),
    ],
)
def test_a_measured_value_is_held_against_the_limit(
    limit: Limit | None, measured: Decimal | int | None, outcome: Outcome
) -> None:
    assert judge(limit, measured).outcome is outcome


@pytest.mark.parametrize(
    ("measured", "on", "outcome", "wording"),
    [
        (6, date(2024, 12, 31), Outcome.FAILS, "违反"),
        (6, date(2025, 1, 1), Outcome.LAPSED, "未达延续标准"),
        (5, date(2024, 12, 31), Outcome.PASSES, "符合"),
        (5, date(2025, 1, 1), Outcome.PASSES, "符合延续标准"),
    ],
)
def test_a_period_that_is_over_is_said_and_never_a_violation(
    measured: int, on: date, outcome: Outcome, wording: str
) -> None:
    verdict = judge(OVER, measured, on=on)

    assert (verdict.outcome, verdict.wording) == (outcome, wording)
    assert verdict.period_over == (on.year > 2024)


@pytest.mark.parametrize(
    ("strength", "wording"),
    [
        (Strength.MANDATORY, "违反"),
        (Strength.PRINCIPLE, "不符合原则要求"),
        (Strength.ENCOURAGED, "未达鼓励标准"),
    ],
)
def test_a_failure_is_as_grave_as_the_clause_is_strong(strength: Strength, wording: str) -> None:
    assert judge(a_limit(strength=strength), 6).wording == wording


def test_nothing_stated_reads_no_rule_and_stands_in_nobodys_way() -> None:
    verdict = judge(None, 6, rule="class_size_max")

    assert (verdict.wording, verdict.allows, verdict.rule) == ("无规定", True, "class_size_max")


@pytest.mark.parametrize(
    ("verdict", "allows"),
    [
        (judge(AT_MOST_5, 5), True),
        (judge(AT_MOST_5, 6), False),
        (judge(OVER, 6, on=date(2025, 1, 1)), True),
        (judge(a_limit(strength=Strength.ENCOURAGED), 6), False),
    ],
)
def test_only_a_failure_stands_in_the_way(verdict: Verdict, allows: bool) -> None:
    assert verdict.allows is allows


def test_a_remedy_is_kept_only_where_there_is_something_to_mend() -> None:
    assert judge(AT_MOST_5, 6, remedy="少来一个").remedy == "少来一个"
    assert judge(OVER, 6, on=date(2025, 1, 1), remedy="少来一个").remedy == "少来一个"
    assert judge(AT_MOST_5, 5, remedy="少来一个").remedy == ""
    assert judge(None, 6, remedy="少来一个").remedy == ""


def test_a_verdict_says_everything_the_contract_promises() -> None:
    verdict = judge(
        a_limit(strength=Strength.PRINCIPLE), Decimal("6.50"), remedy="少来一个", arithmetic="13÷2"
    )

    assert verdict.as_dict() == {
        "rule": "children_per_staff",
        "outcome": "fails",
        "wording": "不符合原则要求",
        "strength": "principle",
        "measured": 6.5,
        "limit": 5,
        "unit": "人",
        "clause": "第一条",
        "document": "一个文件",
        "quote": "原文",
        "is_product_decision": False,
        "by_letter": True,
        "period_over": False,
        "arithmetic": "13÷2",
        "remedy": "少来一个",
        "subject": "",
    }


def test_a_verdict_without_a_limit_has_the_same_shape() -> None:
    with_limit, without = judge(AT_MOST_5, 6).as_dict(), judge(None, 6).as_dict()

    assert with_limit.keys() == without.keys()
    assert without["limit"] is None
    assert without["document"] is None


def test_a_limit_without_a_number_has_none_to_give() -> None:
    assert AT_MOST_5.number == 5
    with pytest.raises(ValueError, match="states no number"):
        _ = WORDS.number
