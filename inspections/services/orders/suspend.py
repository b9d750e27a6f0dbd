"""Suspending a house for what is 严重: bookings end, families are told, sessions stop."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from bookings import services as bookings
from facilities.models import Facility
from facilities.selectors.standing import lock_houses
from facilities.types import FacilityState, SuspendedBy
from inspections.models import RectificationOrder
from inspections.order_types import OrderEvent
from inspections.services.orders.steps import hold, step, worded


@transaction.atomic
def suspend_by_order(*, order: str, reason: str, actor: Actor, now: datetime) -> RectificationOrder:
    """Suspend the house of an order until its 再检查 is passed and the order closed.

    `reason` is what families read. What was booked ends as when a house closes: everything is
    given back, everybody is told, and each missed hour is owed in the lead's name.

    :raises NotFound: when it is not the actor's to suspend.
    :raises InvalidInput: when no reason is given.
    :raises Refused: when the finding is not 严重, or the order suspends the house already.
    """
    got = hold(order, OrderEvent.SUSPEND, actor=actor, now=now)
    words = worded(reason, "暂停服务的原因")
    if not _is_suspended_by_supervision(got.order):
        bookings.suspend_house(
            facility=str(got.order.facility.public_id), reason=words, actor=actor, now=now
        )
    step(got, OrderEvent.SUSPEND, reason=words)
    return got.order


def _is_suspended_by_supervision(order: RectificationOrder) -> bool:
    """Whether another order suspends it; then nobody lets it go on before this one is written."""
    suspended = Facility.objects.filter(
        pk=order.facility_id,
        state=FacilityState.SUSPENDED,
        suspended_by=SuspendedBy.SUPERVISION,
    )
    if not suspended.exists():
        return False
    lock_houses([order.facility_id])
    return suspended.exists()
