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
    ASK = "ask"  # 请宝宝屋说明: one question, put to the house and to nobody else
    LINK = "link"  # to a visit, to a finding, or to an incident
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

    HOUSE = "house"  # a house did not answer in time
    OWNER = "owner"
    LEAD = "lead"


class CaseObstacle(StrEnum):
    """Why a step is not taken. The sentences are in inspections.case_messages."""

    NOT_IN_THIS_STAGE = "not_in_this_stage"
    NOT_YOURS = "not_yours"
    EXTENDED_ALREADY = "extended_already"
    CASE_IS_CLOSED = "case_is_closed"
    REPORTER_ADDED = "reporter_added"
    HARM_IS_NOT_ASKED = "harm_is_not_asked"
    NO_HOUSE_TO_ASK = "no_house_to_ask"
    QUESTION_IS_OPEN = "question_is_open"
    ANSWERED_ALREADY = "answered_already"


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
    reply: int


@dataclass(frozen=True, slots=True)
class PhotoTerms:
    """How many photos may come at once, and how large each may be."""

    most: int
    megabytes: int


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
    finding: str = ""
    incident: str = ""
    question: str = field(default="", repr=False)  # to the house: not who reported
    seen: int = 0  # how many of the reporter's messages were on the page


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """A 抽查 because of a case; inspectors are ids of the register."""

    planned_on: date
    inspectors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhotoRow:
    """A photo with a case, as its page shows it."""

    id: str
    words: str


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
    finding_words: str
    incident: str  # public id
    question: str = field(repr=False)
    reply: str = field(repr=False)
    reply_at: datetime | None
    photos: tuple[PhotoRow, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRow:
    """What the reporter added later."""

    at: datetime
    text: str = field(repr=False)
    photos: tuple[PhotoRow, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A finding that came of a case, with its 整改 order."""

    text: str
    severity: str
    severity_kind: str
    order: str  # public id; '' where none was issued
    order_words: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A visit that came of a case, or a single finding of another visit."""

    id: str  # of the visit
    words: str
    state_words: str
    measures: tuple[MeasureRow, ...]


@dataclass(frozen=True, slots=True)
class CaseRate:
    """有效结案率 of the cases of a district that were due, with its arithmetic. E8"""

    since: date
    through: date
    due: int
    effective: int
    late: int  # closed, but a step took longer than its clock
    recurred: int  # closed in time, and borne out again at the same house
    open: int  # past their clock, not closed

    @property
    def percent(self) -> int | None:
        return None if not self.due else self.effective * 100 // self.due


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
    photos: tuple[PhotoRow, ...]
    steps: tuple[StepRow, ...]
    messages: tuple[MessageRow, ...] = field(repr=False)
    checks: tuple[CheckRow, ...]
    escalations: tuple[tuple[datetime, str], ...]
    moves: tuple[CaseMove, ...]  # what the reader may do now
    pipeline: tuple[tuple[str, str], ...]  # words, and is-done | is-now | ''
    officers: tuple[tuple[str, str], ...]  # to whom it may be given
    houses: tuple[tuple[str, str], ...]
    visits: tuple[tuple[str, str], ...]
    findings: tuple[tuple[str, str], ...]
    incidents: tuple[tuple[str, str], ...]
    inspectors: tuple[tuple[str, str], ...]  # who may be sent to look


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as the house reads it: nothing of the case behind it."""

    id: str
    house: str
    text: str = field(repr=False)
    asked_on: date
    due_on: date
    is_overdue: bool
    is_over: bool  # the case is closed: no answer is waited for
    reply: str = field(repr=False)
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReportStep:
    """What the reporter reads of a step: the day and a sentence."""

    on: date
    words: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report in the list of whoever made it."""

    id: str
    kind_words: str
    received_at: datetime
    stage_words: str


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """What the reporter reads: where it stands, by when, and the answer."""

    id: str
    number: str  # '' of suspected harm: it would tell how many others there are
    kind_words: str
    received_at: datetime
    is_restricted: bool
    is_closed: bool
    stage_words: str
    due_on: date | None
    answer: str
    measures: str  # 查处: what was looked at and ordered; '' before it is closed
    steps: tuple[ReportStep, ...]
    photos: tuple[PhotoRow, ...]
    added: tuple[MessageRow, ...] = field(repr=False)
