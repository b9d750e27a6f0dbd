"""What waits for somebody who looks, supervises or answers, for where their day begins. D16"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Value

from accounts.types import Actor
from common.intervals import day_in_shanghai
from facilities.selectors.access import reached_by
from inspections.case_types import CaseStage
from inspections.models import Case, CaseQuestion, RectificationOrder, VisitPart
from inspections.order_types import OVER, OrderState
from inspections.selectors.briefs import briefs_to_receipt
from inspections.selectors.orders import visible_orders
from inspections.selectors.parts import reached_departments, waiting_for
from inspections.types import KEEPERS, LOOKERS, Department, PartState

_WAIT_FOR_OFFICERS = (OrderState.CLAIMED, OrderState.RECHECK_DUE, OrderState.PASSED)
_WAIT_FOR_HOUSE = (OrderState.ISSUED, OrderState.PLANNED)


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


@dataclass(frozen=True, slots=True)
class HouseInbox:
    """How much of each kind waits for those who run houses."""

    orders_waiting: int = 0
    orders_late: int = 0
    self_checks: int = 0  # begun, and not signed
    questions: int = 0
    questions_late: int = 0


def house_inbox_of(actor: Actor, *, now: datetime) -> HouseInbox:
    """What waits for somebody who runs houses, of inspection. One statement."""
    if not actor.holds(*KEEPERS):
        return HouseInbox()
    today = day_in_shanghai(now)
    asked = Counter((kind, due < today) for kind, due in _asked_of_houses(actor))
    return HouseInbox(
        orders_waiting=asked["order", True] + asked["order", False],
        orders_late=asked["order", True],
        self_checks=asked["check", True] + asked["check", False],
        questions=asked["question", True] + asked["question", False],
        questions_late=asked["question", True],
    )


def _asked_of_houses(actor: Actor) -> QuerySet[Any, tuple[str, date]]:
    """What is asked of the houses that somebody runs, and until when; 自查 from its day on."""
    house = reached_by(actor, *KEEPERS, house="facility__")
    orders = RectificationOrder.objects.filter(house, state__in=_WAIT_FOR_HOUSE)
    questions = CaseQuestion.objects.filter(house, reply__isnull=True).exclude(
        case__stage=CaseStage.CLOSED
    )
    checks = VisitPart.objects.filter(
        reached_by(actor, *KEEPERS, house="visit__facility__"),
        department=Department.HOUSE,
        state=PartState.OPEN,
    )
    return orders.values_list(Value("order"), "due_on").union(
        questions.values_list(Value("question"), "due_on"),
        checks.values_list(Value("check"), "visit__planned_on"),
        all=True,
    )


def _parts(actor: Actor) -> dict[str, int]:
    """The open parts of visits to which the actor went, or which they opened."""
    theirs = Q(pk__in=())
    for department, reached in reached_departments(actor, house="visit__facility__"):
        theirs |= reached & Q(department=department)
    mine = Q(opened_by=actor.person) | Q(visit__goers__user=actor.person)
    return VisitPart.objects.filter(theirs).aggregate(
        to_answer=Count("pk", filter=mine & Q(state=PartState.OPEN), distinct=True),
        to_countersign=Count("pk", filter=waiting_for(actor), distinct=True),
    )
