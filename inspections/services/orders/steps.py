"""How something happens to an order: locked, judged, written down, and told."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import Refused
from inspections import words
from inspections.models import OrderStep, RectificationOrder, Visit
from inspections.order_messages import STATES, objection
from inspections.order_notices import moved_notices
from inspections.order_types import Hand, OrderEvent, OrderFacts, OrderObstacle, OrderState
from inspections.rules.orders import after, obstacle
from inspections.selectors.orders_access import facts_of, hand_of, lock_order, order_for
from inspections.selectors.terms import decided
from inspections.types import VisitKind, VisitState
from notifications import services as notifications
from regulations.keys import LimitKey

LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """A locked order, and whose hand is on it."""

    order: RectificationOrder
    facts: OrderFacts
    hand: Hand
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        return day_in_shanghai(self.now)

    @property
    def district(self) -> str:
        return self.order.facility.subdistrict.district.code


def hold(order: str, event: OrderEvent, *, actor: Actor, now: datetime) -> Held:
    """Lock an order for something that may happen to it by this actor, now.

    :raises NotFound: when the actor has no part in it.
    :raises Refused: when it may not happen.
    """
    found, _ = order_for(actor, order)
    return held(found.pk, event, actor=actor, now=now)


def held(order_id: int, event: OrderEvent, *, actor: Actor, now: datetime) -> Held:
    """Lock an order by its number. :raises Refused: when the event may not happen."""
    locked = lock_order(order_id)
    got = Held(locked, facts_of(locked), hand_of(actor, locked), actor, now)
    why = obstacle(
        event,
        got.facts,
        hand=got.hand,
        person=actor.user_id,
        extensions_max=decided(LimitKey.ORDER_EXTENSIONS_MAX, got.district, on=got.today),
    )
    if why is not None:
        refuse(why, state=STATES[got.facts.state])
    return got


def refuse(why: OrderObstacle, **facts: object) -> None:
    """Say no, with the reason. :raises Refused: always."""
    raise Refused([objection(why, **facts)])


def step(
    got: Held,
    event: OrderEvent,
    *,
    reason: str = "",
    promised_on: date | None = None,
    due_on: date | None = None,
    visit: Visit | None = None,
) -> OrderStep:
    """Write down what happens; the database moves the order on. Tell whom it concerns."""
    state = after(event, got.facts.state, got.hand)
    row = write_step(
        got.order,
        event,
        before=got.facts.state,
        after=state or got.facts.state,
        number=len(got.facts.steps) + 1,
        actor=got.actor,
        now=got.now,
        reason=reason,
        promised_on=promised_on,
        due_on=due_on,
        visit=visit,
    )
    notifications.queue(moved_notices(got.order, row, now=got.now), now=got.now)
    return row


def write_step(
    order: RectificationOrder,
    event: OrderEvent,
    *,
    before: OrderState | None,
    after: OrderState,
    number: int,
    actor: Actor,
    now: datetime,
    reason: str = "",
    promised_on: date | None = None,
    due_on: date | None = None,
    visit: Visit | None = None,
) -> OrderStep:
    """Add a step to an order, with its audit event."""
    row = OrderStep.objects.create(
        order=order,
        number=number,
        event=event,
        before=before or "",
        after=after,
        actor_id=actor.user_id,
        at=now,
        reason=reason,
        promised_on=promised_on,
        due_on=due_on,
        visit=visit,
    )
    audit.record(
        kind=f"inspections.order.{event}",
        actor_id=actor.user_id,
        at=now,
        subject=f"order:{order.public_id}",
        data={"before": before or "", "after": after.value, "reason": reason},
    )
    return row


def worded(text: str, what: str = "理由", field: str = "reason") -> str:
    """What somebody wrote, if they did. :raises InvalidInput: when they wrote nothing."""
    return words.worded(text, what, field=field, most=LONGEST)


def planned_recheck(order: RectificationOrder) -> Visit | None:
    """The 再检查 that is planned for an order, if one is."""
    last = (
        OrderStep.objects.select_related("visit")
        .filter(order=order, event=OrderEvent.SCHEDULE, visit__kind=VisitKind.RECHECK)
        .order_by("-number")
        .first()
    )
    visit = last.visit if last else None
    return visit if visit is not None and visit.state == VisitState.PLANNED else None


def call_off_recheck(order: RectificationOrder, because: str, *, now: datetime) -> None:
    """Nobody has to go any more."""
    visit = planned_recheck(order)
    if visit is None:
        return
    Visit.objects.filter(pk=visit.pk, state=VisitState.PLANNED).update(
        state=VisitState.WITHDRAWN, withdrawn_because=because
    )
    notifications.call_back(f"visit:{visit.public_id}", now=now)
