"""What waits for somebody who looks, supervises or answers, for where their day begins. D16"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q

from accounts.types import Actor
from common.intervals import day_in_shanghai
from facilities.selectors.access import reached_by
from inspections.case_types import CaseStage
from inspections.models import Case, HalfSignature, VisitPart
from inspections.order_types import OVER, OrderState
from inspections.selectors.briefs import briefs_to_receipt
from inspections.selectors.orders import visible_orders
from inspections.types import LOOKERS, Department, PartState, roles_of

_WAIT_FOR_OFFICERS = (OrderState.CLAIMED, OrderState.RECHECK_DUE, OrderState.PASSED)


@dataclass(frozen=True, slots=True)
class Inbox:
    """How much of each kind waits for somebody."""

    to_answer: int = 0  # parts that are open
    to_countersign: int = 0
    orders_waiting: int = 0
    orders_late: int = 0
    cases_open: int = 0
    cases_late: int = 0
    briefs: int = 0


def inbox_of(actor: Actor, *, now: datetime) -> Inbox:
    """What waits for an officer, and nothing of other departments. Four statements."""
    if not actor.holds(*LOOKERS):
        return Inbox()
    today = day_in_shanghai(now)
    orders = visible_orders(actor).exclude(state__in=OVER)
    cases = Case.objects.filter(owner=actor.person).exclude(stage=CaseStage.CLOSED)
    late = Q(due_on__lt=today)
    return Inbox(
        **_parts(actor),
        **orders.aggregate(
            orders_waiting=Count("pk", filter=Q(state__in=_WAIT_FOR_OFFICERS)),
            orders_late=Count("pk", filter=late),
        ),
        **cases.aggregate(cases_open=Count("pk"), cases_late=Count("pk", filter=late)),
        briefs=briefs_to_receipt(actor).count(),
    )


def _parts(actor: Actor) -> dict[str, int]:
    """The open parts of visits to which the actor went, or which they opened."""
    theirs = Q(pk__in=())
    for department in Department:
        if department is not Department.HOUSE:
            reached = reached_by(actor, *roles_of(department), house="visit__facility__")
            theirs |= reached & Q(department=department)
    mine = Q(opened_by=actor.person) | Q(visit__goers__user=actor.person)
    signed = HalfSignature.objects.filter(
        part=OuterRef("pk"), signed_by=actor.person, sent_back_at__isnull=True
    )
    waits = Q(state=PartState.HALF, visit__goers__user=actor.person) & ~Q(Exists(signed))
    return VisitPart.objects.filter(theirs).aggregate(
        to_answer=Count("pk", filter=mine & Q(state=PartState.OPEN), distinct=True),
        to_countersign=Count("pk", filter=waits, distinct=True),
    )
