"""Registers and incidents for tests. Plain functions; everything has a sensible default."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from accounts.models import User
from common.intervals import SHANGHAI, day_in_shanghai
from facilities.models import Facility
from regulations.selectors import law_book
from safety import services
from safety.models import Incident, RegisterCheck, RegisterItem
from safety.rules.registers import next_due
from safety.selectors.registers import interval_of
from safety.types import (
    CheckResult,
    IncidentFacts,
    IncidentKind,
    NewIncident,
    RegisterKind,
    Severity,
)
from tests.families.factories import actor_of

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
TODAY = day_in_shanghai(NOW)

_numbers = count(1)
_FACTS: Mapping[RegisterKind, dict[str, Any]] = {
    RegisterKind.VIDEO: {"area": "entrance", "retention_days": 30, "is_linked": True},
    RegisterKind.ALARM: {"is_linked": True},
    RegisterKind.PLAN: {"risk": "fire"},
    RegisterKind.DRILL: {"risk": "fire"},
}


def make_item(
    house: Facility, kind: RegisterKind = RegisterKind.ALARM, *, name: str = "", **facts: Any
) -> RegisterItem:
    """An item that nobody has checked yet."""
    return RegisterItem.objects.create(
        facility=house,
        kind=kind,
        name=name or f"第{next(_numbers)}项",
        facts=_FACTS.get(kind, {}) | facts,
        entered_at=NOW,
    )


def make_check(
    item: RegisterItem,
    *,
    days_ago: int = 1,
    done_on: date | None = None,
    result: CheckResult = CheckResult.PASSED,
    by: User | None = None,
    **measured: Any,
) -> RegisterCheck:
    """A check that passed, yesterday, unless told otherwise."""
    day = done_on or TODAY - timedelta(days=days_ago)
    interval = interval_of(RegisterKind(item.kind), "310116", day, law_book())
    return RegisterCheck.objects.create(
        item=item,
        done_on=day,
        by=by,
        recorded_at=NOW,
        result=result,
        note="" if result is CheckResult.PASSED else "没有图像",
        measured=measured,
        next_due_on=next_due(day, interval),
    )


def a_report(
    kind: IncidentKind = IncidentKind.INJURY,
    *,
    severity: Severity = Severity.TREATED,
    goes_on: bool = False,
    people: int = 1,
    happened_at: datetime = NOW - timedelta(minutes=5),
    what_happened: str = "在滑梯旁摔倒，额头擦伤。",
    **more: Any,
) -> NewIncident:
    """What somebody types of an incident."""
    return NewIncident(
        facts=IncidentFacts(kind, severity, goes_on, people),
        happened_at=happened_at,
        what_happened=what_happened,
        what_was_done=more.pop("what_was_done", "清洗、冷敷。"),
        **more,
    )


def make_incident(house: Facility, by: User, *, now: datetime = NOW, **facts: Any) -> Incident:
    """An incident as its reporter reports it."""
    public_id = services.report_incident(
        facility=str(house.public_id), incident=a_report(**facts), actor=actor_of(by), now=now
    )
    return Incident.objects.get(public_id=public_id)
