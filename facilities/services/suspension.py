"""Suspending a house, and letting it go on."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor, Role
from audit import services as audit
from common.refusals import InvalidInput
from facilities.models import CareSession, Facility
from facilities.selectors.access import facility_for
from facilities.selectors.standing import lock_houses
from facilities.services.rejudge import rejudge_together
from facilities.types import FacilityState

_MAY_SUSPEND = (Role.OPERATOR, Role.SUPERVISION_LEAD)


@transaction.atomic
def suspend(*, facility: str, reason: str, actor: Actor, now: datetime) -> list[int]:
    """Stop all bookings of a house (public id) until it is resumed.

    Returns the ids of its sessions that have not started, so that the caller may cancel what is
    booked. No booking is touched here.

    :raises NotFound: when it is not the actor's to suspend.
    :raises InvalidInput: when no reason is given, or the house is not open.
    """
    house = facility_for(actor, facility, *_MAY_SUSPEND)
    reason = reason.strip()
    if not reason or len(reason) > 120:
        raise InvalidInput({"reason": ["请写明暂停服务的原因（120字以内），家长会看到。"]})
    _move(house, FacilityState.OPEN, FacilityState.SUSPENDED, reason, "这个宝宝屋现在并不开放。")
    _record("suspended", house, reason, actor, now)
    return _rejudge(house, actor, now)


@transaction.atomic
def resume(*, facility: str, reason: str = "", actor: Actor, now: datetime) -> list[int]:
    """Let a suspended house take bookings again; ids of its sessions that have not started.

    :raises NotFound: when it is not the actor's to resume.
    :raises InvalidInput: when the house is not suspended.
    """
    house = facility_for(actor, facility, *_MAY_SUSPEND)
    _move(house, FacilityState.SUSPENDED, FacilityState.OPEN, "", "这个宝宝屋没有暂停服务。")
    _record("resumed", house, reason.strip(), actor, now)
    return _rejudge(house, actor, now)


def _move(
    house: Facility, before: FacilityState, after: FacilityState, reason: str, otherwise: str
) -> None:
    lock_houses([house.pk])
    moved = Facility.objects.filter(pk=house.pk, state=before).update(
        state=after, state_reason=reason
    )
    if not moved:
        raise InvalidInput({"": [otherwise]})


def _record(what: str, house: Facility, reason: str, actor: Actor, now: datetime) -> None:
    audit.record(
        kind=f"facilities.facility.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"facility:{house.public_id}",
        data={"reason": reason},
    )


def _rejudge(house: Facility, actor: Actor, now: datetime) -> list[int]:
    rejudge_together(facility_ids=[house.pk], now=now, actor_id=actor.user_id)
    coming = CareSession.objects.filter(facility_id=house.pk, starts_at__gt=now)
    return list(coming.order_by("care_group_id", "starts_at").values_list("pk", flat=True))
