"""The words of places, and the facts of a session that rules reason about."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from common.intervals import Interval


class CareMode(StrEnum):
    """How a child is cared for. 三种临时托的模式 (金教〔2023〕29号 四.2)"""

    DROP_OFF = "drop_off"  # 单独托: the child alone with staff
    WITH_PARENT = "with_parent"  # 亲子托: a parent stays
    WITH_GRANDPARENT = "with_grandparent"  # 老小托: a grandparent stays in sight

    @property
    def is_accompanied(self) -> bool:
        return self is not CareMode.DROP_OFF


class HostKind(StrEnum):
    """What the house is set up in (金教〔2023〕29号 三)."""

    STANDALONE = "standalone"  # 单独设置
    COMMUNITY_COMPLEX = "community_complex"  # 社区综合设施
    PROPERTY_SERVICES = "property_services"  # 物业管理设施
    NEIGHBORHOOD_CENTER = "neighborhood_center"  # 居委活动中心
    PARTY_CENTER = "party_center"  # 党群服务中心
    ELDERLY_CENTER = "elderly_center"  # 为老服务中心
    KINDERGARTEN = "kindergarten"  # 幼儿园


class SubdistrictKind(StrEnum):
    STREET = "street"  # 街道
    TOWN = "town"  # 镇
    ZONE = "zone"  # 高新区、工业区


class FacilityState(StrEnum):
    OPEN = "open"
    SUSPENDED = "suspended"  # 暂停服务
    CLOSED = "closed"


class SuspendedBy(StrEnum):
    """Whose suspension it is: only they lift it."""

    OPERATOR = "operator"  # 街镇 or house
    SUPERVISION = "supervision"  # 督导责令: only through its 整改 order


class SessionStop(StrEnum):
    """Why a session takes no bookings. '' in the column: it does."""

    CLOSURE = "closure"
    SUSPENDED = "suspended"
    UNINSURED = "uninsured"
    BREACH = "breach"
    OVERFULL = "overfull"  # more children are booked than a new limit lets in


@dataclass(frozen=True, slots=True)
class PlacesLimit:
    """One of the bounds on a session's places, and the limit it comes from."""

    key: str  # a LimitKey, or "licensed_places"
    places: int
    arithmetic: str


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What admission must know of a session, as of one reading."""

    id: int
    public_id: str
    facility_id: int
    facility: str  # public id
    facility_name: str
    district: str
    subdistrict: str
    subdistrict_id: int
    care_group_id: int
    care_group: str
    mode: CareMode
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime  # when booking opens
    places: int
    places_taken: int
    counted_staff: int
    children_per_staff: int
    binding_limit: str  # which bound made `places` what it is
    stop: SessionStop | None
    stop_reason: str
    insured: bool  # a policy covers the day of care
    fee_fen: int | None  # None: no fee is published, so nothing can be charged
    latitude: float
    longitude: float

    @property
    def interval(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)

    @property
    def places_by_staff(self) -> int:
        return self.counted_staff * self.children_per_staff

    @property
    def tightest_bound(self) -> str:
        """Which bound limits the places now: the room's, or the staff who count."""
        return "children_per_staff" if self.places_by_staff < self.places else self.binding_limit

    @property
    def places_left(self) -> int:
        """How many more may come; never negative, and none while sessions are stopped."""
        if self.stop:
            return 0
        return max(min(self.places, self.places_by_staff) - self.places_taken, 0)


@dataclass(frozen=True, slots=True)
class TimetableSlot:
    """A stretch of a weekday in which a group cares in one mode."""

    care_group_id: int
    weekday: int  # 0 is Monday
    starts_at: str
    ends_at: str
    mode: CareMode
    planned_staff: int


@dataclass(frozen=True, slots=True)
class HoursRow:
    """A line of a timetable as a file brings it in."""

    care_group: str  # public id
    weekday: int  # 0 is Monday
    starts: time
    ends: time
    mode: CareMode
    planned_staff: int
    valid_from: date
    valid_through: date | None


class HoursChange(StrEnum):
    """What became of such a line."""

    ADDED = "added"
    CHANGED = "changed"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DayKind:
    """Whether people in China work on a day, with the holiday's name."""

    day: date
    is_working: bool
    name: str  # 国庆节, 调休上班, '' for an ordinary day
    is_published: bool = True  # False: the year's arrangement of holidays is not known yet

    @property
    def is_holiday(self) -> bool:
        """Whether it is a day of a statutory holiday, not a mere weekend."""
        return not self.is_working and self.name != ""


@dataclass(frozen=True, slots=True)
class NewHouse:
    """A 宝宝屋 as an operator registers it."""

    subdistrict: str  # code of the 街镇
    name: str
    address: str
    latitude: float
    longitude: float
    host_kind: HostKind
    operator_name: str
    phone: str
    opened_on: date
    host_name: str = ""
    introduction: str = ""
    has_separate_space: bool = True
    has_outdoor_area: bool = False
    has_nursing_room: bool = False
    has_washing: bool = True
    has_drinking_water: bool = True
    has_cctv: bool = True
    has_alarm: bool = True
    has_sign: bool = True
    step_free: bool = False
