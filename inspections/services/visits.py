"""Planning visits that no draw makes, and withdrawing those that will not take place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.selectors import roles_held
from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities.models import Facility
from facilities.selectors.access import facility_for, place_of
from inspections.messages import EXCLUSIONS, objection
from inspections.models import Inspector, Visit, VisitInspector
from inspections.notices import assigned_notices, to_join_notices
from inspections.selectors.access import lock_visit, visit_for
from inspections.selectors.facts import inspector_facts, why_away
from inspections.selectors.goers import keeping_away_from
from inspections.types import (
    Department,
    InspectorFacts,
    Objection,
    Obstacle,
    VisitKind,
    VisitState,
    roles_of,
)
from inspections.words import AUTHORITIES, worded
from notifications import services as notifications


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit as the lead plans it; inspectors are ids of the register."""

    facility: str
    kind: VisitKind
    planned_on: date
    inspectors: tuple[str, ...] = ()


@transaction.atomic
def plan_visit(*, visit: NewVisit, actor: Actor, now: datetime) -> Visit:
    """Plan a visit of any kind but 双随机, which only a draw plans, and tell who goes.

    :raises NotFound: when the house is not the actor's to supervise.
    :raises InvalidInput: for 双随机, a day that is past, or a field visit without inspectors.
    :raises Refused: when somebody must keep away from the house.
    """
    house = facility_for(actor, visit.facility, Role.SUPERVISION_LEAD)
    _check(visit, day_in_shanghai(now))
    going = _going(visit.inspectors, house, day_in_shanghai(now))
    reasons = list(_kept_away(house, going))
    if reasons:
        raise Refused(reasons)
    row = Visit.objects.create(facility=house, kind=visit.kind.value, planned_on=visit.planned_on)
    users = _users_of(going)
    VisitInspector.objects.bulk_create(VisitInspector(visit=row, user_id=one) for one in users)
    _record(row, "planned", actor, now)
    notifications.queue(assigned_notices(row, users, now=now), now=now)
    if visit.kind is VisitKind.JOINT:
        _invite(row, users, actor, now)
    return row


def _invite(visit: Visit, users: Sequence[int], actor: Actor, now: datetime) -> None:
    """Tell all who may join, education too where none of it goes; not who must keep away."""
    house, today = visit.facility, day_in_shanghai(now)
    held = roles_held(users, at=place_of(house), today=today)
    comes = bool(held & set(roles_of(Department.EDUCATION)))
    asked = [one for one in AUTHORITIES if one is not Department.EDUCATION or not comes]
    away = {*users, actor.person, *keeping_away_from(house, today=today)}
    notifications.queue(to_join_notices(visit, asked, away, now=now), now=now)


def _check(visit: NewVisit, today: date) -> None:
    faults: dict[str, list[str]] = {}
    if visit.kind is VisitKind.RANDOM:
        faults["kind"] = ["双随机检查由抽取产生，不能直接安排。"]
    elif visit.kind is VisitKind.RECHECK:
        faults["kind"] = ["再检查从整改单里安排。"]
    elif visit.kind.is_field_visit and not visit.inspectors:
        faults["inspectors"] = ["请选择去检查的人。"]
    if visit.planned_on < today:
        faults["planned_on"] = ["请选择今天或以后的日期。"]
    if faults:
        raise InvalidInput(faults)


def _going(ids: Sequence[str], house: Facility, today: date) -> list[InspectorFacts]:
    known = {one.id: one for one in inspector_facts(house.subdistrict.district.code, today=today)}
    if not all(one in known and known[one].is_registered for one in ids):
        raise NotFound
    return [known[one] for one in dict.fromkeys(ids)]


def _kept_away(house: Facility, going: Sequence[InspectorFacts]) -> list[Objection]:
    return [
        objection(
            Obstacle.MUST_KEEP_AWAY, person=one.name, house=house.name, reason=EXCLUSIONS[why]
        )
        for one in going
        if (why := why_away(house, one)) is not None
    ]


def _users_of(going: Sequence[InspectorFacts]) -> list[int]:
    ids = [one.id for one in going]
    rows = Inspector.objects.filter(public_id__in=ids).order_by("pk")
    return list(rows.values_list("user_id", flat=True))


@transaction.atomic
def withdraw_visit(*, visit: str, reason: str, actor: Actor, now: datetime) -> Visit:
    """Take back a visit that has not begun. A drawn one stays to be seen, with the reason.

    :raises NotFound: when it is not the actor's to supervise.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when it has begun or is over.
    """
    found = visit_for(actor, visit, Role.SUPERVISION_LEAD)
    reason = worded(reason, "撤销的原因")
    locked = lock_visit(found.pk)
    if locked.state != VisitState.PLANNED:
        raise Refused([objection(Obstacle.VISIT_IS_OVER)])
    locked.state, locked.withdrawn_because = VisitState.WITHDRAWN, reason
    locked.save(update_fields=["state", "withdrawn_because"])
    notifications.call_back(f"visit:{locked.public_id}", now=now)
    _record(locked, "withdrawn", actor, now, reason=reason)
    return locked


def _record(visit: Visit, what: str, actor: Actor, now: datetime, **data: str) -> None:
    audit.record(
        kind=f"inspections.visit.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{visit.public_id}",
        data={"kind": visit.kind, **data},
    )
