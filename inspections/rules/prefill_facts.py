"""What a house's rows hold, as far as the items of a list ask, and what is said of an item."""

from dataclasses import dataclass, field
from datetime import date, datetime

from inspections.rules.crowding import Crowd
from inspections.types import Prefill, RowsSay
from regulations.types import Outcome, Verdict
from staff.types import PersonFacts


@dataclass(frozen=True, slots=True)
class Said:
    """What the rows say of one item."""

    rows_say: RowsSay
    words: str
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Shortage:
    """A stretch in which a room had too few people who count."""

    room: str
    starts_at: datetime
    seconds: int | None  # None: by the roster, or not over
    is_actual: bool
    children: int
    counted_staff: int


@dataclass(frozen=True, slots=True)
class Register:
    """An item of a register that needs somebody, or does not."""

    name: str
    state_words: str
    needs_somebody: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """One verdict on cameras or alarm, as safety says it."""

    words: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Papers:
    """How many of the children to come lack a paper. Never who."""

    children: int
    without_health_check: int
    without_history: int
    without_agreement: int


@dataclass(frozen=True, slots=True)
class Span:
    """Since when a house is judged anew, and how many whole days of care tell of it."""

    since: datetime
    days_seen: int
    days_needed: int


@dataclass(frozen=True, slots=True)
class Record:
    """All that the rows of a house say at one moment."""

    district: str
    facility_id: int
    day: date
    days: int  # how far back it looks
    name: str
    has_sign: bool
    has_separate_space: bool
    has_outdoor_area: bool
    has_nursing_room: bool
    insured_through: date | None
    modes_without_fee: tuple[str, ...]
    crowds: tuple[Crowd, ...]
    stays: int
    sessions_of_a_child: int  # most of one child on one day
    shortages: tuple[Shortage, ...]
    people: tuple[PersonFacts, ...]
    cameras: dict[Prefill, Coverage] = field(default_factory=dict)
    registers: dict[Prefill, tuple[Register, ...]] = field(default_factory=dict)
    papers: Papers = field(default_factory=lambda: Papers(0, 0, 0, 0))
    span: Span | None = None  # None: the last `days` days, whatever they hold
