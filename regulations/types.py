"""The words of the law: documents, clauses, limits and verdicts."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from regulations.keys import LimitKey


class Strength(StrEnum):
    """How strongly a clause binds."""

    MANDATORY = "mandatory"  # 硬性
    PRINCIPLE = "principle"  # 原则上
    ENCOURAGED = "encouraged"  # 鼓励


class Comparison(StrEnum):
    """On which side of the limit a measured value must lie."""

    AT_MOST = "at_most"  # 不超过
    AT_LEAST = "at_least"  # 不少于、不低于
    STATED = "stated"  # a number the rules use, which nothing is measured against


class GovernedBy(StrEnum):
    """Which moment decides which row applies."""

    BOOKING = "booking"
    CARE = "care"


class AppliesTo(StrEnum):
    """The kind of place a clause is written for."""

    BABY_HOUSE = "baby_house"  # 宝宝屋
    CHILDCARE_INSTITUTION = "childcare_institution"  # 托育机构
    TODDLER_CLASS = "toddler_class"  # 幼儿园托班
    DISTRICT = "district"  # a duty of the district or 街镇, not of a house


class DocumentStatus(StrEnum):
    """What standing a document has. Only the portal's own decisions are no document of law."""

    IN_FORCE = "in_force"  # 有效
    PERIOD_OVER = "period_over"  # 文件写明的期限已过
    DRAFT = "draft"  # 征求意见稿: to compare with, never to judge by
    NATIONAL_LAW = "national_law"  # 国家法律
    PRODUCT_DECISION = "product_decision"  # 产品约定


class LimitState(StrEnum):
    """How far a limit is in its life. It only ever goes forward."""

    DRAFT = "draft"  # entered by one person
    READY = "ready"  # approved by another; never changes again
    SUPERSEDED = "superseded"  # a later row took its place


class Outcome(StrEnum):
    """What judging ends in."""

    PASSES = "passes"
    FAILS = "fails"
    LAPSED = "lapsed"  # 未达延续标准: short of a limit whose stated period is over
    NO_RULE = "no_rule"  # 无规定


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a limit comes from, with the operative words (at most 60 characters)."""

    code: str
    document: str  # title, or "产品约定" for a product decision
    number: str  # 文号; '' when there is none
    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class Limit:
    """One dated number of the law, or of the product where the law is silent."""

    id: int
    key: str
    value: Decimal | None
    unit: str
    comparison: Comparison
    jurisdiction: str  # GB/T 2260, six digits
    applies_to: AppliesTo
    valid_from: date
    valid_through: date | None
    governed_by: GovernedBy
    strength: Strength
    by_letter: bool  # False: applied to a 宝宝屋 by extension
    is_product_decision: bool
    clause: Clause
    words: str = ""  # what is stated where it is no number, e.g. 区教育局
    is_draft: bool = False  # from a 征求意见稿: to compare with, never to judge by
    note: str = ""  # what is counted, for those who read the rule

    @property
    def basis(self) -> "Basis":
        """Whether it is the text's own, ours by extension, or ours alone."""
        if self.is_product_decision:
            return Basis.PRODUCT_DECISION
        return Basis.BY_LETTER if self.by_letter else Basis.BY_EXTENSION

    @property
    def number(self) -> int:
        """The value as a whole number. :raises ValueError: when none is stated."""
        if self.value is None:
            raise ValueError(f"{self.key} states no number")
        return int(self.value)

    def has_lapsed(self, on: date) -> bool:
        """Whether its stated period ended before this day, with no successor in its place."""
        return self.valid_through is not None and on > self.valid_through


@dataclass(frozen=True, slots=True)
class NewLimit:
    """A limit as somebody enters it, before anybody approved it. `clause` is a clause's code."""

    key: LimitKey
    value: Decimal | None
    unit: str
    comparison: Comparison
    jurisdiction: str
    applies_to: AppliesTo
    valid_from: date
    clause: str
    valid_through: date | None = None
    governed_by: GovernedBy = GovernedBy.CARE
    strength: Strength = Strength.MANDATORY
    by_letter: bool = True
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the law says of one measured value. The same object on every page, and in the API."""

    rule: str
    outcome: Outcome
    limit: Limit | None
    measured: Decimal | None
    arithmetic: str = ""
    remedy: str = ""
    subject: str = ""  # which of several things was judged, e.g. a session's public id
    facts: dict[str, Any] = field(default_factory=dict, compare=False)
    period_over: bool = False  # held against a limit whose stated period had ended

    @property
    def allows(self) -> bool:
        """Whether this verdict stands in nobody's way."""
        return self.outcome in {Outcome.PASSES, Outcome.NO_RULE, Outcome.LAPSED}

    @property
    def wording(self) -> str:
        """How grave a failure is, in the words the law's strength allows."""
        match self.outcome:
            case Outcome.PASSES:
                return "符合延续标准" if self.period_over else "符合"
            case Outcome.NO_RULE:
                return "无规定"
            case Outcome.LAPSED:
                return "未达延续标准"
            case Outcome.FAILS:
                return _FAILURE[self.limit.strength] if self.limit else "不符合"

    def as_dict(self) -> dict[str, Any]:
        """The verdict as the API and problem+json show it (contract)."""
        limit = self.limit
        return {
            "rule": self.rule,
            "outcome": self.outcome.value,
            "wording": self.wording,
            "strength": limit.strength.value if limit else None,
            "measured": _plain(self.measured),
            "limit": _plain(limit.value) if limit else None,
            "unit": limit.unit if limit else None,
            "clause": limit.clause.article if limit else None,
            "document": limit.clause.document if limit else None,
            "quote": limit.clause.quote if limit else None,
            "is_product_decision": limit.is_product_decision if limit else None,
            "by_letter": limit.by_letter if limit else None,
            "period_over": self.period_over,
            "arithmetic": self.arithmetic,
            "remedy": self.remedy,
            "subject": self.subject,
        }


class Standing(StrEnum):
    """What a limit is worth on a day."""

    IN_FORCE = "in_force"
    PERIOD_OVER = "period_over"  # its period ended and nothing came after
    REPLACED = "replaced"  # something came after
    DRAFT = "draft"  # 征求意见稿


class Basis(StrEnum):
    """Whose words a limit rests on."""

    BY_LETTER = "by_letter"  # 按原文: the clause names this kind of place
    BY_EXTENSION = "by_extension"  # 参照适用: it names another kind
    PRODUCT_DECISION = "product_decision"  # 产品约定


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What another place states of the same."""

    place: str
    amount: str
    standing: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A limit as people read it, with its basis and standing also as codes."""

    key: str
    topic: str
    label: str
    amount: str
    applies_to: str
    place: str
    strength: str
    basis: Basis
    basis_words: str
    standing: Standing
    standing_words: str
    period: str
    governed_by: str
    source: str
    article: str
    quote: str
    note: str
    elsewhere: tuple[Elsewhere, ...]
    clause: str = ""  # its code
    is_anchor: bool = False  # the first of its clause on the page: links lead here


@dataclass(frozen=True, slots=True)
class RulesPage:
    """All that is in force for a place on a day, and what is not ruled at all."""

    place: str
    is_comparison: bool
    rows: tuple[RuleRow, ...]
    replaced: tuple[RuleRow, ...]
    without_rule: tuple[str, ...]
    decisions: tuple[Clause, ...]  # our own answers that are no number
    texts: tuple[Clause, ...]  # clauses of law without a number, or whose number is stated nearer


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the data files did."""

    added: int
    updated: int
    unchanged: int
    differing: tuple[str, ...]  # approved rows that the files say otherwise; left as they were


_FAILURE = {
    Strength.MANDATORY: "违反",
    Strength.PRINCIPLE: "不符合原则要求",
    Strength.ENCOURAGED: "未达鼓励标准",
}


def _plain(value: Decimal | None) -> float | int | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
