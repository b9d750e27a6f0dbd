"""Limits for tests. Everything has a sensible default."""

from datetime import date
from decimal import Decimal
from typing import Any

from regulations.keys import LimitKey
from regulations.types import (
    AppliesTo,
    Clause,
    Comparison,
    GovernedBy,
    Limit,
    NewLimit,
    Strength,
)

CLAUSE = Clause("c", "一个文件", "某发〔2026〕1号", "第一条", "原文")


def a_limit(**changed: Any) -> Limit:
    """A limit of 5 at most in 金山, valid from 2024 on."""
    return Limit(
        **{
            "id": 1,
            "key": LimitKey.CHILDREN_PER_STAFF,
            "value": Decimal(5),
            "unit": "人",
            "comparison": Comparison.AT_MOST,
            "jurisdiction": "310116",
            "applies_to": AppliesTo.BABY_HOUSE,
            "valid_from": date(2024, 1, 1),
            "valid_through": None,
            "governed_by": GovernedBy.CARE,
            "strength": Strength.MANDATORY,
            "by_letter": True,
            "is_product_decision": False,
            "clause": CLAUSE,
            **changed,
        }
    )


def a_new_limit(**changed: Any) -> NewLimit:
    """A limit nobody has stated yet: eight weeks in 静安, from 2027 on."""
    return NewLimit(
        **{
            "key": LimitKey.CCTV_RETENTION_DAYS,
            "value": Decimal(56),
            "unit": "天",
            "comparison": Comparison.AT_LEAST,
            "jurisdiction": "310106",
            "applies_to": AppliesTo.BABY_HOUSE,
            "valid_from": date(2027, 1, 1),
            "clause": "000-3-cctv",
            **changed,
        }
    )
