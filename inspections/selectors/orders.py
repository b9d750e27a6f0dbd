"""整改 as each side reads it: the officers' board, the house's list, one order with its history."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from facilities.selectors.access import reached_by
from facilities.selectors.calendar import day_kind
from inspections import order_messages as messages
from inspections.models import OrderPhoto, OrderStep, RectificationOrder, Visit
from inspections.order_types import (
    OVER,
    Hand,
    OrderEvent,
    OrderFacts,
    OrderState,
)
from inspections.rules.orders import (
    is_overdue,
    may_happen,
    needs_second_person,
    obstacle,
    waits_for_claim,
)
from inspections.rules.workdays import unpublished_years, workdays_between
from inspections.selectors.facts import inspector_facts, why_away
from inspections.selectors.orders_access import facts_of, is_ruled, order_for
from inspections.selectors.orders_judged import since_of
from inspections.selectors.terms import decided
from inspections.types import (
    DEPARTMENT_OFFICERS,
    DEPARTMENTS_OF,
    KEEPERS,
    Department,
    Severity,
    VisitState,
)
from inspections.words import DEPARTMENTS, SEVERITIES
from regulations.keys import LimitKey

_SUPERVISING = (Role.INSPECTOR, Role.SUPERVISION_LEAD)
_CLOSED_SHOWN = 20
_WITH = ("facility__subdistrict__district", "finding__item")
_BAD = {Severity.SEVERE: "is-bad", Severity.SERIOUS: "is-warn", Severity.ORDINARY: "is-info"}


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in a list."""

    id: str
    house: str
    house_id: str
    subdistrict: str
    text: str
    severity: Severity
    severity_words: str
    severity_kind: str
    department_words: str
    state: OrderState
    state_words: str
    issued_on: date
    due_on: date
    is_late: bool
    workdays: int  # left, or late
    waits_for: str
    recurs: str  # public id of the order that did not last; ''
    suspends: bool


@dataclass(frozen=True, slots=True)
class StateColumn:
    """The orders in one state."""

    state: OrderState
    words: str
    rows: tuple[OrderRow, ...]


@dataclass(frozen=True, slots=True)
class File:
    id: str
    is_picture: bool


@dataclass(frozen=True, slots=True)
class StepRow:
    """What happened, as the history shows it."""

    words: str
    kind: str  # is-ok, is-bad, is-warn or ''
    at: datetime
    person: str
    reason: str
    promised_on: date | None
    due_on: date | None
    going_on: date | None
    files: tuple[File, ...]


@dataclass(frozen=True, slots=True)
class Going:
    """The 再检查 that is planned."""

    on: date
    people: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One order with all that belongs to it."""

    row: OrderRow
    hand: Hand
    may: frozenset[str]
    document: str
    number: str
    article: str
    quote: str
    note: str
    said: str
    found_on: date
    is_corrected: bool
    judged: str  # how the worker judges it; empty where only evidence tells, or it is over
    needs_second: bool
    extension_is_asked: bool
    caution: str
    steps: tuple[StepRow, ...]
    going: Going | None
    inspectors: tuple[tuple[str, str], ...]


def visible_orders(actor: Actor) -> QuerySet[RectificationOrder]:
    """The orders in which an actor has a part."""
    reach = reached_by(actor, *_SUPERVISING, *KEEPERS, house="facility__")
    for role in DEPARTMENT_OFFICERS:
        theirs = Q(department=DEPARTMENTS_OF[role].value)
        reach |= reached_by(actor, role, house="facility__") & theirs
    suspended = OrderStep.objects.filter(order=OuterRef("pk"), event=OrderEvent.SUSPEND)
    return (
        RectificationOrder.objects.filter(reach)
        .select_related(*_WITH, "recurs")
        .annotate(has_suspended=Exists(suspended))
    )


def board_of(
    actor: Actor, *, district: str = "", now: datetime, is_late: bool = False
) -> tuple[StateColumn, ...]:
    """The orders an actor has a part in, by state; within a state the most urgent first."""
    today = day_in_shanghai(now)
    found = visible_orders(actor)
    if district:
        found = found.filter(facility__subdistrict__district__code=district)
    rows = [row_of(one, today) for one in found.exclude(state__in=OVER).order_by("due_on", "pk")]
    if is_late:
        rows = [row for row in rows if row.is_late]
    else:
        over = found.filter(state__in=OVER).order_by("-issued_on", "-pk")[:_CLOSED_SHOWN]
        rows += [row_of(one, today) for one in over]
    by_state: dict[OrderState, list[OrderRow]] = defaultdict(list)
    for row in rows:
        by_state[row.state].append(row)
    return tuple(
        StateColumn(state, messages.STATES[state], tuple(by_state[state])) for state in OrderState
    )


def row_of(order: RectificationOrder, today: date) -> OrderRow:
    """An order as lists show it. Nothing more is asked of the database."""
    state, severity = OrderState(order.state), Severity(order.severity)
    late = is_overdue(state, order.due_on, today)
    span = (order.due_on, today) if late else (today, order.due_on)
    street = order.facility.subdistrict
    return OrderRow(
        id=str(order.public_id),
        house=order.facility.name,
        house_id=str(order.facility.public_id),
        subdistrict=street.name,
        text=order.finding.text,
        severity=severity,
        severity_words=SEVERITIES[severity],
        severity_kind=_BAD[severity],
        department_words=DEPARTMENTS[Department(order.department)],
        state=state,
        state_words=messages.STATES[state],
        issued_on=order.issued_on,
        due_on=order.due_on,
        is_late=late,
        workdays=workdays_between(*span, day_kind),
        waits_for=_waits_for(state),
        recurs=str(order.recurs.public_id) if order.recurs else "",
        suspends=not state.is_over and bool(getattr(order, "has_suspended", False)),
    )


def _waits_for(state: OrderState) -> str:
    if state.is_over:
        return ""
    return "宝宝屋" if state.waits_for_house else "检查人员"


def order_page(actor: Actor, public_id: str, *, now: datetime) -> OrderPage:
    """One order with its history. :raises NotFound: when the actor has no part in it."""
    order, hand = order_for(actor, public_id)
    today = day_in_shanghai(now)
    facts, steps = facts_of(order), _steps(order)
    going = _going(order, actor)
    item = order.finding.item.item
    may = _may(order, facts, actor, hand, today)
    return OrderPage(
        row=replace(row_of(order, today), suspends=facts.suspends),
        hand=hand,
        may=may if going and going.is_own else may - {"pass", "fail"},
        document=item.document,
        number=item.number,
        article=item.article,
        quote=item.quote,
        note=order.finding.note,
        said=order.finding.item.said,
        found_on=order.finding.found_on,
        is_corrected=order.finding.withdrawn_by_id is not None,
        judged=_rule_of(order, facts, now),
        needs_second=facts.state is OrderState.PASSED and needs_second_person(facts),
        extension_is_asked=facts.asks_for_time,
        caution=messages.unpublished(unpublished_years(today, order.due_on, day_kind))
        if order.due_on > today
        else "",
        steps=tuple(steps),
        going=going,
        inspectors=_who_may_go(order, today) if "schedule" in may else (),
    )


def _rule_of(order: RectificationOrder, facts: OrderFacts, now: datetime) -> str:
    if not is_ruled(order) or facts.state is OrderState.PASSED or facts.state.is_over:
        return ""
    if waits_for_claim(facts):
        return messages.judged_after_a_failure()
    since = since_of(order, facts)
    if since is None:
        return messages.judged_by_now()
    district, today = order.facility.subdistrict.district.code, day_in_shanghai(now)
    days = decided(LimitKey.ORDER_EVIDENCE_DAYS, district, on=today)
    return messages.judged_since(since, days)


def _may(
    order: RectificationOrder, facts: OrderFacts, actor: Actor, hand: Hand, today: date
) -> frozenset[str]:
    """What the page offers: what the same rule would let happen."""
    most = decided(
        LimitKey.ORDER_EXTENSIONS_MAX, order.facility.subdistrict.district.code, on=today
    )
    return frozenset(
        event.value
        for event in may_happen(facts.state, hand)
        if obstacle(event, facts, hand=hand, person=actor.user_id, extensions_max=most) is None
    )


_STEP_KINDS = {
    OrderEvent.PASS: "is-ok", OrderEvent.CLOSE: "is-ok", OrderEvent.TURN_GREEN: "is-ok",
    OrderEvent.FAIL: "is-bad", OrderEvent.TURN_RED: "is-bad", OrderEvent.SUSPEND: "is-bad",
    OrderEvent.SEND_BACK: "is-warn", OrderEvent.EXTEND: "is-warn", OrderEvent.WITHDRAW: "is-warn",
}  # fmt: skip


def _steps(order: RectificationOrder) -> Iterable[StepRow]:
    files: dict[int, list[File]] = defaultdict(list)
    for photo in OrderPhoto.objects.filter(step__order=order).order_by("pk"):
        files[photo.step_id].append(File(str(photo.public_id), photo.file.endswith(".jpg")))
    for step in order.steps.select_related("actor", "visit").order_by("-number"):
        event = OrderEvent(step.event)
        yield StepRow(
            words=messages.EVENTS[event],
            kind=_STEP_KINDS.get(event, ""),
            at=step.at,
            person=step.actor.name if step.actor else messages.HANDS[Hand.WORKER],
            reason=step.reason,
            promised_on=step.promised_on,
            due_on=step.due_on,
            going_on=step.visit.planned_on if step.visit and event is OrderEvent.SCHEDULE else None,
            files=tuple(files[step.pk]),
        )


def _going(order: RectificationOrder, actor: Actor) -> Going | None:
    if order.state != OrderState.RECHECK_DUE:
        return None
    visit = (
        Visit.objects.filter(order_steps__order=order, state=VisitState.PLANNED)
        .order_by("-pk")
        .first()
    )
    if visit is None:
        return None
    goers = list(visit.goers.select_related("user").order_by("pk"))
    return Going(
        on=visit.planned_on,
        people="、".join(one.user.name for one in goers),
        is_own=any(one.user_id == actor.user_id for one in goers),
    )


def _who_may_go(order: RectificationOrder, today: date) -> tuple[tuple[str, str], ...]:
    house = order.facility
    known = inspector_facts(house.subdistrict.district.code, today=today)
    return tuple(
        (one.id, f"{one.name}（{one.department}）")
        for one in known
        if one.is_registered and one.is_available and why_away(house, one) is None
    )


def order_line(order: RectificationOrder, today: date) -> dict[str, object]:
    """An order as programs read it."""
    row = row_of(order, today)
    return {
        "id": row.id,
        "facility": row.house_id,
        "department": order.department,
        "severity": row.severity.value,
        "item": order.code,
        "text": row.text,
        "order_state": row.state.value,
        "issued_on": row.issued_on.isoformat(),
        "due_on": row.due_on.isoformat(),
        "is_overdue": row.is_late,
        "recurs": row.recurs or None,
        "suspends": row.suspends,
    }
