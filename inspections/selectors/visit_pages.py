"""Visits as people read them: what is due, the form, and what was signed."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.selectors import names_of
from accounts.types import Actor
from common.refusals import NotFound
from inspections.messages import (
    ANSWERS,
    DOMAINS,
    EVIDENCES,
    FINDING_KINDS,
    FINISHES,
    KINDS,
    ROWS_SAY,
    SIDES,
)
from inspections.models import (
    Finding,
    Visit,
    VisitItem,
    VisitPart,
    VisitResult,
)
from inspections.rules.visiting import Finish, answers_to, comes_to
from inspections.selectors.goers import half_signature_of, sent_for
from inspections.selectors.parts import items_of, may_answer
from inspections.selectors.sealed import standing_findings
from inspections.types import (
    Answer,
    Area,
    Department,
    Domain,
    Evidence,
    FindingKind,
    PartState,
    RowsSay,
    Severity,
    Side,
    VisitKind,
)
from inspections.words import AREAS, DEPARTMENTS, SEVERITIES

# Whose pages of rows a link may lead to: others have no way in there.
_FOLLOW = frozenset({Department.EDUCATION, Department.HOUSE})
_KINDS_OF = {Finish.MEETS: "is-ok", Finish.FAILS: "is-bad", Finish.NOT_SEEN: "is-warn"}


@dataclass(frozen=True, slots=True)
class PhotoRow:
    id: str
    sent_sha256: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of a part."""

    code: str
    text: str
    source: str
    quote: str
    severity: str
    severity_kind: str
    evidence: str
    needs_photo: bool
    rows_say: RowsSay
    rows_words: str
    said: str
    link: str
    answer: str
    answer_words: str
    finish: str
    finish_words: str
    finish_kind: str
    note: str
    choices: tuple[Choice, ...]
    photos: tuple[PhotoRow, ...]


@dataclass(frozen=True, slots=True)
class AreaRows:
    key: str
    words: str
    items: tuple[ItemRow, ...]

    @property
    def answered(self) -> int:
        return sum(1 for one in self.items if one.answer)


@dataclass(frozen=True, slots=True)
class PartPage:
    """A department's part with its items, by area."""

    id: str
    visit: str
    house: str
    kind: str
    department: str
    is_own_check: bool
    state: PartState
    version: int
    correcting_because: str
    opened_at: datetime
    checklist: str
    areas: tuple[AreaRows, ...]

    @property
    def total(self) -> int:
        return sum(len(area.items) for area in self.areas)

    @property
    def answered(self) -> int:
        return sum(area.answered for area in self.areas)


def part_page(part: VisitPart) -> PartPage:
    """A part as those who may read it see it. Two statements."""
    rows = items_of(part)
    order = list(Area)
    rows.sort(key=lambda row: (order.index(Area(row.item.area)), row.item.position))
    follows = Department(part.department) in _FOLLOW
    visit = part.visit
    return PartPage(
        id=str(part.public_id),
        visit=str(visit.public_id),
        house=visit.facility.name,
        kind=kind_of(visit),
        department=DEPARTMENTS[Department(part.department)],
        is_own_check=part.department == Department.HOUSE,
        state=PartState(part.state),
        version=part.version,
        correcting_because=part.correcting_because,
        opened_at=part.opened_at,
        checklist=(
            f"{visit.checklist.title} 第{visit.checklist.version}版" if visit.checklist else ""
        ),
        areas=tuple(
            AreaRows(area, AREAS[Area(area)], tuple(_item(row, follows=follows) for row in found))
            for area, found in groupby(rows, key=lambda row: row.item.area)
        ),
    )


def kind_of(visit: Visit) -> str:
    """Why somebody comes, in words."""
    words = KINDS[VisitKind(visit.kind)]
    return f"{words} · {DOMAINS[Domain(visit.domain)]}" if visit.domain else words


def _item(row: VisitItem, *, follows: bool) -> ItemRow:
    item, says = row.item, RowsSay(row.rows_say)
    finish = comes_to(says, row.answer)
    return ItemRow(
        code=item.code,
        text=item.text,
        source=f"{item.number or item.document} {item.article}",
        quote=item.quote,
        severity=SEVERITIES[Severity(item.severity)],
        severity_kind=_SEVERITY_KINDS[Severity(item.severity)],
        evidence=EVIDENCES[Evidence(item.evidence)],
        needs_photo=item.evidence == Evidence.PHOTO,
        rows_say=says,
        rows_words=ROWS_SAY[says],
        said=row.said,
        link=row.link if follows else "",
        answer=row.answer,
        answer_words=ANSWERS[Answer(row.answer)] if row.answer else "",
        finish=finish.value,
        finish_words=FINISHES[finish],
        finish_kind=_KINDS_OF.get(finish, ""),
        note=row.note,
        choices=tuple(
            Choice(one.value, ANSWERS[one], one.value == row.answer) for one in answers_to(says)
        ),
        photos=tuple(
            PhotoRow(str(one.public_id), one.sent_sha256)
            for one in sorted(row.photos.all(), key=lambda one: one.pk)
        ),
    )


_SEVERITY_KINDS = {
    Severity.ORDINARY: "",
    Severity.SERIOUS: "is-warn",
    Severity.SEVERE: "is-bad",
}


# --- what was signed -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignatureRow:
    side: str
    name: str
    position: str
    absent_because: str
    has_refused: bool
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A signed version of a part's result."""

    version: int
    number: int
    sha256: str
    key_id: str
    signed_at: datetime
    signatures: tuple[SignatureRow, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    code: str
    text: str
    kind: str
    severity: str
    severity_kind: str
    note: str


@dataclass(frozen=True, slots=True)
class AbsentRow:
    """A department that never came."""

    department: str
    because: str
    gives_back: bool  # education looked at its items


@dataclass(frozen=True, slots=True)
class ResultPage:
    part: PartPage
    versions: tuple[VersionRow, ...]  # the newest first
    findings: tuple[FindingRow, ...]
    may_answer: bool
    absent: tuple[AbsentRow, ...]


def result_page(actor: Actor, part: VisitPart) -> ResultPage:
    """What was found on a part, with every signed version. :raises NotFound: before the first."""
    results = list(part.results.prefetch_related("signatures").order_by("-version"))
    if not results:
        raise NotFound
    return ResultPage(
        part=part_page(part),
        versions=tuple(_version(one) for one in results),
        findings=tuple(_finding(one) for one in standing_findings(part)),
        may_answer=may_answer(actor, part),
        absent=tuple(
            AbsentRow(DEPARTMENTS[Department(one.department)], one.absent_because, one.gives_back)
            for one in part.visit.parts.filter(state=PartState.ABSENT).order_by("pk")
        ),
    )


@dataclass(frozen=True, slots=True)
class HalfPage:
    """What waits for the second signature."""

    name: str
    signed_at: datetime
    house_name: str
    house_position: str
    absent_because: str
    has_refused: bool
    sha256: str
    waits_for: str
    may_sign: bool


def half_page(actor: Actor, part: VisitPart, *, now: datetime) -> HalfPage:
    """Who has signed, and for whom it waits. :raises NotFound: when nobody has."""
    half = half_signature_of(part)
    if half is None:
        raise NotFound
    others = [one for one in sent_for(part, now=now) if one != half.signed_by_id]
    # A correction may be signed by any two of the department.
    is_open_to_all = part.version > 1 and actor.person != half.signed_by_id
    return HalfPage(
        name=half.name,
        signed_at=half.signed_at,
        house_name=half.house_name,
        house_position=half.house_position,
        absent_because=half.absent_because,
        has_refused=half.has_refused,
        sha256=half.sha256,
        waits_for="、".join(names_of(others).values()),
        may_sign=actor.person in others or is_open_to_all,
    )


def _version(result: VisitResult) -> VersionRow:
    return VersionRow(
        version=result.version,
        number=result.number,
        sha256=result.sha256,
        key_id=result.key_id,
        signed_at=result.signed_at,
        signatures=tuple(
            SignatureRow(
                SIDES[Side(one.side)],
                one.name,
                one.position,
                one.absent_because,
                one.has_refused,
                one.signed_at,
            )
            for one in sorted(result.signatures.all(), key=lambda one: (-len(one.side), one.pk))
        ),
    )


def _finding(one: Finding) -> FindingRow:
    return FindingRow(
        one.code,
        one.text,
        FINDING_KINDS[FindingKind(one.kind)],
        SEVERITIES[Severity(one.severity)],
        _SEVERITY_KINDS[Severity(one.severity)],
        one.note,
    )
