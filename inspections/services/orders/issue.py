"""From a finding to an order: every finding of the district's officers gets one, once.

The transaction that signs a finding issues its order; the worker's round mends what was missed.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from accounts.types import WORKER, Actor
from common.intervals import day_in_shanghai, months_later
from facilities.selectors.calendar import day_kind
from facilities.selectors.standing import lock_houses
from inspections.models import Finding, OrderStep, RectificationOrder, VisitResult
from inspections.order_notices import corrected_notices, issued_notices
from inspections.order_types import OVER, OrderEvent, OrderState
from inspections.rules.workdays import workdays_later
from inspections.selectors.terms import decided
from inspections.services.orders.steps import write_step
from inspections.types import FIELD_VISITS, FindingKind, Severity
from notifications import services as notifications
from regulations.keys import LimitKey

_WORKDAYS = {
    Severity.ORDINARY: LimitKey.ORDER_ORDINARY_WORKDAYS,
    Severity.SERIOUS: LimitKey.ORDER_SERIOUS_WORKDAYS,
    Severity.SEVERE: LimitKey.ORDER_SEVERE_WORKDAYS,
}


# What leads to an order: what officers found on a visit, and no correction has taken back.
_LEADS_TO_ONE = Q(
    withdrawn_by__isnull=True, kind=FindingKind.REQUIREMENT, visit__kind__in=FIELD_VISITS
)


@transaction.atomic
def follow_result(*, result: VisitResult, actor: Actor, now: datetime) -> list[RectificationOrder]:
    """Issue the orders of what a result finds, in the transaction that signs it.

    Of what it finds no more, as the correction of another, the lead and the house are told: the
    order stands until the lead takes it back.
    """
    found = Finding.objects.filter(_LEADS_TO_ONE, result=result).order_by("pk")
    issued = [
        issue_order(finding=pk, actor=actor, now=now)
        for pk in list(found.values_list("pk", flat=True))
    ]
    for order in _orders_of_what_is_gone(result):
        notifications.queue(corrected_notices(order, result, now=now), now=now)
    return [order for order in issued if order is not None]


def _orders_of_what_is_gone(result: VisitResult) -> list[RectificationOrder]:
    rows = RectificationOrder.objects.filter(finding__withdrawn_by=result).exclude(state__in=OVER)
    return list(rows.select_related("facility__subdistrict__district", "finding").order_by("pk"))


def issue_orders(*, now: datetime) -> int:
    """Issue an order for every finding that was missed; how many. Harmless the second time."""
    waiting = Finding.objects.filter(_LEADS_TO_ONE, order__isnull=True).order_by("found_on", "pk")
    return sum(
        issue_order(finding=pk, actor=WORKER, now=now) is not None
        for pk in list(waiting.values_list("pk", flat=True))
    )


@transaction.atomic
def issue_order(*, finding: int, actor: Actor, now: datetime) -> RectificationOrder | None:
    """Issue the order of a finding, and tell the house; None where one stands already.

    The same item that is found again while its order is open is covered by that order; once it
    was closed, the new order says that it recurs.
    """
    found = Finding.objects.select_related("facility__subdistrict__district").get(pk=finding)
    lock_houses([found.facility_id])
    if _is_covered(found) or _is_withdrawn(found):
        return None
    today = day_in_shanghai(now)
    due_on = due_after(found, today)
    order = RectificationOrder.objects.create(
        facility=found.facility,
        finding=found,
        department=found.department,
        severity=found.severity,
        code=found.code,
        issued_on=today,
        due_on=due_on,
        recurs=_recurs(found),
    )
    write_step(
        order,
        OrderEvent.ISSUE,
        before=None,
        after=OrderState.ISSUED,
        number=1,
        actor=actor,
        now=now,
        due_on=due_on,
    )
    notifications.queue(issued_notices(order, now=now), now=now)
    return order


def due_after(finding: Finding, today: date) -> date:
    """The last 工作日 on which what was found has to be mended, by its severity."""
    days = decided(
        _WORKDAYS[Severity(finding.severity)],
        finding.facility.subdistrict.district.code,
        on=today,
    )
    return workdays_later(today, days, day_kind)


def _is_covered(finding: Finding) -> bool:
    of_item = RectificationOrder.objects.filter(facility=finding.facility_id, code=finding.code)
    if of_item.filter(finding=finding).exists():
        return True
    before = of_item.filter(finding__found_on__lte=finding.found_on)
    live = before.exclude(state__in=[OrderState.CLOSED, OrderState.WITHDRAWN])
    ended = OrderStep.objects.filter(
        order__in=before,
        event=OrderEvent.CLOSE,
        order__issued_on__lte=finding.found_on,
        at__date__gt=finding.found_on,
    )
    return live.exists() or ended.exists()


def _is_withdrawn(finding: Finding) -> bool:
    """Whether a correction took it back: read again, since it may have while we waited."""
    return Finding.objects.filter(pk=finding.pk, withdrawn_by__isnull=False).exists()


def _recurs(finding: Finding) -> RectificationOrder | None:
    district = finding.facility.subdistrict.district.code
    months = decided(LimitKey.ORDER_RECURRENCE_MONTHS, district, on=finding.found_on)
    since = months_later(finding.found_on, -months)
    return (
        RectificationOrder.objects.filter(
            Q(facility=finding.facility_id, code=finding.code, state=OrderState.CLOSED),
            steps__event=OrderEvent.CLOSE,
            steps__at__date__gte=since,
        )
        .annotate(closed_at=F("steps__at"))
        .order_by("-closed_at")
        .first()
    )
