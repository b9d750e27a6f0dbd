"""Which news 整改 sends, to whom. Nobody's words stand in it, and no child."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from accounts.selectors import holders_of
from accounts.types import Role
from common.intervals import day_in_shanghai
from inspections.models import OrderStep, RectificationOrder, VisitResult
from inspections.order_messages import CORRECTED, NEWS, STATES, SUSPEND_OR_NOT, said_day
from inspections.order_types import Level, OrderEvent, OrderState
from inspections.selectors.orders_access import officer_roles, place
from inspections.types import KEEPERS, Severity
from notifications.types import IN_APP_AND_EMAIL, Kind, Notice, notices_to

_FOR_HOUSE = {
    OrderEvent.SEND_BACK, OrderEvent.TURN_RED, OrderEvent.FAIL, OrderEvent.CLOSE,
    OrderEvent.EXTEND, OrderEvent.SUSPEND, OrderEvent.WITHDRAW,
}  # fmt: skip
_FOR_OFFICERS = {
    OrderEvent.CLAIM, OrderEvent.TURN_GREEN, OrderEvent.TURN_RED, OrderEvent.PASS,
    OrderEvent.WITHDRAW,
}  # fmt: skip
_FOR_LEAD = {OrderEvent.ASK_EXTENSION}
_OF_LEVEL = {
    Level.HOUSE: (Role.PERSON_IN_CHARGE,),
    Level.SUBDISTRICT: (Role.OPERATOR,),
    Level.LEAD: (Role.SUPERVISION_LEAD,),
}


def issued_notices(order: RectificationOrder, *, now: datetime) -> list[Notice]:
    """A house has something to mend; where it is 严重, the lead decides whether to suspend it."""
    today = day_in_shanghai(now)
    house = _holders(order, KEEPERS, today)
    facts = {"until": said_day(order.due_on)}
    found = _notices(Kind.ORDER_ISSUED, order, "issued", house, facts, now)
    if order.severity == Severity.SEVERE:
        lead = _holders(order, [Role.SUPERVISION_LEAD], today)
        found += _notices(Kind.ORDER_MOVED, order, "severe", lead, {"said": SUSPEND_OR_NOT}, now)
    return found


def corrected_notices(
    order: RectificationOrder, result: VisitResult, *, now: datetime
) -> list[Notice]:
    """What an order rests on was taken back in a corrected result: for the lead and the house."""
    roles = (*KEEPERS, Role.SUPERVISION_LEAD)
    people = _holders(order, roles, day_in_shanghai(now))
    name = f"corrected:{result.number}"
    return _notices(Kind.ORDER_MOVED, order, name, people, {"said": CORRECTED}, now)


def moved_notices(order: RectificationOrder, step: OrderStep, *, now: datetime) -> list[Notice]:
    """Something happened to an order: for the other side."""
    event, today = OrderEvent(step.event), day_in_shanghai(now)
    roles: set[Role] = set()
    roles |= set(KEEPERS) if event in _FOR_HOUSE else set()
    if event in _FOR_OFFICERS:
        roles |= {*officer_roles(order.department), Role.SUPERVISION_LEAD}
    roles |= {Role.SUPERVISION_LEAD} if event in _FOR_LEAD else set()
    people = [one for one in _holders(order, sorted(roles), today) if one != step.actor_id]
    return _notices(
        Kind.ORDER_MOVED, order, str(step.number), people, {"said": NEWS.get(event, "")}, now
    )


def overdue_notices(
    order: RectificationOrder, level: Level, *, now: datetime
) -> tuple[list[Notice], int]:
    """An order is late: for one level, and how many people that is."""
    people = _holders(order, _OF_LEVEL[level], day_in_shanghai(now))
    facts = {"until": said_day(order.due_on), "said": f"“{STATES[OrderState(order.state)]}”"}
    name = f"{level}:{order.due_on}"
    return _notices(Kind.ORDER_OVERDUE, order, name, people, facts, now), len(people)


def _holders(order: RectificationOrder, roles: Iterable[Role], today: date) -> list[int]:
    wanted = tuple(roles)
    return holders_of(*wanted, at=place(order), today=today) if wanted else []


def _notices(
    kind: Kind,
    order: RectificationOrder,
    name: str,
    people: Iterable[int],
    facts: dict[str, str],
    now: datetime,
) -> list[Notice]:
    payload = {
        "house": order.facility.name,
        "what": order.finding.text,
        "url": reverse("orders:order", args=[order.public_id]),
        **facts,
    }
    return notices_to(
        people, IN_APP_AND_EMAIL, kind,
        key=f"{kind}:{order.public_id}:{name}", run_at=now, payload=payload,
        subject=f"order:{order.public_id}",
    )  # fmt: skip
