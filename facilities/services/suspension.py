"""Suspending a house, and letting it go on."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.types import Actor, Role
from audit import services as audit
from common.refusals import InvalidInput, written
from facilities.models import CareSession, Facility
from facilities.selectors.access import facility_for, place_of
from facilities.selectors.standing import lock_houses
from facilities.services.rejudge import rejudge_together
from facilities.types import FacilityState, SuspendedBy

_OPERATORS = (Role.OPERATOR,)
_SUPERVISION = (Role.SUPERVISION_LEAD,)
_NOT_OPEN = "这个宝宝屋现在并不开放。"
_LONGEST_REASON = 120
_NO_REASON = f"请写明暂停服务的原因（{_LONGEST_REASON}字以内），家长会看到。"
_NOT_SUSPENDED = "这个宝宝屋没有暂停服务。"
_ORDERED = "这个宝宝屋是督导部门责令暂停的，要在再检查合格、整改单办结以后才能恢复。"


@transaction.atomic
def suspend(*, facility: str, reason: str, actor: Actor, now: datetime) -> list[int]:
    """Stop all bookings of a house (public id) until it is resumed.

    What supervision suspends stays suspended until supervision lifts it, even where the operator
    had suspended the house before. Returns the ids of its sessions that have not started, so
    that the caller may cancel what is booked. No booking is touched here.

    :raises NotFound: when it is not the actor's to suspend.
    :raises InvalidInput: when no reason is given, or the house is not open.
    """
    house = facility_for(actor, facility, *_OPERATORS, *_SUPERVISION)
    reason = written(reason, _NO_REASON, most=_LONGEST_REASON)
    by = _whose(actor, house)
    lock_houses([house.pk])
    before = Facility.objects.filter(pk=house.pk).filter(_may_be_suspended(by))
    if not before.update(
        state=FacilityState.SUSPENDED,
        state_reason=reason,
        suspended_by=by,
        suspended_by_person=actor.user_id,
    ):
        raise InvalidInput({"": [_NOT_OPEN]})
    _record("suspended", house, actor, now, reason=reason, by=by)
    return _rejudge(house, actor, now)


def _whose(actor: Actor, house: Facility) -> SuspendedBy:
    orders = actor.is_worker or actor.may(*_SUPERVISION, at=place_of(house))
    return SuspendedBy.SUPERVISION if orders else SuspendedBy.OPERATOR


def _may_be_suspended(by: SuspendedBy) -> Q:
    if by is SuspendedBy.OPERATOR:
        return Q(state=FacilityState.OPEN)
    ours = Q(state=FacilityState.SUSPENDED) & ~Q(suspended_by=SuspendedBy.SUPERVISION)
    return Q(state=FacilityState.OPEN) | ours


@transaction.atomic
def resume(*, facility: str, reason: str = "", actor: Actor, now: datetime) -> list[int]:
    """Let a house that its operator suspended take bookings again.

    Returns the ids of its sessions that have not started.

    :raises NotFound: when it is not the actor's to resume.
    :raises InvalidInput: when the house is not suspended, or supervision has suspended it.
    """
    house = facility_for(actor, facility, *_OPERATORS, *_SUPERVISION)
    by = _locked(house).suspended_by
    if by == SuspendedBy.SUPERVISION or (not by and _whose(actor, house) is SuspendedBy.OPERATOR):
        raise InvalidInput({"": [_ORDERED]})
    return _reopen(house, reason, actor, now)


@transaction.atomic
def lift_suspension(*, facility: str, reason: str, actor: Actor, now: datetime) -> list[int]:
    """Lift what supervision suspended, as the last step of the order that it was suspended by.

    Only `inspections` calls it, after a passed 再检查 or a successful appeal; the database keeps
    the house suspended as long as any such order is open.

    :raises NotFound: when it is not the actor's to lift.
    :raises InvalidInput: when the house is not suspended.
    """
    house = facility_for(actor, facility, *_SUPERVISION)
    return _reopen(house, reason, actor, now)


def _reopen(house: Facility, reason: str, actor: Actor, now: datetime) -> list[int]:
    if _locked(house).state != FacilityState.SUSPENDED:
        raise InvalidInput({"": [_NOT_SUSPENDED]})
    Facility.objects.filter(pk=house.pk).update(
        state=FacilityState.OPEN, state_reason="", suspended_by="", suspended_by_person=None
    )
    _record("resumed", house, actor, now, reason=reason.strip())
    return _rejudge(house, actor, now)


def _locked(house: Facility) -> Facility:
    lock_houses([house.pk])
    return Facility.objects.get(pk=house.pk)


def _record(what: str, house: Facility, actor: Actor, now: datetime, **data: str) -> None:
    audit.record(
        kind=f"facilities.facility.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data=data,
    )


def _rejudge(house: Facility, actor: Actor, now: datetime) -> list[int]:
    rejudge_together(facility_ids=[house.pk], now=now, actor_id=actor.user_id)
    coming = CareSession.objects.filter(facility_id=house.pk, starts_at__gt=now)
    return list(coming.order_by("care_group_id", "starts_at").values_list("pk", flat=True))
