"""The words of inspection: kinds of visit, draws, and the facts that rules reason about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from accounts.types import Role

# Who sees the district's programme; who is drawn; who draws.
OFFICERS = (Role.SUPERVISION_LEAD, Role.INSPECTOR, Role.HEALTH_OFFICER)
DRAWN_ROLES = (Role.INSPECTOR, Role.HEALTH_OFFICER)
# Who may be in the register, and so be sent: the other departments come to a 联合检查.
DEPARTMENT_OFFICERS = (
    Role.HEALTH_OFFICER, Role.POLICE_OFFICER, Role.FIRE_OFFICER, Role.MARKET_OFFICER,
)  # fmt: skip
REGISTERED_ROLES = (Role.INSPECTOR, *DEPARTMENT_OFFICERS)
SECOND_PERSONS = (Role.SUPERVISION_LEAD, Role.INSPECTOR)


class VisitKind(StrEnum):
    """Why somebody comes to a house."""

    RANDOM = "random"  # 双随机
    SELF = "self"  # 自查: the house itself, on the same checklist
    PATROL = "patrol"  # 巡查
    SPOT = "spot"  # 抽查
    JOINT = "joint"  # 联合检查: several departments at once
    PAIRED = "paired"  # 结对诊断: by the kindergarten it is paired with
    RECHECK = "recheck"  # 再检查: whether one thing is mended; planned from its 整改 order

    @property
    def is_field_visit(self) -> bool:
        """Whether the district's officers come: only then it counts toward the year's visits."""
        return self not in {VisitKind.SELF, VisitKind.PAIRED, VisitKind.RECHECK}


# Visits that several departments make together.
MAY_BE_JOINED = (VisitKind.RANDOM, VisitKind.PATROL, VisitKind.SPOT, VisitKind.JOINT)
FIELD_VISITS = tuple(kind.value for kind in VisitKind if kind.is_field_visit)


class VisitState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"  # the inspectors are there
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class Domain(StrEnum):
    """What is looked at."""

    SAFETY = "safety"  # 安全防控
    HEALTH = "health"  # 卫生保健


class ConflictKind(StrEnum):
    """Why an inspector must keep away from a house. 回避"""

    KINSHIP = "kinship"  # 亲属
    EMPLOYMENT = "employment"  # 近期任职
    OTHER = "other"


class DrawState(StrEnum):
    """How far a draw is. It only ever goes forward."""

    PLANNED = "planned"  # committed: the list is frozen and its hash is public
    REVEALED = "revealed"  # the random value is in, the result follows from it
    PUBLISHED = "published"  # everybody can recompute it


class RandomMethod(StrEnum):
    """Where the random value comes from."""

    PUBLIC_VALUE = "public_value"  # a public number that nobody knows yet
    TWO_SECRETS = "two_secrets"  # commit–reveal of two persons


class Share(StrEnum):
    """By which part of a draw a house was taken."""

    QUOTA = "quota"  # it still lacks visits of this year
    CONTROL = "control"  # uniformly among all, to test the score
    RISK = "risk"  # by lottery tickets, one and one more for each point


class Exclusion(StrEnum):
    """Why a house, an inspector, or one of them for the other, is not in a draw."""

    NOT_OPEN = "not_open"
    TOO_FEW_INSPECTORS = "too_few_inspectors"
    NOT_REGISTERED = "not_registered"
    NOT_AVAILABLE = "not_available"
    NO_SKILL = "no_skill"
    SAME_SUBDISTRICT = "same_subdistrict"
    DECLARED_INTEREST = "declared_interest"


class RiskReason(StrEnum):
    """What gives a house points. A new signal is a word here and a line in rules.risk."""

    OPEN_BREACHES = "open_breaches"
    PAST_BREACHES = "past_breaches"
    UNINSURED = "uninsured"
    MONTHS_UNVISITED = "months_unvisited"
    # --- of an early warning alone: what is below would tell everybody of people, or of reports
    SHORTAGE = "shortage"
    UNANSWERED = "unanswered"
    PAPERS_ENDING = "papers_ending"
    INSURANCE_ENDING = "insurance_ending"
    REGISTERS_OVERDUE = "registers_overdue"
    ORDERS_OVERDUE = "orders_overdue"
    SEVERE_ORDERS = "severe_orders"
    CASES_RISING = "cases_rising"
    INCIDENTS_RISING = "incidents_rising"
    CORRECTIONS = "corrections"
    VISITS_BEHIND = "visits_behind"


class Obstacle(StrEnum):
    """Why a draw does not go on. The sentences are in inspections.messages."""

    DRAWN_ALREADY = "drawn_already"
    MONTH_IS_OVER = "month_is_over"
    NOTHING_TO_DRAW = "nothing_to_draw"
    LIST_CHANGED = "list_changed"
    SAME_PERSON = "same_person"
    TOO_EARLY = "too_early"
    REVEALED_ALREADY = "revealed_already"
    NOT_REVEALED = "not_revealed"
    NOT_ARRANGED = "not_arranged"
    ARRANGED_ALREADY = "arranged_already"
    VISITS_ARE_OPEN = "visits_are_open"
    PUBLISHED_ALREADY = "published_already"
    OTHER_METHOD = "other_method"
    SEALED_ALREADY = "sealed_already"
    NOT_SEALED = "not_sealed"
    OPENED_ALREADY = "opened_already"
    WRONG_SECRET = "wrong_secret"  # noqa: S105  not a password
    FIRST_OPENS_FIRST = "first_opens_first"
    MUST_KEEP_AWAY = "must_keep_away"
    VISIT_IS_OVER = "visit_is_over"
    # --- on a visit
    VISIT_IS_NOT_YOURS = "visit_is_not_yours"
    RECHECK_IS_OF_AN_ORDER = "recheck_is_of_an_order"
    NO_CHECKLIST = "no_checklist"
    PART_IS_SIGNED = "part_is_signed"
    PART_IS_HALF_SIGNED = "part_is_half_signed"
    PART_IS_NOT_HALF_SIGNED = "part_is_not_half_signed"
    ONE_PERSON_SIGNS_ONCE = "one_person_signs_once"
    OTHERS_ARE_SENT = "others_are_sent"
    DEPARTMENT_IS_THERE = "department_is_there"
    NOT_TO_BE_JOINED = "not_to_be_joined"
    PART_IS_OPEN = "part_is_open"
    PART_IS_RELEASED = "part_is_released"
    PART_WAS_ANSWERED = "part_was_answered"
    NOBODY_ELSE_CAME = "nobody_else_came"
    ITEMS_ARE_OPEN = "items_are_open"
    NOTES_ARE_MISSING = "notes_are_missing"
    PHOTOS_ARE_MISSING = "photos_are_missing"
    PHOTOS_DIFFER = "photos_differ"
    ANSWERS_DIFFER = "answers_differ"
    SHADOW_IS_SEALED = "shadow_is_sealed"
    SHADOW_NOT_BEGUN = "shadow_not_begun"


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why something is refused, in the shape of a verdict (contract)."""

    obstacle: StrEnum  # a word of this app: Obstacle, CaseObstacle …
    remedy: str
    document: str
    clause: str
    quote: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "rule": self.obstacle.value,
            "outcome": "fails",
            "wording": "违反",
            "strength": "mandatory",
            "measured": None,
            "limit": None,
            "unit": None,
            "clause": self.clause,
            "document": self.document,
            "quote": self.quote,
            "is_product_decision": True,
            "by_letter": False,
            "period_over": False,
            "arithmetic": "",
            "remedy": self.remedy,
            "subject": "",
        }


@dataclass(frozen=True, slots=True)
class Points:
    """One reason of a house's score: how often it was found, and what that counts."""

    reason: RiskReason
    count: int
    points: int


@dataclass(frozen=True, slots=True)
class HouseFacts:
    """A house as a draw looks at it."""

    id: str  # public id
    name: str
    subdistrict: str  # code
    subdistrict_name: str
    is_open: bool
    visits: int  # of this year that count: done or planned
    signals: Mapping[RiskReason, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class InspectorFacts:
    """An officer as a draw looks at them; `id` is the register's, or the account's without one."""

    id: str
    name: str
    department: str
    is_registered: bool
    is_available: bool
    skills: frozenset[Domain] = frozenset()
    home: str = ""  # code of the 街镇; '' outside the district
    avoids: frozenset[str] = frozenset()  # houses of a declared interest


@dataclass(frozen=True, slots=True)
class DrawTerms:
    """The numbers a draw is made by; all of them come from `regulations`."""

    visits_per_year: int | None  # None: the district states none, so nothing is owed
    inspectors_per_visit: int
    houses_percent: int
    control_percent: int
    points: Mapping[RiskReason, int]


@dataclass(frozen=True, slots=True)
class Announced:
    """What is said before anybody can know the random value."""

    domain: Domain
    month: date  # its first day
    method: RandomMethod
    source: str
    known_at: datetime


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """A draw as the lead plans it; `seen` is the fingerprint of the list that was looked at."""

    district: str
    announced: Announced
    wanted: int | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A house that was drawn, and who goes there."""

    facility: str
    share: Share
    inspectors: tuple[str, ...]


class Department(StrEnum):
    """Who looks on a visit, each at its own items. 部门"""

    EDUCATION = "education"  # 教育
    HEALTH = "health"  # 卫生健康
    POLICE = "police"  # 公安
    FIRE = "fire"  # 消防
    MARKET = "market"  # 市场监管
    HOUSE = "house"  # the house looks at itself: 自查


# In whose name somebody looks, by the role they hold over the house.
DEPARTMENTS_OF = {
    Role.INSPECTOR: Department.EDUCATION,
    Role.SUPERVISION_LEAD: Department.EDUCATION,
    Role.HEALTH_OFFICER: Department.HEALTH,
    Role.POLICE_OFFICER: Department.POLICE,
    Role.FIRE_OFFICER: Department.FIRE,
    Role.MARKET_OFFICER: Department.MARKET,
    Role.OPERATOR: Department.HOUSE,
    Role.PERSON_IN_CHARGE: Department.HOUSE,
}
KEEPERS = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
LOOKERS = tuple(role for role in DEPARTMENTS_OF if role not in KEEPERS)


def roles_of(department: Department) -> tuple[Role, ...]:
    """Who looks in the name of a department."""
    return tuple(role for role, named in DEPARTMENTS_OF.items() if named is department)


class Area(StrEnum):
    """What an item of a checklist is about."""

    CARE = "care"  # 保教
    HEALTH = "health"  # 卫生保健
    SAFETY = "safety"  # 安全防控
    PEOPLE = "people"  # 人员
    INFORMATION = "information"  # 信息公示


class Severity(StrEnum):
    """How grave it is when an item is not met."""

    ORDINARY = "ordinary"  # 一般
    SERIOUS = "serious"  # 较重
    SEVERE = "severe"  # 严重


class Evidence(StrEnum):
    """What shows whether an item is met."""

    ROWS = "rows"  # the portal's own rows
    PHOTO = "photo"
    DOCUMENT = "document"
    OBSERVATION = "observation"


class RowsSay(StrEnum):
    """What the portal's own rows say of an item at the moment the visit is opened."""

    MEETS = "meets"
    FAILS = "fails"
    SILENT = "silent"  # no row answers it


class Answer(StrEnum):
    """What those who look answer to an item; '' is not answered yet."""

    CONFIRMED = "confirmed"  # it is as the rows say
    CONTRADICTED = "contradicted"  # it is not as the rows say
    MEETS = "meets"  # where the rows are silent
    FAILS = "fails"
    NOT_SEEN = "not_seen"


class FindingKind(StrEnum):
    """What a finding is about."""

    REQUIREMENT = "requirement"  # an item is not met
    DATA = "data"  # the rows said otherwise than what was seen


class PartState(StrEnum):
    """Whether a department still answers."""

    OPEN = "open"
    HALF = "half"  # one of two inspectors has signed: nobody answers, and nothing is final
    SIGNED = "signed"
    ABSENT = "absent"  # the department never came: nobody answers any more


class Side(StrEnum):
    """Who signs."""

    INSPECTOR = "inspector"
    HOUSE = "house"


class Prefill(StrEnum):
    """What of a checklist the portal's own rows answer. Each has a reader in selectors.prefill."""

    NAME_AND_SIGN = "name_and_sign"
    SEPARATE_SPACE = "separate_space"
    OUTDOOR_AND_NURSING = "outdoor_and_nursing"
    AREA = "area"
    CLASS_SIZE = "class_size"
    WHOLE_DAY = "whole_day"
    INSURANCE = "insurance"
    FEE_PUBLISHED = "fee_published"
    RATIO = "ratio"
    ENOUGH_STAFF = "enough_staff"
    STAFF_HEALTH = "staff_health"
    CERTIFICATES = "certificates"
    ANNUAL_TRAINING = "annual_training"
    PERSON_IN_CHARGE = "person_in_charge"
    HEALTH_WORKER = "health_worker"
    GUARD = "guard"
    RECORD_CHECKS = "record_checks"
    REPEATED_CHECKS = "repeated_checks"
    BANNED = "banned"
    VIDEO_AREAS = "video_areas"
    VIDEO_RETENTION = "video_retention"
    VIDEO_LINKED = "video_linked"
    ALARM = "alarm"
    EQUIPMENT = "equipment"
    TOYS = "toys"
    WATER = "water"
    WASHING = "washing"
    FIRE_CHECKS = "fire_checks"
    FIRE_PLANS = "fire_plans"
    ILLNESS_PLANS = "illness_plans"
    BOOKING_REGISTER = "booking_register"
    CHILD_HEALTH_CHECKS = "child_health_checks"
    HEALTH_HISTORY = "health_history"
    AGREEMENTS = "agreements"
