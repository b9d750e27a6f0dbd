"""The words of publication: what the public reads of a house, 公示, stars, and briefs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from inspections.types import Department


class PublishedKind(StrEnum):
    """What a published row is of."""

    VISIT = "visit"  # one signed result
    STANDING = "standing"  # how the house stands on a day
    STAR = "star"  # a rating after its 公示


class NoticeKind(StrEnum):
    """What is put up for objections. 公示"""

    STAR = "star"
    OTHER = "other"


class NoticeState(StrEnum):
    OPEN = "open"  # objections are received
    WAITING = "waiting"  # its days are over, somebody must decide
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class BriefStep(StrEnum):
    """How far a brief is."""

    GENERATED = "generated"
    SENT = "sent"
    RECEIPTED = "receipted"


# 金教〔2023〕29号 五: 定期向区卫生健康、消防、公安、市场监管等部门反馈.
BRIEFED = (Department.HEALTH, Department.FIRE, Department.POLICE, Department.MARKET)


class StarSource(StrEnum):
    """Where points come from. 金府办发〔2021〕16号 三（四）4"""

    SELF = "self"  # 机构自检
    PAIRED = "paired"  # 公民办结对园诊断
    JOINT = "joint"  # 相关部门联合评估


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """An item that somebody answered."""

    code: str
    text: str
    is_met: bool


@dataclass(frozen=True, slots=True)
class StarTerms:
    """The numbers a star is reckoned by; all of them come from `regulations`."""

    weights: Mapping[StarSource, int]  # percent
    lines: tuple[int, ...]  # points that one star, two stars … need
    severe_cap: int  # stars at most while something severe is open


@dataclass(frozen=True, slots=True)
class SourcePoints:
    """What one source gives: 46 of 50 items met, 92.00 points, weighing 20 %."""

    source: StarSource
    met: int
    asked: int
    hundredths: int  # points of a hundred, in hundredths
    weight: int


@dataclass(frozen=True, slots=True)
class Change:
    """An item, or items together, with which the star would be another."""

    items: tuple[tuple[StarSource, ItemOutcome], ...]
    stars: int


@dataclass(frozen=True, slots=True)
class Star:
    """A rating with its arithmetic. `stars` None: a source is missing."""

    stars: int | None
    hundredths: int | None
    sources: tuple[SourcePoints, ...]
    missing: tuple[StarSource, ...]
    is_capped: bool
    changes: tuple[Change, ...]  # each item that alone raises it; or the fewest together


@dataclass(frozen=True, slots=True)
class StarNext:
    """Whether a star may be put up now, and what happens next, in a sentence."""

    is_possible: bool
    words: str
    notice: str = ""  # public id of the one that is up, or that was confirmed


@dataclass(frozen=True, slots=True)
class Published:
    """A published row, as everybody may recompute from."""

    id: str
    kind: PublishedKind
    published_at: datetime
    canonical: str = field(repr=False)
    sha256: str
    content: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PublicNumber:
    """A number as it is published: suppressed where it would tell of single people."""

    words: str
    is_suppressed: bool = False


@dataclass(frozen=True, slots=True)
class DossierVisit:
    """A signed result in the public's words."""

    on: date
    kind: str
    department: str
    version: int
    findings: tuple[tuple[str, int], ...]  # (一般, 2)
    sha256: str


@dataclass(frozen=True, slots=True)
class PublicCredit:
    """What the public reads of a house's 诚信档案: of the house itself, never of people."""

    counts: tuple[tuple[str, int], ...]
    honors: tuple[tuple[date, str], ...]
    months: int  # for how long an entry is shown
    grave_months: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the public reads of a house; recomputed from published rows alone."""

    as_of: date | None  # of the newest standing; None: nothing is published yet
    last_visit: DossierVisit | None
    visits: tuple[DossierVisit, ...]
    findings: tuple[tuple[str, int], ...]  # of a year, by severity
    open_orders: int
    overdue_orders: int
    state: str
    days_since_breach: int | None  # None: none on record
    has_open_breach: bool
    insured_through: date | None
    insurer: str
    prices: tuple[tuple[str, str], ...]
    certified: PublicNumber
    complaints: PublicNumber
    star: Mapping[str, Any] | None
    credit: PublicCredit | None  # None: published before there was one
    rows: tuple[Published, ...]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A 公示 as everybody reads it."""

    id: str
    kind: NoticeKind
    title: str
    body: str
    house: str
    district: str
    starts_on: date
    through: date
    state: NoticeState
    state_words: str
    days_words: str
    objections: int
    unanswered: int
    decided_because: str


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection; the public reads only what was answered to it."""

    id: str
    received_at: datetime
    text: str = field(repr=False)
    contact: str = field(repr=False)
    answer: str
    answered_at: datetime | None
    is_upheld: bool | None


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A brief and how far it is."""

    id: str
    department: Department
    department_words: str
    period_words: str
    houses: int
    sha256: str
    step: BriefStep
    step_words: str
    events: tuple[tuple[datetime, str, str], ...]  # when, what, who
