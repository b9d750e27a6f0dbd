"""再检查: who goes and when, and what they found. Never the house's own people. 回避"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse

from accounts.selectors import holders_of
from accounts.types import Actor, Role
from common.refusals import InvalidInput, NotFound
from inspections.messages import EXCLUSIONS
from inspections.models import Inspector, RectificationOrder, Visit, VisitInspector
from inspections.notices import assigned_notices
from inspections.order_types import OrderEvent, OrderObstacle
from inspections.selectors.facts import inspector_facts, why_away
from inspections.selectors.orders_access import place
from inspections.services.orders.decide import refuse_while_red
from inspections.services.orders.steps import (
    Held,
    call_off_recheck,
    hold,
    planned_recheck,
    refuse,
    step,
    worded,
)
from inspections.types import KEEPERS, InspectorFacts, VisitKind, VisitState
from notifications import services as notifications
from notifications.types import Notice

_OWN_PEOPLE = "是这家宝宝屋的工作人员或管理人员"
_AT_THE_HOUSE = (*KEEPERS, Role.CAREGIVER)


@transaction.atomic
def schedule_recheck(
    *, order: str, on: date, inspectors: Sequence[str], actor: Actor, now: datetime
) -> Visit:
    """Say who goes and when; it replaces what was planned before. Ids are the register's.

    :raises NotFound: when it is not the actor's to check, or somebody is not in the register.
    :raises InvalidInput: for a day that is past, or nobody to go.
    :raises Refused: when no 再检查 is due, or somebody must keep away from the house.
    """
    got = hold(order, OrderEvent.SCHEDULE, actor=actor, now=now)
    if on < got.today:
        raise InvalidInput({"planned_on": ["请选择今天或以后的日期。"]})
    if not inspectors:
        raise InvalidInput({"inspectors": ["请选择去再检查的人。"]})
    users = _going(got, inspectors)
    call_off_recheck(got.order, "改了再检查的安排", now=now)
    visit = Visit.objects.create(facility=got.order.facility, kind=VisitKind.RECHECK, planned_on=on)
    VisitInspector.objects.bulk_create(VisitInspector(visit=visit, user_id=one) for one in users)
    step(got, OrderEvent.SCHEDULE, visit=visit)
    notifications.queue(_assigned(got, visit, users), now=now)
    return visit


def _assigned(got: Held, visit: Visit, users: Sequence[int]) -> list[Notice]:
    """A 再检查 is signed on its order: there the news leads."""
    page = {"url": reverse("orders:order", args=[got.order.public_id])}
    return [
        replace(one, payload={**one.payload, **page})
        for one in assigned_notices(visit, users, now=got.now)
    ]


def _going(got: Held, ids: Sequence[str]) -> list[int]:
    known = {one.id: one for one in inspector_facts(got.district, today=got.today)}
    if not all(one in known and known[one].is_registered for one in ids):
        raise NotFound
    going = [known[one] for one in dict.fromkeys(ids)]
    entries = Inspector.objects.filter(public_id__in=[one.id for one in going])
    users = dict(entries.values_list("public_id", "user_id"))
    by_id = {str(public_id): user for public_id, user in users.items()}
    for one in going:
        _refuse_near(got, one, by_id[one.id])
    return sorted(by_id.values())


def _refuse_near(got: Held, who: InspectorFacts, user: int) -> None:
    house = got.order.facility
    why = why_away(house, who)
    reason = EXCLUSIONS[why] if why else ""
    if not reason and user in holders_of(*_AT_THE_HOUSE, at=place(got.order), today=got.today):
        reason = _OWN_PEOPLE
    if reason:
        refuse(OrderObstacle.KEEP_AWAY, person=who.name, house=house.name, reason=reason)


@transaction.atomic
def record_recheck(
    *, order: str, passed: bool, note: str, actor: Actor, now: datetime
) -> RectificationOrder:
    """Sign what was found on the 再检查, by one of those who were sent.

    :raises NotFound: when it is not the actor's to check.
    :raises InvalidInput: when it failed and nobody says why.
    :raises Refused: when none is planned, the actor was not sent, or the rows still say otherwise.
    """
    event = OrderEvent.PASS if passed else OrderEvent.FAIL
    got = hold(order, event, actor=actor, now=now)
    visit = planned_recheck(got.order)
    if visit is None:
        return _refused(OrderObstacle.NOT_SCHEDULED, got)
    if not visit.goers.filter(user_id=actor.person).exists():
        return _refused(OrderObstacle.NOT_GOING, got)
    _refuse_whom_it_concerns(got)
    if passed:
        refuse_while_red(got)
    words = note.strip() if passed else worded(note, "不合格的情况", "note")
    Visit.objects.filter(pk=visit.pk).update(state=VisitState.SIGNED, done_on=got.today)
    step(got, event, reason=words, visit=visit)
    return got.order


def _refused(why: OrderObstacle, got: Held) -> RectificationOrder:
    refuse(why)
    return got.order


def _refuse_whom_it_concerns(got: Held) -> None:
    """An interest that was declared since they were sent keeps them away all the same."""
    entry = Inspector.objects.filter(user_id=got.actor.person, district__code=got.district).first()
    known = inspector_facts(got.district, today=got.today)
    for one in known:
        if entry is not None and one.id == str(entry.public_id):
            _refuse_near(got, one, got.actor.person)
