"""What the worker does every day: ask the rows whether it is mended.

Where a finding is a rule, nobody has to say that it is mended: the day the rows meet it, a 再检查
is asked for; the day they do not any more, the order goes back to the house.
"""

from datetime import datetime
from itertools import groupby

from django.db import transaction

from accounts.types import WORKER
from inspections.models import RectificationOrder
from inspections.order_types import OVER, Hand, OrderEvent, OrderState
from inspections.rules.orders import after
from inspections.rules.prefill import Said
from inspections.selectors.orders_access import facts_of, lock_order
from inspections.selectors.prefill import prefilled
from inspections.services.orders.steps import LONGEST, Held, call_off_recheck, step
from inspections.types import Prefill, RowsSay


def judge_orders(*, now: datetime) -> dict[str, int]:
    """Judge every open order whose finding is a rule; how many turned. Harmless twice."""
    open_ones = (
        RectificationOrder.objects.select_related("facility__subdistrict__district", "finding")
        .exclude(state__in=[*OVER, OrderState.PASSED])
        .exclude(finding__prefill="")
        .filter(finding__item__rows_say=RowsSay.FAILS)
        .order_by("facility_id", "pk")
    )
    turned = {OrderEvent.TURN_GREEN.value: 0, OrderEvent.TURN_RED.value: 0}
    for _, orders in groupby(open_ones, key=lambda order: order.facility_id):
        of_house = list(orders)
        rows = prefilled(of_house[0].facility, now=now)
        for order in of_house:
            event = _turn(order.pk, rows[Prefill(order.finding.prefill)], now)
            if event is not None:
                turned[event.value] += 1
    return turned


@transaction.atomic
def _turn(order_id: int, said: Said, now: datetime) -> OrderEvent | None:
    event = _EVENTS.get(said.rows_say)
    order = lock_order(order_id)
    got = Held(order, facts_of(order), Hand.WORKER, WORKER, now)
    if event is None or after(event, got.facts.state, Hand.WORKER) is None:
        return None
    step(got, event, reason=said.words[:LONGEST])
    if event is OrderEvent.TURN_RED:
        call_off_recheck(order, "登记的数据又不符合", now=now)
    return event


_EVENTS = {RowsSay.MEETS: OrderEvent.TURN_GREEN, RowsSay.FAILS: OrderEvent.TURN_RED}
