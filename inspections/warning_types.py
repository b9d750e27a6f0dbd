"""The words of 风险预警: levels, what is seen of a house, and the signals that follow from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inspections.types import RiskReason


class Level(StrEnum):
    """How far a house's score has risen."""

    NONE = "none"  # 正常
    ATTENTION = "attention"  # 关注
    HIGH = "high"  # 预警

    @property
    def rank(self) -> int:
        return list(Level).index(self)


# What the house itself is not judged by: who reported it would be guessed; and what is the
# district's own to do.
NOT_FOR_THE_HOUSE = frozenset(
    {RiskReason.CASES_RISING, RiskReason.MONTHS_UNVISITED, RiskReason.VISITS_BEHIND}
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often something was written down lately, and in as many days before."""

    now: int = 0
    before: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the rows show of a house; nobody's name is in it."""

    open_breaches: int = 0
    past_breaches: int = 0
    shortage_minutes: int = 0  # by the clocks at the door
    unanswered: int = 0
    insured_through: date | None = None  # None: nothing covers today
    papers: int = 0  # lapsed, or soon
    registers: int = 0  # failed, overdue or never done; drills among them
    orders: int = 0  # overdue
    severe_orders: int = 0  # not over, due or not
    cases: Counted = Counted()
    incidents: Counted = Counted()
    corrections: int = 0
    months_unvisited: int = 0
    visits_done: int = 0
    visits_required: int | None = None  # None: the district states none


@dataclass(frozen=True, slots=True)
class WarningTerms:
    """The numbers a warning is made by; all of them come from `regulations`."""

    days: int
    shortage_minutes: int
    unanswered_minutes: int
    paper_days: int
    insurance_days: int
    corrections: int
    cases: int
    attention: int  # points
    high: int
    points: Mapping[RiskReason, int]


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason of a warning: what was measured, and what it counts."""

    reason: RiskReason
    measured: int
    points: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A house's signals, and the level to which they add up."""

    signals: tuple[Signal, ...]
    points: int
    level: Level
