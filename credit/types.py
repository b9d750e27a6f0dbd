"""The words of a house's 诚信档案."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from accounts.types import Role

KEEPERS = (Role.OPERATOR, Role.PERSON_IN_CHARGE)  # who objects for a house
LEAD = (Role.SUPERVISION_LEAD,)  # who decides, and records an honor
READERS = (Role.SUPERVISION_LEAD, Role.INSPECTOR, Role.HEALTH_OFFICER, Role.AUDITOR, *KEEPERS)


class EntryKind(StrEnum):
    """What counts for a house's credit, the gravest first."""

    MISCONDUCT = "misconduct"  # 人员言行查实
    FALSE_DATA = "false_data"  # 登记的和看到的不符
    SUSPENSION = "suspension"  # 责令暂停服务
    FINDING = "finding"  # 检查发现的问题
    RECURRENCE = "recurrence"  # 整改后又被发现
    ORDER_LATE = "order_late"  # 整改逾期
    COMPLAINT = "complaint"  # 投诉查实
    ORDER_ON_TIME = "order_on_time"  # 按期整改
    STAR = "star"  # 星级
    HONOR = "honor"  # 表彰


GOOD = frozenset({EntryKind.ORDER_ON_TIME, EntryKind.STAR, EntryKind.HONOR})
GRAVE = frozenset({EntryKind.MISCONDUCT, EntryKind.FALSE_DATA, EntryKind.SUSPENSION})
# What speaks of the house itself: the public reads how many. The rest speaks of people.
PUBLIC = (
    EntryKind.ORDER_ON_TIME,
    EntryKind.ORDER_LATE,
    EntryKind.RECURRENCE,
    EntryKind.SUSPENSION,
    EntryKind.FALSE_DATA,
)


@dataclass(frozen=True, slots=True)
class Basis:
    """The clause that an entry rests on."""

    document: str
    article: str
    quote: str


@dataclass(frozen=True, slots=True)
class Terms:
    """For how many months an entry is shown; both come from `regulations`."""

    ordinary: int
    grave: int


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that counts, as its own row tells it. `key` names the row for good."""

    key: str
    kind: EntryKind
    on: date
    words: str
    source: str  # what it is: 整改单, 检查结果 …
    url: str  # where its row is read; '' where the reader may not
    basis: Basis
    is_severe: bool = False
    is_withdrawn: bool = False  # its own row was taken back
    found_by: frozenset[int] = frozenset()  # they do not decide on an objection to it
    result: int | None = None  # the signed result it rests on: counted in public once that is


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """What the house said against an entry, and what was decided."""

    id: str
    raised_at: datetime
    raised_by: str
    text: str = field(repr=False)
    is_upheld: bool | None
    reason: str
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A fact with what became of it."""

    fact: Fact
    kind_words: str
    is_good: bool
    is_void: bool  # taken back, or an objection was upheld: it stays, and does not count
    void_words: str
    shown_through: date
    is_shown: bool
    objection: ObjectionRow | None
    may_object: bool
    may_decide: bool


@dataclass(frozen=True, slots=True)
class CreditPage:
    """A house's 诚信档案, whole."""

    house: str
    house_id: str
    subdistrict: str
    counts: tuple[tuple[str, int, bool], ...]  # words, how many that count, whether good
    entries: tuple[Entry, ...]
    passed: int  # how many are past their time, and left out
    terms: Terms
    waiting: int  # objections without a decision
