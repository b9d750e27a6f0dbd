"""Beginning a visit: who looks at what, and what the rows say at that moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.selectors import roles_held
from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities.models import Facility
from facilities.selectors.access import facility_for, place_of
from inspections.messages import EXCLUSIONS, objection
from inspections.models import (
    Checklist,
    ChecklistItem,
    Visit,
    VisitInspector,
    VisitItem,
    VisitPart,
)
from inspections.notices import to_join_notices
from inspections.rules.prefill_facts import Said
from inspections.rules.visiting import is_asked, who_answers
from inspections.selectors.access import lock_visit
from inspections.selectors.checklists import newest_checklist
from inspections.selectors.facts import officer_facts, why_away
from inspections.selectors.goers import keeping_away_from
from inspections.selectors.parts import departments_at, visit_to_open
from inspections.selectors.prefill import link_to_rows, prefilled
from inspections.types import (
    DEPARTMENTS_OF,
    KEEPERS,
    LOOKERS,
    Area,
    Department,
    Exclusion,
    Obstacle,
    Prefill,
    RowsSay,
    VisitKind,
    VisitState,
)
from notifications import services as notifications

AD_HOC = (VisitKind.PATROL, VisitKind.SPOT, VisitKind.JOINT)
_KEEPS_AWAY = (Exclusion.SAME_SUBDISTRICT, Exclusion.DECLARED_INTEREST)


@dataclass(frozen=True, slots=True)
class AdHoc:
    """A visit that nobody planned, as somebody begins it at the door."""

    facility: str
    kind: VisitKind
    departments: tuple[Department, ...] = ()


@transaction.atomic
def begin_visit(*, visit: AdHoc, actor: Actor, now: datetime) -> Visit:
    """Begin a visit that was not planned: 巡查, 抽查, 联合检查, or the house's own 自查.

    :raises NotFound: when the house is not the actor's to look at.
    :raises InvalidInput: when the kind or the departments do not fit.
    :raises Refused: when the actor must keep away, or there is no checklist.
    """
    roles = KEEPERS if visit.kind is VisitKind.SELF else LOOKERS
    house = facility_for(actor, visit.facility, *roles)
    own = departments_at(actor, place_of(house))
    departments = _departments(visit, own)
    row = Visit.objects.create(
        facility=house, kind=visit.kind.value, planned_on=day_in_shanghai(now)
    )
    VisitInspector.objects.create(visit=row, user_id=actor.person)
    return _open(row, house, departments, actor, now)


def _departments(visit: AdHoc, own: frozenset[Department]) -> tuple[Department, ...]:
    if visit.kind is VisitKind.SELF:
        return (Department.HOUSE,)
    if visit.kind not in AD_HOC:
        by_order = visit.kind is VisitKind.RECHECK
        words = "再检查从整改单里安排。" if by_order else "这种检查要先安排，不能直接开始。"
        raise InvalidInput({"kind": [words]})
    if visit.kind is not VisitKind.JOINT:
        return (next(one for one in Department if one in own and one is not Department.HOUSE),)
    asked = tuple(one for one in Department if one in visit.departments)
    if len(asked) < 2 or Department.HOUSE in asked or not own & set(asked):
        raise InvalidInput({"departments": ["联合检查请选两个以上部门，其中有您所在的部门。"]})
    return asked


@transaction.atomic
def open_visit(*, visit: str, actor: Actor, now: datetime) -> Visit:
    """Begin a planned or drawn visit: the departments are those of the people it sends.

    :raises NotFound: when the house is not the actor's to look at.
    :raises Refused: when it was begun, is withdrawn, sends others, or there is no checklist;
        and for a 再检查, which has none: it is signed on its order.
    """
    found = visit_to_open(actor, visit)
    if found.kind == VisitKind.RECHECK:
        raise Refused([objection(Obstacle.RECHECK_IS_OF_AN_ORDER)])
    locked = lock_visit(found.pk)
    if locked.state != VisitState.PLANNED:
        raise Refused([objection(Obstacle.VISIT_IS_OVER)])
    house = found.facility
    departments = _planned_departments(locked, house, actor, now)
    return _open(locked, house, departments, actor, now)


def _planned_departments(
    visit: Visit, house: Facility, actor: Actor, now: datetime
) -> tuple[Department, ...]:
    own = departments_at(actor, place_of(house))
    if visit.kind in {VisitKind.SELF, VisitKind.PAIRED}:
        wanted = Department.HOUSE if visit.kind == VisitKind.SELF else Department.EDUCATION
        if wanted not in own:
            raise NotFound
        return (wanted,)
    goers = list(visit.goers.order_by("user_id").values_list("user_id", flat=True))
    if actor.user_id not in goers:
        raise Refused([objection(Obstacle.VISIT_IS_NOT_YOURS)])
    held = roles_held(goers, at=place_of(house), today=day_in_shanghai(now))
    sent = {DEPARTMENTS_OF[role] for role in held if role in LOOKERS}
    return tuple(one for one in Department if one in sent)


def _open(
    visit: Visit,
    house: Facility,
    departments: Sequence[Department],
    actor: Actor,
    now: datetime,
) -> Visit:
    keep_away(house, actor, now)
    checklist = newest_checklist()
    if checklist is None:
        raise Refused([objection(Obstacle.NO_CHECKLIST)])
    visit.state, visit.checklist, visit.opened_at = VisitState.OPEN, checklist, now
    visit.save(update_fields=["state", "checklist", "opened_at"])
    asked = _asked(checklist, visit.domain)
    ask(visit, departments, [(one, who_answers(_of(one), departments)) for one in asked],
        actor, now)  # fmt: skip
    audit.record(
        kind="inspections.visit.opened",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{visit.public_id}",
        data={"kind": visit.kind, "departments": [one.value for one in departments]},
    )
    _tell_who_is_expected(visit, departments, actor, now)
    return visit


def _tell_who_is_expected(
    visit: Visit, departments: Sequence[Department], actor: Actor, now: datetime
) -> None:
    """The others who were ticked for a 联合检查 learn that it has begun."""
    if visit.kind != VisitKind.JOINT:
        return
    own = departments_at(actor, place_of(visit.facility))
    others = [one for one in departments if one not in own]
    going = visit.goers.values_list("user_id", flat=True)
    away = {*going, *keeping_away_from(visit.facility, today=day_in_shanghai(now))}
    notifications.queue(to_join_notices(visit, others, away, now=now), now=now)


def keep_away(house: Facility, actor: Actor, now: datetime) -> None:
    """回避 holds for visits that nobody planned, too."""
    entry = officer_facts(house.subdistrict.district.code, actor.person, today=day_in_shanghai(now))
    if entry is None:
        return
    why = why_away(house, entry)
    if why in _KEEPS_AWAY:
        raise Refused(
            [
                objection(
                    Obstacle.MUST_KEEP_AWAY,
                    person=actor.name,
                    house=house.name,
                    reason=EXCLUSIONS[why],
                )
            ]
        )


def _asked(checklist: Checklist, domain: str) -> list[ChecklistItem]:
    return [
        item
        for item in checklist.items.order_by("position")
        if is_asked(Area(item.area), Department(item.department), domain)
    ]


def _of(item: ChecklistItem) -> Department:
    return Department(item.department)


def ask(
    visit: Visit,
    departments: Sequence[Department],
    items: Iterable[tuple[ChecklistItem, Department | None]],
    actor: Actor,
    now: datetime,
) -> None:
    """Give each department its part, with the items it answers and what the rows say of them."""
    parts = {
        one: VisitPart.objects.create(
            visit=visit, department=one.value, opened_by_id=actor.person, opened_at=now
        )
        for one in departments
    }
    add_items(visit.facility, [(parts[who], one) for one, who in items if who is not None], now)


def add_items(
    house: Facility, items: Iterable[tuple[VisitPart, ChecklistItem]], now: datetime
) -> None:
    """Ask items of parts, each with what the rows say of it now."""
    said = prefilled(house, now=now)
    VisitItem.objects.bulk_create(
        _row(part, item, said[Prefill(item.prefill)] if item.prefill else None, house, now)
        for part, item in items
    )


def _row(
    part: VisitPart, item: ChecklistItem, said: Said | None, house: Facility, now: datetime
) -> VisitItem:
    return VisitItem(
        part=part,
        item=item,
        rows_say=(said.rows_say if said else RowsSay.SILENT).value,
        said=said.words if said else "",
        link=link_to_rows(Prefill(item.prefill), house) if item.prefill else "",
        read_at=now,
    )
