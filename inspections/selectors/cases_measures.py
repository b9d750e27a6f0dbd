"""查处: the visits that came of a case, what they found, and the orders; and the way back."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from accounts.types import Actor
from facilities.selectors.access import as_uuid
from inspections.case_types import CheckRow, MeasureRow
from inspections.messages import KINDS, VISIT_STATES
from inspections.models import Case, CaseStep, Finding, RectificationOrder, Visit
from inspections.order_messages import STATES
from inspections.order_types import Hand, OrderState
from inspections.selectors.cases import number_of, sees
from inspections.selectors.orders_access import hand_of
from inspections.selectors.parts import may_read
from inspections.types import FindingKind, Severity, VisitKind, VisitState
from inspections.words import SEVERITIES

_PLACE = "facility__subdistrict__district"
_KINDS = {Severity.SEVERE: "is-bad", Severity.SERIOUS: "is-warn", Severity.ORDINARY: "is-info"}


def visit_words(visit: Visit) -> str:
    """A visit in a few words: 11月26日 抽查."""
    kind = KINDS[VisitKind(visit.kind)]
    return f"{visit.planned_on.month}月{visit.planned_on.day}日 {kind}"


def checks_of(actor: Actor, case: Case) -> tuple[CheckRow, ...]:
    """What came of a case, as far as the actor may read it."""
    findings = [one for one in _findings_of(case) if may_read(actor, one.item.part)]
    orders = _orders_of(findings)
    visits = {one.pk: one for one in _visits_of(case)}
    for finding in findings:
        visits.setdefault(finding.visit_id, finding.visit)
    return tuple(
        CheckRow(
            id=str(visit.public_id),
            words=visit_words(visit),
            state_words=VISIT_STATES[VisitState(visit.state)],
            measures=tuple(
                _measure(actor, one, orders.get(one.pk))
                for one in findings
                if one.visit_id == visit.pk
            ),
        )
        for visit in visits.values()
    )


def _visits_of(case: Case) -> QuerySet[Visit]:
    return Visit.objects.filter(case_steps__case=case).order_by("planned_on", "pk").distinct()


def _findings_of(case: Case) -> Sequence[Finding]:
    """What stands of the linked visits, and what was linked by itself."""
    steps = CaseStep.objects.filter(case=case)
    linked = Q(visit__in=steps.filter(visit__isnull=False).values("visit")) | Q(
        pk__in=steps.filter(finding__isnull=False).values("finding")
    )
    rows = Finding.objects.filter(
        linked, withdrawn_by=None, kind=FindingKind.REQUIREMENT, facility=case.facility_id
    )
    return list(rows.select_related("visit", f"item__part__visit__{_PLACE}").order_by("pk"))


def _orders_of(findings: Iterable[Finding]) -> dict[int, RectificationOrder]:
    rows = RectificationOrder.objects.filter(finding__in=[one.pk for one in findings])
    return {one.finding_id: one for one in rows.select_related(_PLACE)}


def _measure(actor: Actor, finding: Finding, order: RectificationOrder | None) -> MeasureRow:
    severity = Severity(finding.severity)
    is_theirs = order is not None and hand_of(actor, order) is not Hand.NOBODY
    return MeasureRow(
        text=finding.text,
        severity=SEVERITIES[severity],
        severity_kind=_KINDS[severity],
        order=str(order.public_id) if order and is_theirs else "",
        order_words=STATES[OrderState(order.state)] if order else "",
        due_on=order.due_on if order else None,
    )


def told_of(case: Case) -> str:
    """查处 in a sentence for whoever reported it: days and numbers, nothing of persons."""
    visits = [one for one in _visits_of(case) if one.state == VisitState.SIGNED]
    findings = _findings_of(case)
    orders = [one for one in _orders_of(findings).values() if one.state != OrderState.WITHDRAWN]
    said = [f"{visit_words(visit)}过" for visit in visits]
    if findings:
        said.append(f"查出 {len(findings)} 个问题")
    if orders:
        last = max(one.due_on for one in orders)
        said.append(f"发出 {len(orders)} 份整改单，最晚 {_day(last)}改好")
    return f"{'，'.join(said)}。" if said else ""


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


# --- and back -------------------------------------------------------------------------------------


def cases_behind_visit(actor: Actor, visit: Visit) -> list[tuple[str, str]]:
    """The cases because of which somebody came, for officers who may read them: id and number."""
    return _numbers(actor, Q(steps__visit=visit) | Q(steps__finding__visit=visit))


def cases_behind_order(actor: Actor, order: str) -> list[tuple[str, str]]:
    """The cases of which an order came, for officers who may read them: id and number."""
    finding = Finding.objects.filter(order__public_id=as_uuid(order))
    found = Q(steps__visit__in=finding.values("visit")) | Q(steps__finding__in=finding)
    return _numbers(actor, found)


def _numbers(actor: Actor, found: Q) -> list[tuple[str, str]]:
    rows = Case.objects.filter(found).select_related("district").order_by("pk").distinct()
    return [(str(case.public_id), number_of(case)) for case in rows if sees(actor, case)]
