"""From a name outside to a 整改 order, for those who have a part in it. The only way in."""

from django.db.models import OuterRef, Subquery

from accounts.types import Actor, Place, Role
from common.refusals import NotFound
from facilities.selectors.access import as_uuid, place_of
from inspections.models import OrderPhoto, OrderStep, RectificationOrder, Signature
from inspections.order_types import (
    Hand,
    OrderEvent,
    OrderFacts,
    OrderState,
    PastStep,
)
from inspections.types import (
    DEPARTMENT_OFFICERS,
    DEPARTMENTS_OF,
    KEEPERS,
    RowsSay,
    Severity,
    Side,
)

_WITH = (
    "facility__subdistrict__district", "finding__item", "finding__result", "finding__visit",
)  # fmt: skip


def order_for(actor: Actor, public_id: str) -> tuple[RectificationOrder, Hand]:
    """An order in which the actor has a part, and which.

    :raises NotFound: when there is none, or it is not theirs.
    """
    order = (
        RectificationOrder.objects.select_related(*_WITH, "finding__item__item", "recurs")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    hand = hand_of(actor, order) if order else Hand.NOBODY
    if order is None or hand is Hand.NOBODY:
        raise NotFound
    return order, hand


def hand_of(actor: Actor, order: RectificationOrder) -> Hand:
    """Whose part the actor has. Who supervises never acts for the house as well."""
    at = place_of(order.facility)
    if actor.is_worker:
        return Hand.WORKER
    if actor.may(Role.SUPERVISION_LEAD, at=at):
        return Hand.LEAD
    if actor.may(*officer_roles(order.department), at=at):
        return Hand.OFFICER
    return Hand.HOUSE if actor.may(*KEEPERS, at=at) else Hand.NOBODY


def officer_roles(department: str) -> tuple[Role, ...]:
    """Who checks in the name of a department; education looks at all of it."""
    own = (role for role in DEPARTMENT_OFFICERS if DEPARTMENTS_OF[role] == department)
    return (Role.INSPECTOR, *own)


def photo_for(actor: Actor, public_id: str) -> OrderPhoto:
    """A piece of evidence of an order in which the actor has a part. :raises NotFound:"""
    photo = (
        OrderPhoto.objects.select_related("step__order__facility__subdistrict__district")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if photo is None or hand_of(actor, photo.step.order) is Hand.NOBODY:
        raise NotFound
    return photo


def order_of_recheck() -> Subquery:
    """The public id of the order that planned a visit; NULL where none did."""
    steps = OrderStep.objects.filter(visit=OuterRef("pk")).order_by("pk")
    return Subquery(steps.values("order__public_id")[:1])


def lock_order(order_id: int) -> RectificationOrder:
    """Lock an order, and read it as it is now."""
    return (
        RectificationOrder.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*_WITH)
        .get(pk=order_id)
    )


def facts_of(order: RectificationOrder) -> OrderFacts:
    """An order as the rules look at it."""
    steps = OrderStep.objects.filter(order=order).order_by("number")
    return OrderFacts(
        state=OrderState(order.state),
        severity=Severity(order.severity),
        found_by=frozenset(_signed_by(order)),
        steps=tuple(
            PastStep(OrderEvent(event), actor, at)
            for event, actor, at in steps.values_list("event", "actor_id", "at")
        ),
        found_at=order.finding.result.signed_at,
    )


def _signed_by(order: RectificationOrder) -> set[int]:
    """Who found it: every inspector under the result."""
    rows = Signature.objects.filter(result=order.finding.result_id, side=Side.INSPECTOR)
    signed = set(rows.exclude(user=None).values_list("user_id", flat=True))
    return signed | {order.finding.result.signed_by_id}


def is_ruled(order: RectificationOrder) -> bool:
    """Whether the portal's rows tell when it is mended: they said so when it was found.

    Where the officers contradicted the rows, or the rows were silent, only evidence tells.
    """
    return bool(order.finding.prefill) and order.finding.item.rows_say == RowsSay.FAILS


def place(order: RectificationOrder) -> Place:
    return place_of(order.facility)
