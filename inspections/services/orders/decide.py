"""The officers' part: looking at evidence, giving time, closing, and taking an order back."""

from datetime import date, datetime

from django.db import transaction

from accounts.types import Actor
from common.refusals import InvalidInput
from facilities import services as facilities
from facilities.selectors.calendar import day_kind
from facilities.selectors.standing import lock_houses
from inspections.models import RectificationOrder
from inspections.order_messages import said_day
from inspections.order_types import OVER, OrderEvent, OrderObstacle
from inspections.rules.workdays import workdays_later
from inspections.selectors.orders_judged import Judged
from inspections.selectors.terms import decided
from inspections.services.orders.steps import (
    Held,
    call_off_recheck,
    hold,
    refuse,
    step,
    worded,
)
from inspections.types import RowsSay
from regulations.keys import LimitKey

_LIFTED = "整改单已经办结或撤销"


@transaction.atomic
def send_back(*, order: str, reason: str, actor: Actor, now: datetime) -> RectificationOrder:
    """Give the evidence back: it does not show that it is mended.

    :raises NotFound: when it is not the actor's to check.
    :raises Refused: when there is nothing to give back.
    """
    got = hold(order, OrderEvent.SEND_BACK, actor=actor, now=now)
    step(got, OrderEvent.SEND_BACK, reason=worded(reason))
    return got.order


@transaction.atomic
def ask_recheck(*, order: str, actor: Actor, now: datetime) -> RectificationOrder:
    """Take the evidence: somebody must go and look.

    :raises NotFound: when it is not the actor's to check.
    :raises Refused: when nothing was claimed, or the rows still say otherwise.
    """
    got = hold(order, OrderEvent.ASK_RECHECK, actor=actor, now=now)
    refuse_while_red(got)
    step(got, OrderEvent.ASK_RECHECK)
    return got.order


def refuse_while_red(got: Held) -> None:
    """Nothing is mended as long as the portal's own rows say it is not. :raises Refused:"""
    said = Judged(got.now).said_of(got.order, got.facts)
    if said is not None and said.rows_say is RowsSay.FAILS:
        refuse(OrderObstacle.ROWS_ARE_RED, said=said.words)


@transaction.atomic
def extend_order(
    *, order: str, until: date, reason: str, actor: Actor, now: datetime
) -> RectificationOrder:
    """Give more time, once, with a reason.

    :raises NotFound: when it is not the actor's to extend.
    :raises InvalidInput: for a day that is no later.
    :raises Refused: when it was extended before, or for longer than may be.
    """
    got = hold(order, OrderEvent.EXTEND, actor=actor, now=now)
    if until <= max(got.order.due_on, got.today):
        raise InvalidInput({"until": ["请选晚于原来期限的日期。"]})
    days = decided(LimitKey.ORDER_EXTENSION_WORKDAYS, got.district, on=got.today)
    latest = workdays_later(got.order.due_on, days, day_kind)
    if until > latest:
        refuse(OrderObstacle.TOO_LONG, until=said_day(latest))
    step(got, OrderEvent.EXTEND, reason=worded(reason), due_on=until)
    return got.order


@transaction.atomic
def close_order(*, order: str, actor: Actor, now: datetime) -> RectificationOrder:
    """Close an order whose 再检查 was passed; a house suspended by it goes on.

    :raises NotFound: when it is not the actor's to close.
    :raises Refused: without a passed 再检查, or where a second person has to sign.
    """
    got = hold(order, OrderEvent.CLOSE, actor=actor, now=now)
    step(got, OrderEvent.CLOSE)
    _let_go_on(got)
    return got.order


@transaction.atomic
def withdraw_order(*, order: str, reason: str, actor: Actor, now: datetime) -> RectificationOrder:
    """Take an order back, where an appeal was upheld; a house suspended by it goes on.

    :raises NotFound: when it is not the actor's to withdraw.
    :raises Refused: when it is over, or passed already.
    """
    got = hold(order, OrderEvent.WITHDRAW, actor=actor, now=now)
    step(got, OrderEvent.WITHDRAW, reason=worded(reason))
    call_off_recheck(got.order, "整改单已撤销", now=now)
    _let_go_on(got)
    return got.order


def _let_go_on(got: Held) -> None:
    if not got.facts.suspends:
        return
    # Two orders that suspend one house may end, or begin, at once: the second sees the first.
    lock_houses([got.order.facility_id])
    others = RectificationOrder.objects.filter(
        facility=got.order.facility_id, steps__event=OrderEvent.SUSPEND
    ).exclude(state__in=OVER)
    if others.exclude(pk=got.order.pk).exists():
        return
    facilities.lift_suspension(
        facility=str(got.order.facility.public_id), reason=_LIFTED, actor=got.actor, now=got.now
    )
