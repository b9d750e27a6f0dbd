"""What a roster is asked for, what comes back, and the facts that can clash."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from common.intervals import Interval
from regulations.types import Verdict
from staff.types import HourFacts, PlannedShift, StaffRole, TrainingCategory, WeekFacts

# --- the question ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RosterLimits:
    """What the law says of one week, in whole minutes and people; made by `limits_for`."""

    children_per_staff: Mapping[date, Decimal]  # a day that is not in it: no rule
    on_duty: Mapping[date, Mapping[StaffRole, int]]
    daily_minutes: Mapping[date, int]
    weekly_minutes: int | None
    travel_minutes: int
    not_counting: Mapping[tuple[int, date], tuple[Verdict, ...]]  # though they may work
    not_allowed: Mapping[tuple[int, date], tuple[Verdict, ...]]  # why they may not work at all
    ratio_set_aside: frozenset[date] = frozenset()  # by a named override (原则上 only)


@dataclass(frozen=True, slots=True)
class RestRule:
    """After so many minutes without a pause there is a rest. 休息"""

    after_minutes: int  # of work, at most, between two rests
    at_least_minutes: int  # what is shorter is no rest
    at_most_minutes: int  # what is longer is two shifts, not one with a rest in it


@dataclass(frozen=True, slots=True)
class Wish:
    """When somebody would rather work, or rather not. Never binding."""

    person_id: int
    during: Interval
    is_preferred: bool  # True: on that day rather then than at another time; False: rather not


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """A house's week as it is to be filled.

    `week.shifts` is the present draft: a reference to stay near, nothing to keep. `kept` are the
    shifts that stay exactly as they are. Roles that no rule asks for (安保, 志愿者) are not
    planned: such shifts of the draft stay.
    """

    week: WeekFacts
    limits: RosterLimits
    wanted: Mapping[int, int] = field(default_factory=dict)  # session id: people, to sell it all
    asking: Mapping[int, int] = field(default_factory=dict)  # session id: children; before `wanted`
    availability: Mapping[tuple[int, date], tuple[Interval, ...]] = field(default_factory=dict)
    wishes: tuple[Wish, ...] = ()
    weekends_worked: Mapping[int, int] = field(default_factory=dict)  # days, in past weeks
    weekend: frozenset[date] = frozenset()  # the days that are shared out evenly
    kept: tuple[PlannedShift, ...] = ()
    near: tuple[PlannedShift, ...] = ()  # last week's, moved into this one; () for the draft
    rests: RestRule | None = None


# --- facts -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Needed:
    """A session needs so many who count."""

    hour: HourFacts
    people: int


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A day needs somebody of a role."""

    day: date
    role: StaffRole
    people: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A shift stays as it is."""

    shift: PlannedShift


@dataclass(frozen=True, slots=True)
class OnLeave:
    person_id: int
    during: Interval


@dataclass(frozen=True, slots=True)
class NotCounted:
    """Somebody may work on a day, but their papers do not let them count."""

    person_id: int
    day: date


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Somebody may not work on a day, whatever they do."""

    person_id: int
    day: date


@dataclass(frozen=True, slots=True)
class Unavailable:
    """Somebody can come on a day at certain times only, or not at all."""

    person_id: int
    day: date


@dataclass(frozen=True, slots=True)
class ElsewhereThen:
    """Somebody works in another house, and needs the way there and back."""

    person_id: int
    shift: PlannedShift


@dataclass(frozen=True, slots=True)
class LongestDay:
    person_id: int
    day: date
    minutes: int


@dataclass(frozen=True, slots=True)
class LongestWeek:
    person_id: int
    minutes: int


@dataclass(frozen=True, slots=True)
class RestDue:
    """Somebody needs a rest on a day."""

    person_id: int
    day: date


Fact = (
    Needed
    | OnDuty
    | Kept
    | OnLeave
    | NotCounted
    | NotAllowed
    | Unavailable
    | ElsewhereThen
    | LongestDay
    | LongestWeek
    | RestDue
)

Bar = OnLeave | NotCounted | NotAllowed | Unavailable | ElsewhereThen  # rules out some pieces


# --- the answer ------------------------------------------------------------------------------


class Level(StrEnum):
    """What is made as small as it can be, one after the other: the first in line comes first."""

    UNTRAINED = "untrained"  # lessons missing; only where courses are planned
    COURSES = "courses"  # seats taken; only where courses are planned
    UNSOLD = "unsold"  # children refused of those asking; else minutes by people missing
    NOBODY_ON_DUTY = "nobody_on_duty"  # minutes without 负责人, and without 保健人员
    WISHES = "wishes"  # minutes worked against a wish
    WEEKENDS = "weekends"  # squares of weekend days, past weeks included
    CHANGES = "changes"  # minutes that differ from the reference
    STRETCHES = "stretches"  # pieces of work
    MINUTES = "minutes"  # minutes of work


@dataclass(frozen=True, slots=True)
class Score:
    """How much of a level is left, and whether less was proven impossible."""

    level: Level
    value: int
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A week that holds. The kept shifts are in it."""

    shifts: tuple[PlannedShift, ...]
    scores: tuple[Score, ...]
    seconds: float  # spent searching
    is_repeatable: bool = True  # False: the clock ended the search, a seed may not repeat it

    @property
    def is_optimal(self) -> bool:
        """Whether no other week would be better."""
        return all(score.is_proven for score in self.scores)

    def value(self, level: Level) -> int:
        return next(score.value for score in self.scores if score.level is level)


@dataclass(frozen=True, slots=True)
class NoRoster:
    """There is no week that holds, because these facts clash; none of them could be left out."""

    facts: tuple[Fact, ...]  # () when time ran out before anything was known
    sentence: str
    reasons: tuple[str, ...] = ()  # fact by fact
    is_minimal: bool = True  # False: time ran out while leaving facts out
    seconds: float = 0


# --- training --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Course:
    """A training on offer in the week."""

    key: str
    during: Interval
    category: TrainingCategory
    lessons: int  # 课时


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Who takes what, and a week that holds meanwhile."""

    taken: tuple[tuple[int, str], ...]  # person, course
    proposal: Proposal
