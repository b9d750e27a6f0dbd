"""What the worker does every day: ask the rows whether it is mended.

Where a finding is a rule, nobody has to say that it is mended: the day the rows meet it, a 再检查
is asked for; the day they do not any more, the order goes back to the house. Where past days tell,
they are those since the finding was signed, or since the house last said that it is mended.
"""

from datetime import datetime

from django.db import transaction

from accounts.types import WORKER
from inspections.models import RectificationOrder
from inspections.order_types import OVER, Hand, OrderEvent, OrderState
from inspections.rules.orders import after, waits_for_claim
from inspections.selectors.orders_access import facts_of, lock_order
from inspections.selectors.orders_judged import Judged
from inspections.services.orders.steps import LONGEST, Held, call_off_recheck, step
from inspections.types import RowsSay


def judge_orders(*, now: datetime) -> dict[str, int]:
    """Judge every open order whose finding is a rule; how many turned. Harmless twice."""
    open_ones = (
        RectificationOrder.objects.exclude(state__in=[*OVER, OrderState.PASSED])
        .exclude(finding__prefill="")
        .filter(finding__item__rows_say=RowsSay.FAILS)
        .order_by("facility_id", "pk")
    )
    turned = {OrderEvent.TURN_GREEN.value: 0, OrderEvent.TURN_RED.value: 0}
    judged = Judged(now)
    for pk in list(open_ones.values_list("pk", flat=True)):
        event = _turn(pk, judged, now)
        if event is not None:
            turned[event.value] += 1
    return turned


@transaction.atomic
def _turn(order_id: int, judged: Judged, now: datetime) -> OrderEvent | None:
    order = lock_order(order_id)
    got = Held(order, facts_of(order), Hand.WORKER, WORKER, now)
    said = judged.said_of(order, got.facts)
    event = _EVENTS.get(said.rows_say) if said else None
    if said is None or event is None or after(event, got.facts.state, Hand.WORKER) is None:
        return None
    if event is OrderEvent.TURN_GREEN and waits_for_claim(got.facts):
        return None
    step(got, event, reason=said.words[:LONGEST])
    if event is OrderEvent.TURN_RED:
        call_off_recheck(order, "登记的数据又不符合", now=now)
    return event


_EVENTS = {RowsSay.MEETS: OrderEvent.TURN_GREEN, RowsSay.FAILS: OrderEvent.TURN_RED}
