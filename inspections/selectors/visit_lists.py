"""Visits in lists: what is due, what is open, who else looks, and along to which one may come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.models import Facility
from facilities.selectors.access import facilities_of, place_of
from inspections.models import (
    Visit,
    VisitInspector,
    VisitPart,
)
from inspections.selectors.goers import visits_to_join
from inspections.selectors.orders_access import order_of_recheck
from inspections.selectors.parts import (
    departments_at,
    own_open_sheets,
    untouched_parts,
    waiting_for,
)
from inspections.selectors.visit_pages import kind_of
from inspections.types import (
    KEEPERS,
    LOOKERS,
    MAY_BE_JOINED,
    Department,
    PartState,
    VisitKind,
    VisitState,
)
from inspections.words import DEPARTMENTS

_SHOWN = 30


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
    is_half_signed: bool
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
    to_countersign: tuple[PartLine, ...] = ()
    to_join: tuple[DueLine, ...] = ()


@dataclass(frozen=True, slots=True)
class OtherPart:
    """A department that looks at its own items."""

    department: str
    is_signed: bool
    absent_because: str = ""  # it never came, and was let go


@dataclass(frozen=True, slots=True)
class GoerLine:
    """Somebody who was sent, or came along."""

    id: str
    name: str
    instead_of: str
    because: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A visit with the parts that the actor may see."""

    id: str
    house: str
    kind: str
    planned_on: date
    opened_at: datetime | None
    done_on: date | None
    parts: tuple[PartLine, ...]
    others: tuple[OtherPart, ...]  # who else looks, and whose items the actor does not see
    goers: tuple[GoerLine, ...]
    looks: bool  # the actor comes from a department; who does not is of the house
    is_sent: bool  # the actor is one of them
    may_join: bool
    may_send: bool
    to_release: tuple[tuple[str, str], ...]  # departments that the actor may let go


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
        to_countersign=tuple(_lines(actor, houses, waiting_for(actor), own=True)),
        to_join=tuple(_due(one, today) for one in visits_to_join(actor)[:_SHOWN]),
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
        kind=kind_of(visit),
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
    # Who answers alone is not told how far the other is, nor how much was found.
    rows = rows.exclude(Exists(own_open_sheets(actor).filter(visit=OuterRef("visit"))))
    if own:
        rows = rows.filter(department__in=[one.value for one in wanted])
    for part in rows.order_by("-opened_at", "-pk")[:_SHOWN]:
        yield _line(part, mine[part.visit.facility_id])


def _counted(rows: QuerySet[VisitPart]) -> QuerySet[VisitPart]:
    came = VisitPart.objects.filter(
        visit=OuterRef("visit"), department=OuterRef("items__item__department")
    ).exclude(Q(pk=OuterRef("pk")) | Q(gives_back=True))
    left = Q(Exists(came), items__answer="", items__note="", items__photos__isnull=True)
    return rows.select_related("visit__facility").annotate(
        total=Count("items", filter=~left, distinct=True),
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
        kind=kind_of(part.visit),
        on=day_in_shanghai(part.opened_at),
        answered=counts["answered"],
        total=counts["total"],
        findings=counts["found"],
        is_signed=part.state == PartState.SIGNED,
        is_half_signed=part.state == PartState.HALF,
        is_mine=Department(part.department) in mine,
    )


def visit_page(actor: Actor, visit: Visit) -> VisitPage:
    """A visit as the actor may see it: their own part, and what the others have signed."""
    at = place_of(visit.facility)
    own = departments_at(actor, at)
    parts, others = _parts_and_others(visit, own)
    goers = list(visit.goers.select_related("user", "instead_of").order_by("pk"))
    is_lead = actor.may(Role.SUPERVISION_LEAD, at=at)
    looks = bool(own - {Department.HOUSE})
    return VisitPage(
        id=str(visit.public_id),
        house=visit.facility.name,
        kind=kind_of(visit),
        planned_on=visit.planned_on,
        opened_at=visit.opened_at,
        done_on=visit.done_on,
        parts=tuple(parts),
        others=tuple(others),
        goers=tuple(_goer(one) for one in goers) if looks else (),
        looks=looks,
        is_sent=any(one.user_id == actor.user_id for one in goers),
        may_join=looks
        and (
            visits_to_join(actor).filter(pk=visit.pk).exists()
            or _may_sign_with(actor, visit, parts)
        ),
        may_send=is_lead and visit.state in {VisitState.PLANNED, VisitState.OPEN},
        to_release=_to_release(visit) if is_lead else (),
    )


def _parts_and_others(
    visit: Visit, own: frozenset[Department]
) -> tuple[list[PartLine], list[OtherPart]]:
    """The parts that may be opened, and who else looks. Education and the house read all."""
    sees_signed = bool(own & {Department.EDUCATION, Department.HOUSE})
    parts, others = [], []
    for part in _counted(visit.parts.all()).order_by("pk"):
        line = _line(part, own)
        if part.state == PartState.ABSENT:
            others.append(
                OtherPart(line.department, is_signed=False, absent_because=part.absent_because)
            )
        elif line.is_mine or (sees_signed and line.is_signed):
            parts.append(line)
        else:
            others.append(OtherPart(line.department, line.is_signed))
    return parts, others


def _to_release(visit: Visit) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(one.public_id), DEPARTMENTS[Department(one.department)])
        for one in untouched_parts(visit)
    )


def _may_sign_with(actor: Actor, visit: Visit, parts: Sequence[PartLine]) -> bool:
    """Whether the actor may come as the second officer of a department that looks already."""
    if visit.state != VisitState.OPEN or visit.kind not in MAY_BE_JOINED:
        return False
    if visit.kind == VisitKind.RANDOM or visit.goers.filter(user_id=actor.person).exists():
        return False
    return any(one.is_mine and not (one.is_signed or one.is_half_signed) for one in parts)


def _goer(one: VisitInspector) -> GoerLine:
    return GoerLine(
        id=str(one.user.public_id),
        name=one.user.name,
        instead_of=one.instead_of.name if one.instead_of else "",
        because=one.because,
    )
