"""What the worker does about orders that are late: house, 街镇, lead; each is told once."""

from datetime import date, datetime

from django.db import transaction

from common.intervals import day_in_shanghai
from facilities.selectors.calendar import day_kind
from inspections.models import OrderEscalation, RectificationOrder
from inspections.order_notices import overdue_notices
from inspections.order_types import OVER, Level, OrderState
from inspections.rules.orders import is_overdue, levels_due
from inspections.rules.workdays import workdays_between
from inspections.selectors.orders_access import lock_order
from inspections.selectors.terms import decided
from notifications import services as notifications
from regulations.keys import LimitKey


def escalate_orders(*, now: datetime) -> int:
    """Take every late order as far up as it is due; how many steps. Harmless the second time."""
    today = day_in_shanghai(now)
    late = RectificationOrder.objects.filter(due_on__lt=today).exclude(state__in=OVER)
    return sum(
        _escalate(pk, today, now)
        for pk in list(late.order_by("due_on", "pk").values_list("pk", flat=True))
    )


@transaction.atomic
def _escalate(order_id: int, today: date, now: datetime) -> int:
    order = lock_order(order_id)
    state = OrderState(order.state)
    if not is_overdue(state, order.due_on, today):
        return 0
    district = order.facility.subdistrict.district.code
    levels = levels_due(
        state,
        workdays_late=workdays_between(order.due_on, today, day_kind),
        every=decided(LimitKey.ORDER_ESCALATION_WORKDAYS, district, on=today),
    )
    told = set(order.escalations.filter(due_on=order.due_on).values_list("level", flat=True))
    steps = [level for level in levels if level.value not in told]
    for level in steps:
        _tell(order, level, now)
    return len(steps)


def _tell(order: RectificationOrder, level: Level, now: datetime) -> None:
    notices, people = overdue_notices(order, level, now=now)
    OrderEscalation.objects.create(
        order=order, level=level, due_on=order.due_on, at=now, recipients=people
    )
    notifications.queue(notices, now=now)
