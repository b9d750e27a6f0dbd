"""The words of cases: who reports what, where it stands, who has it, and until when."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from accounts.types import Role
from inspections.types import DEPARTMENTS_OF, LOOKERS, Department

CASE_READERS = LOOKERS
LEAD = (Role.SUPERVISION_LEAD,)
# Whose department's cases an officer sees; a lead sees all of the district.
DEPARTMENT_OF = {role: DEPARTMENTS_OF[role] for role in LOOKERS if role not in LEAD}


class CaseKind(StrEnum):
    """What a report is about, in the order in which the form asks."""

    CARE = "care"  # 照护、保教
    SAFETY = "safety"  # 安全、卫生
    STAFF = "staff"  # 人员的言行、资质
    FEES = "fees"  # 收费、退费
    DISPUTE = "dispute"  # 协议和纠纷
    UNFILED = "unfiled"  # 没有备案的托育场所
    PREMISES = "premises"  # 出租、出借场地办托育
    OTHER = "other"
    SUSPECTED_HARM = "suspected_harm"  # 疑似侵害: restricted


class CaseSource(StrEnum):
    """Who reports."""

    PARENT = "parent"  # 家长
    PUBLIC = "public"  # 群众
    LANDLORD = "landlord"  # 房东、物业
    GRID = "grid"  # 网格员、社区工作者


class CaseStage(StrEnum):
    """Where a case stands."""

    FOUND = "found"  # 检查发现: it has come in
    ACCEPTED = "accepted"  # 归口受理
    ASSIGNED = "assigned"  # 分派协调
    HANDLING = "handling"  # 查处
    CLOSED = "closed"  # 结案


class CaseMove(StrEnum):
    """What is done with a case."""

    ACCEPT = "accept"
    DECLINE = "decline"  # 不予受理: not ours, with an answer that says whose
    ASSIGN = "assign"
    START = "start"
    SEND_BACK = "send_back"  # to be assigned anew
    EXTEND = "extend"
    NOTE = "note"
    LINK = "link"  # to a visit, or to an incident
    CLOSE = "close"


class CaseOutcome(StrEnum):
    """How a case ended."""

    CONFIRMED = "confirmed"  # 属实
    PARTLY = "partly"  # 部分属实
    UNCONFIRMED = "unconfirmed"  # 查无实据
    SETTLED = "settled"  # 协商解决
    ELSEWHERE = "elsewhere"  # 转有关部门


class CaseLevel(StrEnum):
    """How far an overdue case has been escalated."""

    OWNER = "owner"
    LEAD = "lead"


LEVELS = (CaseLevel.OWNER, CaseLevel.LEAD)


class CaseObstacle(StrEnum):
    """Why a step is not taken. The sentences are in inspections.case_messages."""

    NOT_IN_THIS_STAGE = "not_in_this_stage"
    NOT_YOURS = "not_yours"
    EXTENDED_ALREADY = "extended_already"
    CASE_IS_CLOSED = "case_is_closed"


@dataclass(frozen=True, slots=True)
class NewReport:
    """What somebody reports. `house` is a public id, or '' where there is only a description."""

    kind: CaseKind
    source: CaseSource
    district: str
    house: str = ""
    where: str = field(default="", repr=False)
    happened_on: date | None = None
    what: str = field(default="", repr=False)
    contact: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Clocks:
    """How many 工作日 each stage has; all of them come from `regulations`."""

    accept: int
    assign: int
    start: int
    handle: int
    extend: int
    harm: int
    escalate: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step as it is to be taken."""

    move: CaseMove
    note: str = field(default="", repr=False)
    answer: str = field(default="", repr=False)  # to whoever reported: no internals
    outcome: CaseOutcome | None = None
    department: Department | None = None
    owner: str = ""  # an officer's public id
    house: str = ""  # which house it is, once somebody knows
    visit: str = ""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that was taken, as officers read it."""

    at: datetime
    by: str
    words: str
    stage_words: str
    department: str
    owner: str
    due_on: date | None
    note: str = field(repr=False)
    answer: str = field(repr=False)
    outcome: str
    visit: str  # public id
    visit_words: str
    incident: str  # public id


@dataclass(frozen=True, slots=True)
class MessageRow:
    """What the reporter added later."""

    at: datetime
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in the officers' list."""

    id: str
    number: str
    kind_words: str
    source_words: str
    where: str = field(repr=False)
    received_at: datetime
    stage: CaseStage
    stage_words: str
    department: str
    owner: str
    due_on: date | None
    is_overdue: bool
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case, whole."""

    row: CaseRow
    district: str
    house: str  # public id; ''
    house_name: str
    happened_on: date | None
    what: str = field(repr=False)
    contact: str = field(repr=False)
    steps: tuple[StepRow, ...]
    messages: tuple[MessageRow, ...] = field(repr=False)
    escalations: tuple[tuple[datetime, str], ...]
    moves: tuple[CaseMove, ...]  # what the reader may do now
    pipeline: tuple[tuple[str, str], ...]  # words, and is-done | is-now | ''
    officers: tuple[tuple[str, str], ...]  # to whom it may be given
    houses: tuple[tuple[str, str], ...]
    visits: tuple[tuple[str, str], ...]
    incidents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReportStep:
    """What the reporter reads of a step: the day and a sentence."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """What the reporter reads: where it stands, by when, and the answer."""

    id: str
    number: str
    kind_words: str
    received_at: datetime
    is_restricted: bool
    is_closed: bool
    stage_words: str
    due_on: date | None
    answer: str
    steps: tuple[ReportStep, ...]
    added: tuple[MessageRow, ...] = field(repr=False)
