"""The words of families, and the facts of a child that other apps may know."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Relation(StrEnum):
    MOTHER = "mother"
    FATHER = "father"
    GRANDPARENT = "grandparent"  # 祖辈
    OTHER = "other"


class GuardianRight(StrEnum):
    """What a guardian may do for a child in the portal."""

    FULL = "full"  # sign, consent, invite
    BOOK = "book"  # book and cancel
    READ = "read"  # 只读


class Sex(StrEnum):
    GIRL = "girl"
    BOY = "boy"


class ReviewState(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ConsentPurpose(StrEnum):
    """Why a child's data are processed; each is asked for by itself."""

    CARE = "care"  # needed to book and to be cared for
    HEALTH = "health"  # allergies and history, shown to the caregivers on the day
    SUPERVISION = "supervision"  # shown to the departments that inspect
    GUIDANCE = "guidance"  # 科学育儿指导 by month of age; may be refused


REQUIRED_CONSENTS = (ConsentPurpose.CARE, ConsentPurpose.HEALTH)


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What admission must know of a child, as of one reading."""

    id: int
    public_id: str
    name: str
    born_on: date
    district: str  # where the child lives, GB/T 2260
    subdistrict: str
    may_book: bool  # the actor may book for this child
    agreement_signed: bool  # the current version, of the 街镇 asked about
    health_check_through: date | None  # the last accepted one
    health_check_state: ReviewState | None  # the newest one handed in
    history_declared: bool
    consents_missing: tuple[ConsentPurpose, ...]
