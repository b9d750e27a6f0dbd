"""A department joins a visit; and somebody goes instead of somebody who cannot."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import NotFound, Refused
from facilities.selectors.access import place_of
from inspections.messages import EXCLUSIONS, objection
from inspections.models import ChecklistItem, Inspector, Visit, VisitInspector, VisitPart
from inspections.notices import assigned_notices
from inspections.rules.visiting import is_asked, who_answers
from inspections.selectors.access import lock_visit, visit_for
from inspections.selectors.facts import inspector_facts, why_away
from inspections.selectors.parts import departments_at, visit_to_open
from inspections.services.opening import ask, keep_away
from inspections.services.signing import why_closed
from inspections.types import (
    MAY_BE_JOINED,
    Area,
    Department,
    InspectorFacts,
    Obstacle,
    PartState,
    VisitKind,
    VisitState,
)
from inspections.words import worded
from notifications import services as notifications


@transaction.atomic
def join_visit(*, visit: str, actor: Actor, now: datetime) -> Visit:
    """Come along to a visit, in the name of one's department.

    A planned 联合检查 gets one more who goes. On a visit that is going on, a department that has
    no part yet gets its own items, as the rows are now; a second officer of a department that has
    one signs with the first.

    :raises NotFound: when the house is not the actor's to look at.
    :raises Refused: when it is over, is no visit to join, or the actor is there already, or must
        keep away.
    """
    found = visit_to_open(actor, visit)
    own = [
        one
        for one in Department
        if one in departments_at(actor, place_of(found.facility)) and one is not Department.HOUSE
    ]
    if not own:
        raise NotFound
    locked = lock_visit(found.pk)
    _refuse_what_is_not_to_be_joined(locked, actor)
    keep_away(locked.facility, actor, now)
    if locked.state == VisitState.OPEN:
        _take_a_part(locked, own[0], actor, now)
    VisitInspector.objects.create(visit=locked, user_id=actor.person)
    audit.record(
        kind="inspections.visit.joined",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{locked.public_id}",
        data={"department": own[0].value},
    )
    return locked


def _refuse_what_is_not_to_be_joined(visit: Visit, actor: Actor) -> None:
    if visit.state not in {VisitState.PLANNED, VisitState.OPEN}:
        raise Refused([objection(Obstacle.VISIT_IS_OVER)])
    waits = visit.state == VisitState.PLANNED
    if visit.kind not in MAY_BE_JOINED or (waits and visit.kind != VisitKind.JOINT):
        raise Refused([objection(Obstacle.NOT_TO_BE_JOINED)])
    if visit.goers.filter(user_id=actor.person).exists():
        raise Refused([objection(Obstacle.DEPARTMENT_IS_THERE)])


def _take_a_part(visit: Visit, department: Department, actor: Actor, now: datetime) -> None:
    """Open the department's part, where it has none; where it has one, that must be open still."""
    parts = {Department(one.department): one for one in visit.parts.order_by("pk")}
    there = parts.get(department)
    if there is None:
        ask(visit, [department], _items(visit, department, list(parts)), actor, now)
    elif visit.kind == VisitKind.RANDOM:  # who goes there was drawn
        raise Refused([objection(Obstacle.DEPARTMENT_IS_THERE)])
    else:
        as_it_is = VisitPart.objects.get(pk=there.pk)
        if as_it_is.state != PartState.OPEN:
            raise Refused([objection(why_closed(as_it_is))])


def _items(
    visit: Visit, department: Department, there: list[Department]
) -> Iterable[tuple[ChecklistItem, Department | None]]:
    """All its own items; education's as the visit was planned, and for those who did not come."""
    present = [*there, department]
    assert visit.checklist is not None  # noqa: S101  an open visit has its checklist
    for item in visit.checklist.items.order_by("position"):
        of = Department(item.department)
        asked = of is department or is_asked(Area(item.area), of, visit.domain)
        if asked and who_answers(of, present) is department:
            yield item, department


@transaction.atomic
def send_instead(
    *, visit: str, away: str, instead: str, reason: str, actor: Actor, now: datetime
) -> Visit:
    """Send somebody of the register instead of somebody who cannot go; the reason stays.

    :raises NotFound: when it is not the actor's to supervise, or somebody is not known there.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when it is over, who cannot go has signed, or the other must keep away.
    """
    locked = lock_visit(visit_for(actor, visit, Role.SUPERVISION_LEAD).pk)
    reason = worded(reason, "换人的原因")
    if locked.state not in {VisitState.PLANNED, VisitState.OPEN}:
        raise Refused([objection(Obstacle.VISIT_IS_OVER)])
    row = locked.goers.filter(user__public_id=away).first()
    entry = Inspector.objects.filter(public_id=instead).select_related("user").first()
    if row is None or entry is None:
        raise NotFound
    _check_instead(locked, row, entry, now)
    gone, row.user_id, row.because = row.user_id, entry.user_id, reason
    row.instead_of_id = gone
    row.save(update_fields=["user", "instead_of", "because"])
    audit.record(
        kind="inspections.visit.sent_instead",
        actor_id=actor.user_id,
        at=now,
        subject=f"visit:{locked.public_id}",
        data={"away": gone, "instead": entry.user_id, "reason": reason},
    )
    notifications.queue(assigned_notices(locked, [entry.user_id], now=now), now=now)
    return locked


def _check_instead(visit: Visit, row: VisitInspector, entry: Inspector, now: datetime) -> None:
    house = visit.facility
    known = {
        one.id: one
        for one in inspector_facts(house.subdistrict.district.code, today=day_in_shanghai(now))
    }
    who = known.get(str(entry.public_id))
    if who is None or not who.is_available:
        raise NotFound
    if visit.goers.filter(user_id=entry.user_id).exists():
        raise Refused([objection(Obstacle.DEPARTMENT_IS_THERE)])
    if visit.parts.filter(half_signatures__signed_by=row.user_id,
                          half_signatures__sent_back_at=None).exists():  # fmt: skip
        raise Refused([objection(Obstacle.PART_IS_HALF_SIGNED)])
    _refuse_who_must_keep_away(visit, who)


def _refuse_who_must_keep_away(visit: Visit, who: InspectorFacts) -> None:
    house = visit.facility
    why = why_away(house, who)
    if why is not None:
        raise Refused(
            [
                objection(
                    Obstacle.MUST_KEEP_AWAY, person=who.name, house=house.name,
                    reason=EXCLUSIONS[why],
                )
            ]
        )  # fmt: skip
