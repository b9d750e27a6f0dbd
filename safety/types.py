"""The words of safety: registers, their checks, incidents and the duty to tell of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from accounts.types import Role

# --- who does what --------------------------------------------------------------------------------

KEEPERS = (Role.OPERATOR, Role.PERSON_IN_CHARGE)  # who keeps the registers of a house
TESTERS = (*KEEPERS, Role.CAREGIVER)  # who does the test of the day
OFFICERS = (Role.INSPECTOR, Role.SUPERVISION_LEAD, Role.HEALTH_OFFICER, Role.AUDITOR)
READERS = (*TESTERS, *OFFICERS)
CLOSERS = (Role.OPERATOR, Role.SUPERVISION_LEAD)  # of what is more than ordinary
REPORTERS = (*TESTERS, Role.INSPECTOR, Role.SUPERVISION_LEAD, Role.HEALTH_OFFICER)
INCIDENT_READERS = (*KEEPERS, Role.INSPECTOR, Role.SUPERVISION_LEAD, Role.HEALTH_OFFICER)
RESTRICTED_READERS = (Role.SUPERVISION_LEAD,)  # 未成年人保护法 第11条: never the house's own people


# --- registers ------------------------------------------------------------------------------------


class RegisterKind(StrEnum):
    """What is kept a register of. One kind has one interval."""

    VIDEO = "video"  # 视频监控
    ALARM = "alarm"  # 紧急报警装置
    EQUIPMENT = "equipment"  # 设施设备
    TOY = "toy"  # 玩具
    WATER = "water"  # 饮用水
    WASHING = "washing"  # 盥洗设备
    FIRE = "fire"  # 消防安全检查
    PLAN = "plan"  # 应急预案
    DRILL = "drill"  # 应急演练


class CameraArea(StrEnum):
    """What a camera looks at."""

    ENTRANCE = "entrance"  # 主出入口
    LIVING = "living"  # 幼儿生活区域
    ACTIVITY = "activity"  # 幼儿活动区域
    RECEPTION = "reception"
    OUTDOOR = "outdoor"
    OTHER = "other"


# 金教〔2023〕29号 三: 主出入口、幼儿生活和活动等区域.
REQUIRED_AREAS = (CameraArea.ENTRANCE, CameraArea.LIVING, CameraArea.ACTIVITY)


class Risk(StrEnum):
    """What a plan or a drill is for."""

    PUBLIC_HEALTH = "public_health"  # 公共卫生
    FIRE = "fire"  # 消防
    ACUTE_ILLNESS = "acute_illness"  # 急症


class CheckResult(StrEnum):
    PASSED = "passed"
    FAILED = "failed"


class ItemState(StrEnum):
    """How an item of a register stands, the worst first."""

    FAILED = "failed"  # the last check did not pass
    OVERDUE = "overdue"
    NEVER = "never"  # not checked yet
    DUE_SOON = "due_soon"
    OK = "ok"
    NO_RULE = "no_rule"


# What is known of an item of each kind, and what a check of it measures.
ITEM_FACTS = {
    RegisterKind.VIDEO: ("area", "retention_days", "is_linked"),
    RegisterKind.ALARM: ("is_linked",),
    RegisterKind.EQUIPMENT: ("certificate",),
    RegisterKind.TOY: ("certificate",),
    RegisterKind.WATER: ("source",),
    RegisterKind.WASHING: (),
    RegisterKind.FIRE: (),
    RegisterKind.PLAN: ("risk", "version"),
    RegisterKind.DRILL: ("risk",),
}
MEASURES = dict.fromkeys(RegisterKind, ()) | {
    RegisterKind.VIDEO: ("retention_days",),
    RegisterKind.PLAN: ("version",),
    RegisterKind.DRILL: ("people", "minutes", "findings"),
}
NEEDS_SOMEBODY = (ItemState.FAILED, ItemState.OVERDUE, ItemState.NEVER)


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item as somebody enters it; `facts` are those of its kind."""

    kind: RegisterKind
    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check as somebody writes it down; `measured` are the values of its kind."""

    done_on: date
    result: CheckResult
    note: str = ""
    measured: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A verdict as a page shows it."""

    title: str
    words: str
    allows: bool
    outcome: str
    measured: str
    limit: str
    unit: str
    document: str
    article: str
    quote: str
    is_product_decision: bool


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One item of a house's registers, with its last check and how it stands."""

    id: int
    public_id: str
    kind: RegisterKind
    kind_name: str
    name: str
    facts: tuple[tuple[str, str], ...]  # as people read them
    state: ItemState
    state_words: str
    last_on: date | None
    last_result: CheckResult | None
    last_by: str
    last_note: str
    next_due_on: date | None
    days_left: int | None  # negative: overdue
    verdict: VerdictRow | None
    risk: str = ""  # what a plan or a drill is for, a Risk

    @property
    def needs_somebody(self) -> bool:
        return self.state in NEEDS_SOMEBODY


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One check in an item's history."""

    done_on: date
    recorded_at: datetime
    by: str
    result: CheckResult
    measured: tuple[tuple[str, str], ...]
    note: str
    next_due_on: date | None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A required area, and whether a working camera looks at it."""

    name: str
    cameras: int
    working: int

    @property
    def is_covered(self) -> bool:
        return self.working > 0


@dataclass(frozen=True, slots=True)
class VideoCoverage:
    """What the law asks of a house's cameras and alarm, and what is there."""

    areas: tuple[AreaRow, ...]
    verdicts: tuple[VerdictRow, ...]

    @property
    def uncovered(self) -> tuple[str, ...]:
        return tuple(area.name for area in self.areas if not area.is_covered)


@dataclass(frozen=True, slots=True)
class HouseRow:
    """A house of the actor's, and how its registers stand."""

    id: int
    public_id: str
    name: str
    subdistrict: str
    items: int
    failed: int
    overdue: int
    never: int
    due_soon: int
    open_incidents: int
    untold: int  # duties to tell that are overdue

    @property
    def burden(self) -> int:
        return self.failed + self.overdue + self.never


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """An item whose check is overdue, failed or was never done."""

    facility_id: int
    item: str  # public id
    kind: RegisterKind
    name: str
    state: ItemState
    next_due_on: date | None
    days_overdue: int


# --- incidents ------------------------------------------------------------------------------------


class IncidentKind(StrEnum):
    INJURY = "injury"  # 意外伤害
    ILLNESS = "illness"  # 发热、生病
    INFECTIOUS = "infectious"  # 疑似传染病
    MISSING_CHILD = "missing_child"  # 走失
    WRONG_COLLECTION = "wrong_collection"  # 被未授权的人接走
    CHOKING_ALLERGY = "choking_allergy"  # 噎食、过敏
    FIRE = "fire"
    EQUIPMENT_FALL = "equipment_fall"  # 设备倒塌、坠落
    INTRUDER = "intruder"
    SUSPECTED_HARM = "suspected_harm"  # 疑似侵害: restricted
    DATA_BREACH = "data_breach"
    OTHER = "other"


class Grade(StrEnum):
    ORDINARY = "ordinary"  # 一般
    LARGER = "larger"  # 较大
    MAJOR = "major"  # 重大


class Recipient(StrEnum):
    """Who must be told."""

    GUARDIANS = "guardians"  # 家长
    POLICE = "police"  # 公安
    FIRE_BRIGADE = "fire_brigade"  # 消防
    AMBULANCE = "ambulance"  # 急救
    SUBDISTRICT = "subdistrict"  # 街镇
    EDUCATION = "education"  # 区教育局
    HEALTH = "health"  # 区卫健委
    CIVIL_AFFAIRS = "civil_affairs"  # 区民政局
    CYBERSPACE = "cyberspace"  # 市网信办


class Severity(StrEnum):
    """How bad it is, as somebody who was there can answer at once. Each includes those before."""

    NONE = "none"  # nobody hurt, danger over
    TREATED = "treated"  # treated on the spot
    HOSPITAL = "hospital"  # taken to a hospital
    LIFE = "life"  # somebody died or is in danger of it


class HowTold(StrEnum):
    PHONE = "phone"
    IN_PERSON = "in_person"
    WRITTEN = "written"
    PORTAL = "portal"  # the department itself says that it has read it here


class Level(StrEnum):
    """How far an overdue duty has been escalated."""

    HOUSE = "house"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"


LEVELS = (Level.HOUSE, Level.SUBDISTRICT, Level.DISTRICT)


@dataclass(frozen=True, slots=True)
class IncidentFacts:
    """What the decision tree asks."""

    kind: IncidentKind
    severity: Severity = Severity.NONE
    goes_on: bool = False  # the danger is not over, the child not found
    people: int = 0  # how many children (data breach: people) it touches


@dataclass(frozen=True, slots=True)
class NewIncident:
    """An incident as somebody reports it."""

    facts: IncidentFacts
    happened_at: datetime
    what_happened: str = field(repr=False)
    what_was_done: str = field(repr=False)
    who: str = field(default="", repr=False)  # names as they were typed, sealed
    children: tuple[str, ...] = ()  # public ids


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Somebody who must be told, by when, and whether they were."""

    id: int
    recipient: Recipient
    recipient_name: str
    due_at: datetime
    clock_words: str
    source: str
    article: str
    quote: str
    law: str  # the law that demands it, where one does
    told_at: datetime | None
    told_by: str
    how: str
    note: str
    is_overdue: bool
    was_late: bool
    minutes_left: int
    escalated: tuple[str, ...]
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class NoteRow:
    """Something added to an incident later."""

    at: datetime
    by: str
    text: str = field(repr=False)
    grade_name: str  # '' when the grade stayed


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident in the list."""

    public_id: str
    house: str
    kind: IncidentKind
    kind_name: str
    grade: Grade
    grade_name: str
    happened_at: datetime
    reported_at: datetime
    is_closed: bool
    is_restricted: bool
    is_receipt: bool  # its reporter sees that it was received, and no more
    untold: int
    overdue: int
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One incident, whole; or, where the row is a receipt, nothing but that it was received."""

    row: IncidentRow
    house_id: str
    what_happened: str = field(default="", repr=False)
    what_was_done: str = field(default="", repr=False)
    who: str = field(default="", repr=False)
    children: tuple[str, ...] = field(default=(), repr=False)
    people: int = 0
    severity: Severity = Severity.NONE
    severity_name: str = ""
    goes_on: bool = False
    reported_by: str = ""
    duties: tuple[DutyRow, ...] = ()
    notes: tuple[NoteRow, ...] = ()
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_reason: str = field(default="", repr=False)
    may_write: bool = False
    may_close: bool = False
