"""Visits as people read them: what is due, the form, and what was signed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.models import Facility
from facilities.selectors.access import facilities_of, place_of
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
from inspections.models import Finding, Visit, VisitItem, VisitPart, VisitResult
from inspections.rules.visiting import Finish, answers_to, comes_to
from inspections.selectors.orders_access import order_of_recheck
from inspections.selectors.parts import departments_at, items_of, may_answer
from inspections.selectors.sealed import standing_findings
from inspections.types import (
    KEEPERS,
    LOOKERS,
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
    VisitState,
)
from inspections.words import AREAS, DEPARTMENTS, SEVERITIES

_SHOWN = 30
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
        kind=_kind(visit),
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


def _kind(visit: Visit) -> str:
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
class ResultPage:
    part: PartPage
    versions: tuple[VersionRow, ...]  # the newest first
    findings: tuple[FindingRow, ...]
    may_answer: bool


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
                SIDES[Side(one.side)], one.name, one.position, one.absent_because, one.signed_at
            )
            for one in sorted(result.signatures.all(), key=lambda one: -len(one.side))
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


# --- lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part in a list."""

    id: str
    department: str
    house: str
    kind: str
    on: date
    answered: int
    total: int
    findings: int
    is_signed: bool
    is_mine: bool


@dataclass(frozen=True, slots=True)
class DueLine:
    """A planned visit in a list."""

    id: str
    house: str
    kind: str
    planned_on: date
    is_overdue: bool
    is_mine: bool
    order: str = ""  # public id of the order on which a 再检查 is signed


@dataclass(frozen=True, slots=True)
class TodayPage:
    """What an officer has before them."""

    due: tuple[DueLine, ...]
    open: tuple[PartLine, ...]
    signed: tuple[PartLine, ...]


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A visit with the parts that the actor may see."""

    id: str
    house: str
    kind: str
    opened_at: datetime | None
    done_on: date | None
    parts: tuple[PartLine, ...]
    others: tuple[str, ...]  # departments that look, and whose items the actor does not see


def today_page(actor: Actor, *, now: datetime) -> TodayPage:
    """My visits that are due, and my department's open and signed ones. :raises NotFound:"""
    houses = _houses(actor, LOOKERS)
    today = day_in_shanghai(now)
    planned = (
        Visit.objects.filter(
            goers__user=actor.person, state=VisitState.PLANNED, facility__in=list(houses)
        )
        .annotate(order=order_of_recheck())
        .select_related("facility")
        .order_by("planned_on", "pk")[:_SHOWN]
    )
    return TodayPage(
        due=tuple(_due(one, today) for one in planned),
        open=tuple(_lines(actor, houses, Q(state=PartState.OPEN), own=True)),
        signed=tuple(_lines(actor, houses, Q(state=PartState.SIGNED), own=True)),
    )


def house_visits(actor: Actor, *, now: datetime) -> tuple[TodayPage, tuple[tuple[str, str], ...]]:
    """The visits to the actor's own houses, and the houses to choose from. :raises NotFound:"""
    houses = _houses(actor, KEEPERS)
    today = day_in_shanghai(now)
    coming = (
        Visit.objects.filter(
            state=VisitState.PLANNED, facility__in=list(houses), kind=VisitKind.SELF
        )
        .select_related("facility")
        .order_by("planned_on", "pk")[:_SHOWN]
    )
    page = TodayPage(
        due=tuple(_due(one, today) for one in coming),
        open=tuple(_lines(actor, houses, Q(state=PartState.OPEN), own=True)),
        signed=tuple(_lines(actor, houses, Q(state=PartState.SIGNED), own=False)),
    )
    return page, tuple((str(one.public_id), one.name) for one in houses.values())


def houses_to_look_at(actor: Actor) -> list[tuple[str, str]]:
    """The houses at which the actor may begin a visit."""
    return [(str(one.public_id), one.name) for one in _houses(actor, LOOKERS).values()]


def _houses(actor: Actor, roles: Sequence[object]) -> dict[int, Facility]:
    asked = tuple(role for role in LOOKERS + KEEPERS if role in roles)
    if not actor.holds(*asked):
        raise NotFound
    return {one.pk: one for one in facilities_of(actor, *asked)}


def _due(visit: Visit, today: date) -> DueLine:
    return DueLine(
        id=str(visit.public_id),
        house=visit.facility.name,
        kind=_kind(visit),
        planned_on=visit.planned_on,
        is_overdue=visit.planned_on < today,
        is_mine=True,
        order=str(getattr(visit, "order", None) or ""),
    )


def _lines(
    actor: Actor, houses: dict[int, Facility], condition: Q, *, own: bool
) -> Iterable[PartLine]:
    mine = {pk: departments_at(actor, place_of(house)) for pk, house in houses.items()}
    wanted = set().union(*mine.values()) if mine else set()
    rows = _counted(VisitPart.objects.filter(condition, visit__facility__in=list(houses)))
    if own:
        rows = rows.filter(department__in=[one.value for one in wanted])
    for part in rows.order_by("-opened_at", "-pk")[:_SHOWN]:
        yield _line(part, mine[part.visit.facility_id])


def _counted(rows: QuerySet[VisitPart]) -> QuerySet[VisitPart]:
    return rows.select_related("visit__facility").annotate(
        total=Count("items", distinct=True),
        answered=Count("items", filter=~Q(items__answer=""), distinct=True),
        found=Count(
            "items__findings",
            filter=Q(items__findings__withdrawn_by__isnull=True),
            distinct=True,
        ),
    )


def _line(part: VisitPart, mine: frozenset[Department]) -> PartLine:
    counts = vars(part)
    return PartLine(
        id=str(part.public_id),
        department=DEPARTMENTS[Department(part.department)],
        house=part.visit.facility.name,
        kind=_kind(part.visit),
        on=day_in_shanghai(part.opened_at),
        answered=counts["answered"],
        total=counts["total"],
        findings=counts["found"],
        is_signed=part.state == PartState.SIGNED,
        is_mine=Department(part.department) in mine,
    )


def visit_page(actor: Actor, visit: Visit) -> VisitPage:
    """A visit as the actor may see it: their own part, and what the others have signed."""
    own = departments_at(actor, place_of(visit.facility))
    sees_signed = bool(own & {Department.EDUCATION, Department.HOUSE})
    parts, others = [], []
    for part in _counted(visit.parts.all()).order_by("pk"):
        line = _line(part, own)
        if line.is_mine or (sees_signed and line.is_signed):
            parts.append(line)
        else:
            others.append(line.department)
    return VisitPage(
        id=str(visit.public_id),
        house=visit.facility.name,
        kind=_kind(visit),
        opened_at=visit.opened_at,
        done_on=visit.done_on,
        parts=tuple(parts),
        others=tuple(others),
    )
