"""The words of bookings, and what is handed to the services."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from common.intervals import Interval
from facilities.types import SessionFacts, SessionStop
from families.types import ChildFacts
from regulations.types import Verdict


class BookingState(StrEnum):
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class HourState(StrEnum):
    """What became of one booked hour."""

    LIVE = "live"
    CANCELLED = "cancelled"  # in time: everything is given back
    FORFEITED = "forfeited"  # cancelled too late: the 次 is used, the fee kept by the rule
    CLOSED = "closed"  # by the house: everything is given back, and something is owed
    SETTLED = "settled"  # the hour has passed


# A session stopped for one of these is not given; one in breach or over a new limit may still be.
WILL_NOT_TAKE_PLACE = (SessionStop.CLOSURE, SessionStop.SUSPENDED, SessionStop.UNINSURED)

HOLDS_A_PLACE = (HourState.LIVE, HourState.SETTLED)


class EscortKind(StrEnum):
    """As whom somebody brings or collects a child."""

    GUARDIAN = "guardian"  # 监护人、家人
    PICKUP = "pickup"  # 授权接送人
    CODE = "code"  # 持一次性接人码
    OTHER = "other"  # brings a child, and may not collect one


class Look(StrEnum):
    """What was seen of a child at the door. 晨检"""

    WELL = "well"
    TIRED = "tired"
    COUGH = "cough"
    INJURY = "injury"
    RASH = "rash"
    VOMIT = "vomit"
    RED_EYES = "red_eyes"


# What others may catch: the child goes home today.
NOT_ADMITTED = (Look.RASH, Look.VOMIT, Look.RED_EYES)


class EntryKind(StrEnum):
    """A movement in the ledger of free 次."""

    GRANT = "grant"  # 发放
    HOLD = "hold"  # 占用
    RELEASE = "release"  # 退回
    CONSUME = "consume"  # 使用
    FORFEIT = "forfeit"  # 逾期取消，计为使用
    RESTORE = "restore"  # 补还
    LAPSE = "lapse"  # 年底失效


class CancelCause(StrEnum):
    FAMILY = "family"
    HOUSE = "house"


@dataclass(frozen=True, slots=True)
class ChildRequest:
    """Hours asked for one child."""

    child: str  # public id
    sessions: tuple[str, ...]  # public ids


# Keys that begin so belong to weekly series; nobody else may use one.
SERIES_KEY = "series:"


@dataclass(frozen=True, slots=True)
class BookingRequest:
    """One form, one answer: all of it or nothing."""

    children: tuple[ChildRequest, ...]
    idempotency_key: str
    series: str = ""  # a weekly series' public id, when one of its dates is booked
    told_fen: int | None = None  # what the page said it would cost; never more is charged


@dataclass(frozen=True, slots=True)
class Escort:
    """Who brings or collects a child, as it is written down."""

    kind: EscortKind
    name: str
    ref: str | None = None  # the public id of the guardian's user, or of the pick-up


@dataclass(frozen=True, slots=True)
class MorningCheck:
    """What was measured and seen at the door. None and '': it was not. Sensitive."""

    temperature_c: Decimal | None = None
    look: Look | None = None
    note: str = field(default="", repr=False)
    allergy_acknowledged: bool = False


@dataclass(frozen=True, slots=True)
class EntitlementFacts:
    """A child's free 次 of one year."""

    year: int
    granted: int
    held: int = 0
    used: int = 0
    lapsed: int = 0
    id: int | None = None  # None: nothing was granted yet

    @property
    def left(self) -> int:
        return self.granted - self.held - self.used - self.lapsed


@dataclass(frozen=True, slots=True)
class Commitments:
    """What a child has booked already, and the free 次 that are left."""

    live_bookings: int
    hours: tuple[Interval, ...]
    entitlements: dict[int, EntitlementFacts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PricedHour:
    """An hour that may be booked, and what it costs: a free 次 or a fee."""

    session: SessionFacts
    is_free: bool
    charge_fen: int


@dataclass(frozen=True, slots=True)
class Admission:
    """What the rules say of one child's request: every reason, and the price if there is none."""

    child: ChildFacts
    verdicts: tuple[Verdict, ...]  # only those that stand in the way
    hours: tuple[PricedHour, ...]

    @property
    def is_admitted(self) -> bool:
        return not self.verdicts


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """What a cancellation gives back, told before and recorded after."""

    in_time: bool
    free_units_returned: int
    free_units_forfeited: int
    refund_fen: int
    kept_fen: int
    deadline: datetime
    verdict: Verdict


# --- an hour that is short of staff ----------------------------------------------------------


class RepairKind(StrEnum):
    """Ways of mending an hour, the gentlest first."""

    SWAP = "swap"  # 换人: somebody of the house
    BORROW = "borrow"  # 借人: somebody of another house
    MERGE = "merge"  # 并班: two groups in one room
    NEIGHBOR = "neighbor"  # 转到附近: some children go to a house within a walk
    DISPLACE = "displace"  # 调整预约: last of all, by the published order


@dataclass(frozen=True, slots=True)
class BrokenHours:
    """Hours of one group that follow each other and are short of staff."""

    hours: tuple[SessionFacts, ...]

    @property
    def during(self) -> Interval:
        return Interval(self.hours[0].starts_at, self.hours[-1].ends_at)

    @property
    def short(self) -> int:
        """How many people are missing in the worst of the hours."""
        return max(
            -(-hour.places_taken // hour.children_per_staff) - hour.counted_staff
            for hour in self.hours
        )

    @property
    def children_too_many(self) -> tuple[int, ...]:
        """How many children are more than the staff may care for, hour by hour."""
        return tuple(max(hour.places_taken - hour.places_by_staff, 0) for hour in self.hours)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could stand in: free, and every paper good."""

    person_id: int
    person: str  # public id
    name: str
    is_borrowed: bool
    is_moved: bool = False  # rostered elsewhere in the house at the time
    home: str = ""  # the house they come from, when they are borrowed
    distance_m: int = 0


@dataclass(frozen=True, slots=True)
class OtherRoom:
    """Another group's hours at the same times, in this house or one nearby."""

    hours: tuple[SessionFacts, ...]
    distance_m: int = 0

    @property
    def name(self) -> str:
        return self.hours[0].care_group

    @property
    def facility_name(self) -> str:
        return self.hours[0].facility_name


@dataclass(frozen=True, slots=True)
class PlacedHour:
    """A booked hour, as far as the order of displacement looks at it."""

    hour_id: int
    booking_id: int
    child_id: int
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Repair:
    """One way of mending a stretch, and what it costs those concerned."""

    kind: RepairKind
    broken: BrokenHours
    cost: int
    people: tuple[Candidate, ...] = ()
    room: OtherRoom | None = None
    children: int = 0  # who are moved or turned away

    @property
    def key(self) -> str:
        """Names the repair from one request to the next: kind, hours and whom or where."""
        hours = "+".join(hour.public_id for hour in self.broken.hours)
        target = "+".join(one.person for one in self.people)
        if self.room is not None:
            target = "+".join(hour.public_id for hour in self.room.hours)
        return f"{self.kind.value}:{hours}:{target}"


@dataclass(frozen=True, slots=True)
class SickCall:
    """What followed from a sick call: what broke, and what would mend it."""

    person: str  # public id
    leave: str  # public id
    in_breach: tuple[str, ...]  # public ids of all hours that are short for it, wherever
    broken: tuple[BrokenHours, ...]  # what of them is still to come, in the actor's houses
    repairs: tuple[Repair, ...]

    @property
    def also_short(self) -> int:
        """How many hours are short that have begun, or are another's to mend."""
        return len(self.in_breach) - sum(len(one.hours) for one in self.broken)
