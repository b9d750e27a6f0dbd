"""The words of families, and the facts of a child that other apps may know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from regulations.types import Limit


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


class FileKind(StrEnum):
    """What a paper may be handed in as, told by its content."""

    JPEG = "jpg"
    PDF = "pdf"


class ConsentChannel(StrEnum):
    """Where a guardian answered."""

    PORTAL = "portal"
    HOUSE = "house"  # on paper, in the house


class Answer(StrEnum):
    """What a guardian may say to a purpose."""

    GIVE = "give"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


class ConsentPurpose(StrEnum):
    """Why a child's data are processed; each is asked for by itself."""

    CARE = "care"  # needed to book and to be cared for
    HEALTH = "health"  # allergies and history, shown to the caregivers on the day
    SUPERVISION = "supervision"  # shown to the departments that inspect
    GUIDANCE = "guidance"  # 科学育儿指导 by month of age; may be refused


REQUIRED_CONSENTS = (ConsentPurpose.CARE, ConsentPurpose.HEALTH)


class IdentityFault(StrEnum):
    """What is wrong with a 居民身份证号码."""

    SHAPE = "shape"
    BIRTH_DATE = "birth_date"
    OTHER_BIRTH_DATE = "other_birth_date"
    OTHER_SEX = "other_sex"
    CHECK_DIGIT = "check_digit"


class BirthFault(StrEnum):
    """Why a day of birth cannot be taken."""

    IN_FUTURE = "in_future"
    TOO_OLD = "too_old"


class CheckFault(StrEnum):
    """Why a health check cannot be handed in."""

    IN_FUTURE = "in_future"
    BEFORE_BIRTH = "before_birth"
    EXPIRED = "expired"
    NO_RULE = "no_rule"  # nobody said how long one is valid


class FileFault(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_KIND = "unknown_kind"
    BROKEN = "broken"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_FILES = "too_many_files"


class NeedKind(StrEnum):
    """What a child still lacks."""

    CONSENT = "consent"
    HISTORY = "history"
    AGREEMENT = "agreement"
    HEALTH_CHECK_MISSING = "health_check_missing"
    HEALTH_CHECK_WAITING = "health_check_waiting"
    HEALTH_CHECK_REJECTED = "health_check_rejected"
    HEALTH_CHECK_EXPIRED = "health_check_expired"
    HEALTH_CHECK_EXPIRING = "health_check_expiring"


class Page(StrEnum):
    """Which of a child's papers somebody looked at."""

    CHILD = "child"
    HEALTH_CHECK = "health_check"
    HEALTH_CHECK_FILE = "health_check_file"
    AGREEMENT = "agreement"
    CONSENTS = "consents"
    HISTORY = "history"
    FAMILY = "family"
    PICKUPS = "pickups"
    LOOKED = "looked"
    EXPORT = "export"
    REVIEW = "review"
    REVIEW_FILE = "review_file"
    GATE = "gate"
    STAY = "stay"
    WALK_IN = "walk_in"


@dataclass(frozen=True, slots=True)
class Need:
    """One thing a child lacks, with the clause that asks for it."""

    kind: NeedKind
    blocks: bool  # no booking until it is there
    limit: Limit | None
    purpose: ConsentPurpose | None = None
    through: date | None = None  # how long what is there still holds
    days: int | None = None


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child as one of the guardians sees it. Every page starts from here."""

    id: int
    public_id: str
    name: str
    nickname: str
    sex: Sex
    born_on: date
    subdistrict_id: int
    subdistrict: str  # code
    subdistrict_name: str
    district: str  # code
    relation: Relation
    right: GuardianRight

    @property
    def called(self) -> str:
        """What the family calls the child."""
        return self.nickname or self.name

    @property
    def may_edit(self) -> bool:
        return self.right is GuardianRight.FULL


@dataclass(frozen=True, slots=True)
class NewChild:
    """A child as a guardian registers it."""

    name: str
    sex: Sex
    born_on: date
    identity_number: str = field(repr=False)
    subdistrict: str  # code of the 街镇 the child lives in
    relation: Relation
    nickname: str = ""
    consents: Mapping[ConsentPurpose, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class History:
    """Allergies and past illnesses. Having none is said, never left open."""

    allergies: str = field(repr=False)
    medical_history: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file that was looked at: what it is, and nothing it should not carry."""

    kind: FileKind
    content: bytes = field(repr=False)
    sha256: str


@dataclass(frozen=True, slots=True)
class NewHealthCheck:
    """A 健康检查合格证明 as a family hands it in."""

    examined_on: date
    institution: str
    file: CleanFile


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """Whom a guardian asks to stand with a child."""

    phone: str
    relation: Relation
    right: GuardianRight


@dataclass(frozen=True, slots=True)
class NewPickup:
    """Somebody who may bring and collect the child."""

    name: str
    phone: str
    relation: str


@dataclass(frozen=True, slots=True)
class HealthCheckRow:
    """One health check in the family's list."""

    public_id: str
    examined_on: date
    valid_through: date
    institution: str
    state: ReviewState
    reason: str
    handed_in_at: datetime
    has_file: bool


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A health check as its reviewer sees it."""

    id: int
    public_id: str
    child_id: int
    child: str  # public id
    child_name: str
    born_on: date
    subdistrict_name: str
    institution: str
    examined_on: date
    valid_through: date
    state: ReviewState
    reason: str
    handed_in_at: datetime
    file_kind: str  # '' when there is none
    used_for_another_child: bool


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """The current 服务协议 of a 街镇, and whether it is signed for a child."""

    id: int
    subdistrict: str
    subdistrict_name: str
    version: int
    text: str
    text_sha256: str
    valid_from: date
    signed_at: datetime | None
    signed_name: str


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """The answer that stands to one purpose; None: none was given yet."""

    purpose: ConsentPurpose
    given: bool | None
    at: datetime | None
    is_current_text: bool


@dataclass(frozen=True, slots=True)
class GuardianRow:
    """One of the people who stand with a child."""

    user: str  # public id
    name: str
    phone_end: str
    relation: Relation
    right: GuardianRight
    since: datetime
    is_me: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that waits for an answer."""

    public_id: str
    child_name: str
    phone: str
    relation: Relation
    right: GuardianRight
    invited_by: str
    invited_at: datetime


@dataclass(frozen=True, slots=True)
class PickupRow:
    """Somebody who may bring and collect the child."""

    public_id: str
    name: str
    phone: str
    relation: str
    named_at: datetime


@dataclass(frozen=True, slots=True)
class LookRow:
    """Who did or saw something, when, and why."""

    at: datetime
    who: str
    role: str
    what: str


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What was declared, and when."""

    allergies: str = field(repr=False)
    medical_history: str = field(repr=False)
    declared_at: datetime | None


@dataclass(frozen=True, slots=True)
class NeedRow:
    """One thing to do for one child, as the home page lists it."""

    child: str  # public id
    child_called: str
    kind: NeedKind
    sentence: str
    action: str
    url: str
    blocks: bool
    is_waiting: bool  # it is the reviewer's turn, not the family's
    document: str  # '' where no rule is loaded
    article: str
    quote: str
    is_product_decision: bool


class PaperState(StrEnum):
    """How a paper stands."""

    OK = "ok"
    WAITING = "waiting"
    SOON = "soon"  # still good, not for long
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One line of the child's checklist."""

    title: str
    url: str
    state: PaperState
    words: str
    needs: tuple[NeedRow, ...]


@dataclass(frozen=True, slots=True)
class ChildOverview:
    """A child of the actor's with the state of all papers."""

    child: ChildRow
    facts: "ChildFacts"
    needs: tuple[NeedRow, ...]


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """One version in the 街镇's own list."""

    version: int
    valid_from: date
    text: str
    signed: int


@dataclass(frozen=True, slots=True)
class SubdistrictRow:
    """A 街镇 to choose from."""

    code: str
    name: str
    district_name: str


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
    guardian_ids: tuple[int, ...] = ()  # users who are told of what happens
