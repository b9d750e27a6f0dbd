"""The words of the guide: who asks, what an answer rests on, and how far a draft is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from accounts.types import Role

DRAFTERS = (Role.SUPERVISION_LEAD, Role.INSPECTOR)  # 教育局: one of the two people is the lead
LEAD = (Role.SUPERVISION_LEAD,)


class Audience(StrEnum):
    """Who asks, in the order of the page."""

    FAMILY = "family"  # 家长
    OPERATOR = "operator"  # 办园者
    PUBLIC = "public"  # 群众


class DraftState(StrEnum):
    """How far a draft is."""

    OPEN = "open"
    PUBLISHED = "published"
    DROPPED = "dropped"


class AnswerFault(StrEnum):
    """Why an answer cannot be kept as it was typed. The sentences are in guide.messages."""

    UNKNOWN_VALUE = "unknown_value"
    TYPED_NUMBER = "typed_number"
    UNKNOWN_CLAUSE = "unknown_clause"
    NOTHING_TO_REST_ON = "nothing_to_rest_on"


@dataclass(frozen=True, slots=True)
class AnswerText:
    """A question and its answer as they are written; `{键}` stands for a value of the law."""

    title: str
    keywords: str
    body: str
    clauses: tuple[str, ...]  # codes, beside those of the values that the body names
    valid_from: date
    valid_through: date | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list of short lines."""

    is_list: bool
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cite:
    """What an answer rests on: a clause, and the value it states where it states one."""

    clause: str  # its code, which is its anchor on the page of rules
    label: str
    amount: str
    source: str
    article: str
    quote: str
    basis_words: str  # 按原文, 参照适用, 产品约定; '' for a clause without a value
    is_lapsed: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A question with its answer, as everybody reads it for a place and a day."""

    code: str
    audience: Audience
    audience_words: str
    title: str
    blocks: tuple[Block, ...]
    cites: tuple[Cite, ...]
    is_unruled: bool  # nothing that it rests on holds in this place
    number: int
    place: str  # for which place it is written
    valid_from: date
    valid_through: date | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of an answer in its history."""

    id: str
    number: int
    place: str
    title: str
    valid_from: date
    valid_through: date | None
    published_at: datetime
    drafted_by: str
    published_by: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as the desk lists it."""

    id: str
    code: str  # '' for a new question
    title: str
    audience_words: str
    place: str
    valid_from: date
    drafted_by: str
    drafted_at: datetime
    note: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the data file did."""

    added: int
    changed: int
    unchanged: int
