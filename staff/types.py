"""The words of people at work, and the facts that rules reason about."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import overload

from common.intervals import Interval
from regulations.types import Verdict


class StaffRole(StrEnum):
    """What somebody is engaged for. Kept apart from what they are qualified for. 岗位"""

    CAREGIVER = "caregiver"  # 保育人员: the only role that counts toward 1:5
    PERSON_IN_CHARGE = "person_in_charge"  # 负责人
    HEALTH_WORKER = "health_worker"  # 专兼职卫生保健人员
    GUARD = "guard"  # 安保人员
    VOLUNTEER = "volunteer"  # 志愿者
    ASSISTANT = "assistant"  # 辅助人员: helps, and never counts


class EmploymentBasis(StrEnum):
    """How somebody came to a house."""

    EMPLOYED = "employed"  # 聘用
    BORROWED = "borrowed"  # 借用: from another house, kindergarten or institution
    VOLUNTARY = "voluntary"  # 志愿服务


class QualificationKind(StrEnum):
    """A certificate. 资格证书"""

    INFANT_CARER = "infant_carer"  # 育婴师（育婴员）
    CHILDCARE_WORKER = "childcare_worker"  # 保育师
    NURSERY_ASSISTANT = "nursery_assistant"  # 保育员
    HEALTH_CARE_WORKER = "health_care_worker"  # 保健员
    TEACHER = "teacher"  # 幼儿园教师资格
    FIRST_AID = "first_aid"  # 急救
    ANNUAL_TRAINING = "annual_training"  # 年度职业道德和专业技能培训合格证书

    @property
    def is_for_childcare(self) -> bool:
        """Whether its holder is 持证 in the sense of 金教〔2023〕29号 三 第5段."""
        return self in _FOR_CHILDCARE


_FOR_CHILDCARE = frozenset(
    {
        QualificationKind.INFANT_CARER,
        QualificationKind.CHILDCARE_WORKER,
        QualificationKind.NURSERY_ASSISTANT,
        QualificationKind.TEACHER,
    }
)


class CheckChannel(StrEnum):
    """Where a criminal-record query went (金教〔2023〕29号 三 第6段)."""

    PUBLIC_SECURITY = "public_security"  # 公安机关
    PROCURATORATE = "procuratorate"  # 检察院


class CheckResult(StrEnum):
    """All that is kept of a query besides its day and channel. The record itself never is."""

    CLEAR = "clear"  # 未发现
    HIT = "hit"  # 发现禁止从业的记录


class TrainingCategory(StrEnum):
    """The two counters of the year, which are never added up."""

    SKILLS = "skills"  # 综合技能
    ETHICS = "ethics"  # 职业道德


class TrainingTopic(StrEnum):
    """What a training was about (金府办发〔2021〕16号 三（三）2)."""

    ETHICS = "ethics"  # 职业道德
    CONDUCT = "conduct"  # 职业规范
    SKILLS = "skills"  # 职业技能
    SAFETY = "safety"  # 安全防范
    MENTAL_HEALTH = "mental_health"  # 心理健康


class IntegrityKind(StrEnum):
    """An entry in the 诚信档案."""

    PRAISE = "praise"  # 表彰
    MISCONDUCT = "misconduct"  # 违反职业道德
    BAN = "ban"  # 终身禁入


class LeaveKind(StrEnum):
    SICK = "sick"  # 病假
    ANNUAL = "annual"  # 年休假
    PERSONAL = "personal"  # 事假
    TRAINING = "training"  # 外出培训


class WishKind(StrEnum):
    PREFER = "prefer"  # 希望上班
    AVOID = "avoid"  # 尽量不排
    UNAVAILABLE = "unavailable"  # 不能上班


class ShiftState(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # replaced by a later publication, or its person left


class RosterStanding(StrEnum):
    """How far a house's week is."""

    EMPTY = "empty"  # 未排班
    DRAFTED = "drafted"  # 未发布
    CHANGED = "changed"  # 已发布，有改动没有发布
    PUBLISHED = "published"  # 已发布


class ProposalState(StrEnum):
    """How far a proposed week is."""

    WAITING = "waiting"
    WORKING = "working"
    FOUND = "found"  # there is a week that holds
    IMPOSSIBLE = "impossible"  # there is none, and it says why
    FAILED = "failed"  # the worker could not finish
    TAKEN = "taken"  # put on the board


class ClockMethod(StrEnum):
    """How it was made sure that the person on the floor is the one on the certificate. 人证合一"""

    PIN = "pin"
    BADGE = "badge"  # the QR bound to the person
    BY_LEAD = "by_lead"  # entered by the person in charge, with a reason


# --- facts of a person -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EmploymentFacts:
    """One engagement in one house."""

    facility_id: int
    role: StaffRole
    basis: EmploymentBasis
    starts_on: date
    through: date | None

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.through is None or day <= self.through)


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """A paper with the days on which it is good; `valid_through` None: until further notice."""

    kind: str  # a QualificationKind, or "health_certificate"
    valid_from: date
    valid_through: date | None
    verified: bool = True

    def covers(self, day: date) -> bool:
        return (
            self.verified
            and self.valid_from <= day
            and (self.valid_through is None or day <= self.valid_through)
        )


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """One answered criminal-record query."""

    channel: CheckChannel
    result: CheckResult
    checked_on: date


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """All that decides whether somebody counts."""

    id: int
    public_id: str
    name: str
    employments: tuple[EmploymentFacts, ...] = ()
    qualifications: tuple[PaperFacts, ...] = ()
    health_certificates: tuple[PaperFacts, ...] = ()
    record_checks: tuple[CheckFacts, ...] = ()
    banned_on: date | None = None
    leaves: tuple[Interval, ...] = ()

    def roles_in(self, facility_id: int, day: date) -> frozenset[StaffRole]:
        """What they are engaged for in a house on a day."""
        return frozenset(
            one.role
            for one in self.employments
            if one.facility_id == facility_id and one.covers(day)
        )


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """课时 in one of the two counters."""

    category: TrainingCategory
    taken_on: date
    lessons: int


@dataclass(frozen=True, slots=True)
class TrainingStanding:
    """Where somebody stands in one counter of a year. `whole` is what a full year asks for."""

    category: TrainingCategory
    taken: int
    needed: int | None  # None: no rule says
    whole: int | None
    joined_on: date
    verdict: Verdict

    @property
    def short(self) -> int:
        return max((self.needed or 0) - self.taken, 0)


@dataclass(frozen=True, slots=True)
class PaperEnd:
    """Until when a paper lasts. `decides`: without it its holder counts no more."""

    person_id: int
    kind: str  # a QualificationKind, "health_certificate" or a CheckChannel
    label: str
    through: date
    days_left: int
    decides: bool = True

    @property
    def has_lapsed(self) -> bool:
        return self.days_left < 0


# --- the forecast ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ForecastHouse:
    """A house as the forecast sees it: `places` is what its rooms hold, whoever works there."""

    id: int
    district: str
    places: int


@dataclass(frozen=True, slots=True)
class ForecastChange:
    """Somebody who counts no more from a day on, or counts again, in people's words."""

    person_id: int
    person: str  # public id
    name: str
    words: str
    is_loss: bool


@dataclass(frozen=True, slots=True)
class ForecastStep:
    """A day from which on a house has more or fewer people who count."""

    day: date
    counted_before: int
    counted_after: int
    children_before: int
    children_after: int
    changes: tuple[ForecastChange, ...]

    @property
    def is_loss(self) -> bool:
        return self.counted_after < self.counted_before


# --- facts of a week -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """Somebody's stretch of work. `key` names it in a draft; breaks lie within it."""

    key: str
    person_id: int
    facility_id: int
    care_group_id: int | None  # None: for the whole house (负责人, 保健, 安保)
    role: StaffRole
    during: Interval
    rest: Interval | None = None  # 休息: does not count, is not worked

    def covers(self, interval: Interval) -> bool:
        """Whether the whole of an interval is worked without a break in it."""
        return (
            self.during.starts_at <= interval.starts_at
            and interval.ends_at <= self.during.ends_at
            and (self.rest is None or not self.rest.overlaps(interval))
        )

    @property
    def minutes(self) -> int:
        """Minutes worked, the break aside."""
        rest = self.rest.length if self.rest else timedelta()
        return int((self.during.length - rest).total_seconds()) // 60

    @property
    def content(self) -> tuple[object, ...]:
        """All that it says, its name aside: two shifts with the same content are the same."""
        return (
            self.person_id,
            self.facility_id,
            self.care_group_id,
            self.role,
            self.during,
            self.rest,
        )

    def without(self, stretch: Interval) -> "list[PlannedShift]":
        """What is left of the shift before and after a stretch; its break goes with its part."""
        parts = []
        if self.during.starts_at < stretch.starts_at:
            parts.append(Interval(self.during.starts_at, stretch.starts_at))
        if stretch.ends_at < self.during.ends_at:
            parts.append(Interval(stretch.ends_at, self.during.ends_at))
        return [replace(self, key="", during=part, rest=_within(self.rest, part)) for part in parts]

    def moved(self, by: timedelta) -> "PlannedShift":
        """The same shift, so much later."""
        return replace(self, during=_moved(self.during, by), rest=_moved(self.rest, by))


def _within(rest: Interval | None, part: Interval) -> Interval | None:
    fits = rest and part.starts_at <= rest.starts_at and rest.ends_at <= part.ends_at
    return rest if fits else None


@overload
def _moved(stretch: Interval, by: timedelta) -> Interval: ...
@overload
def _moved(stretch: Interval | None, by: timedelta) -> Interval | None: ...
def _moved(stretch: Interval | None, by: timedelta) -> Interval | None:
    return stretch and Interval(stretch.starts_at + by, stretch.ends_at + by)


@dataclass(frozen=True, slots=True)
class HourFacts:
    """One session as the roster sees it."""

    session_id: int
    public_id: str
    care_group_id: int
    care_group: str
    during: Interval
    children: int  # booked
    places: int
    children_per_staff: int
    is_stopped: bool = False
    counted_staff: int = 0  # who count now, by the timetable or by what is published

    @property
    def needed(self) -> int:
        """Counted staff that the booked children need."""
        return -(-self.children // self.children_per_staff)


@dataclass(frozen=True, slots=True)
class WeekFacts:
    """A house's week: what is planned, who there is, and what they do elsewhere."""

    facility_id: int
    facility: str  # public id
    name: str
    district: str
    monday: date
    hours: tuple[HourFacts, ...]
    people: dict[int, PersonFacts]
    shifts: tuple[PlannedShift, ...]
    elsewhere: tuple[PlannedShift, ...] = ()  # published in other houses, the same people
    overridden: frozenset[str] = frozenset()  # rules set aside by name for this week
    overrides_through: date | None = None


@dataclass(frozen=True, slots=True)
class HourVerdict:
    """What a session has of what it needs, by the plan."""

    hour: HourFacts
    counted: int
    person_ids: tuple[int, ...]  # who counts
    verdict: Verdict
    not_counted: tuple[tuple[int, tuple[Verdict, ...]], ...] = ()  # who is there, and why not

    @property
    def margin(self) -> int:
        return self.counted - self.hour.needed


@dataclass(frozen=True, slots=True)
class WeekVerdict:
    """What the rules say of a week: hour by hour, and everything that stands in the way."""

    hours: tuple[HourVerdict, ...]
    verdicts: tuple[Verdict, ...]  # all that were judged
    overridden: tuple[Verdict, ...] = ()  # what a named override set aside

    @property
    def failures(self) -> tuple[Verdict, ...]:
        return tuple(one for one in self.verdicts if not one.allows)

    @property
    def holds(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True)
class Filling:
    """Somebody who could fill an hour, by which shift, and what they work in that week so far."""

    person: PersonFacts
    shift: PlannedShift
    minutes: int
    is_borrowed: bool  # to be borrowed from another house first


# --- what is handed to the services ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody as a house takes them on."""

    name: str
    identity_number: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewEmployment:
    """An engagement in a house (public id)."""

    facility: str
    role: StaffRole
    starts_on: date
    basis: EmploymentBasis = EmploymentBasis.EMPLOYED
    through: date | None = None
    lent_by: str = ""  # 借出单位
    manager: str = ""  # 直接管理人员 (public id); '': whoever is 负责人 of the house


@dataclass(frozen=True, slots=True)
class NewQualification:
    kind: QualificationKind
    number: str
    issuer: str
    issued_on: date
    valid_through: date | None = None


@dataclass(frozen=True, slots=True)
class NewHealthCertificate:
    institution: str
    examined_on: date
    valid_through: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class NewTraining:
    category: TrainingCategory
    taken_on: date
    lessons: int  # 课时
    title: str
    provider: str
    certificate_number: str = ""
    is_online: bool = False
    topics: tuple[TrainingTopic, ...] = ()


@dataclass(frozen=True, slots=True)
class ShiftRequest:
    """A shift as it is put on the board. Times are moments; ids are public."""

    person: str
    care_group: str  # '' for the whole house
    role: StaffRole
    starts_at: datetime
    ends_at: datetime
    rest_starts_at: datetime | None = None
    rest_ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockIn:
    """How somebody says who they are: a badge; or a name with PIN; or by hand with a reason."""

    badge: str = field(default="", repr=False)
    person: str = ""  # public id
    pin: str = field(default="", repr=False)
    note: str = ""
    care_group: str = ""  # public id; '' for no group's room


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    shifts: int
    added: int
    withdrawn: int
    in_breach: tuple[int, ...] = ()  # sessions that are short of staff by the new roster
