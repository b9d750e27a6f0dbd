"""The words of 保教活动方案: who issues one, which houses it is for, and who has read it."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.types import Role

ISSUERS = (Role.SUPERVISION_LEAD, Role.INSPECTOR)  # 区教育局: 金教〔2023〕29号 五
ACKNOWLEDGERS = (Role.OPERATOR, Role.PERSON_IN_CHARGE)
READERS = (*ISSUERS, *ACKNOWLEDGERS, Role.CAREGIVER)


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A plan as somebody writes it."""

    title: str
    months_from: int
    months_through: int
    text: str
    starts_on: date


@dataclass(frozen=True, slots=True)
class HouseReading:
    """A house, and who of it has read a plan when."""

    id: str
    name: str
    subdistrict: str
    read_at: datetime | None
    read_by: str
    may_acknowledge: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan in a list."""

    id: str
    title: str
    months_words: str
    district: str
    starts_on: date
    issued_at: datetime
    read: int  # of the reader's houses: all of the district's for an officer
    houses: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan, whole, with the reader's houses."""

    row: PlanRow
    text: str
    issued_by: str
    has_file: bool
    article: str
    quote: str
    source: str
    houses: tuple[HouseReading, ...]
    is_officer: bool
