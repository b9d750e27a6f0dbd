"""Registers: each item with its last check, when the next is due, and what the law says of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from accounts.selectors import names_of
from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import as_uuid, place_of
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from regulations.types import Limit
from safety import messages
from safety.models import RegisterCheck, RegisterItem
from safety.rules import registers as rules
from safety.selectors.houses import districts_of
from safety.types import (
    NEEDS_SOMEBODY,
    CheckResult,
    CheckRow,
    ItemState,
    OverdueRow,
    RegisterKind,
    RegisterRow,
)

_ORDER = list(ItemState)
_KINDS = list(RegisterKind)
HISTORY = 100


def interval_of(kind: RegisterKind, district: str, today: date, law: LawBook) -> Limit | None:
    """How often an item of this kind is checked in a district."""
    return law.limit(rules.INTERVALS[kind], jurisdiction=district, care_on=today)


def remind_days(district: str, today: date, law: LawBook) -> int:
    """How many days before a check is due people are reminded."""
    limit = law.limit(LimitKey.REGISTER_REMIND_DAYS, jurisdiction=district, care_on=today)
    return limit.number if limit else 0


def registers_of(facility_id: int, *, now: datetime) -> list[RegisterRow]:
    """The registers of one house, what needs somebody first."""
    return rows_by_house(districts_of([facility_id]), now=now).get(facility_id, [])


def rows_by_house(houses: Mapping[int, str], *, now: datetime) -> dict[int, list[RegisterRow]]:
    """The registers of several houses ({id: district}), in a fixed number of queries."""
    law, today = law_book(), day_in_shanghai(now)
    items = list(_with_last_check(houses))
    names = names_of(item.last_by for item in items)
    found: dict[int, list[RegisterRow]] = {}
    for item in items:
        district = houses[item.facility_id]
        found.setdefault(item.facility_id, []).append(_row(item, district, today, law, names))
    for rows in found.values():
        rows.sort(key=_urgency)
    return found


def _with_last_check(houses: Iterable[int]) -> Any:
    last = RegisterCheck.objects.filter(item=OuterRef("pk")).order_by("-done_on", "-pk")
    items = RegisterItem.objects.filter(facility__in=list(houses), retired_at__isnull=True)
    return items.annotate(
        last_on=Subquery(last.values("done_on")[:1]),
        last_result=Subquery(last.values("result")[:1]),
        last_by=Subquery(last.values("by")[:1]),
        last_note=Subquery(last.values("note")[:1]),
        last_measured=Subquery(last.values("measured")[:1]),
    ).order_by("pk")


def _urgency(row: RegisterRow) -> tuple[int, date, int, int]:
    due = row.next_due_on or date.max
    return (_ORDER.index(row.state), due, _KINDS.index(row.kind), row.id)


def _row(
    item: Any, district: str, today: date, law: LawBook, names: Mapping[int, str]
) -> RegisterRow:
    kind = RegisterKind(item.kind)
    interval = interval_of(kind, district, today, law)
    due_on = rules.next_due(item.last_on, interval) if item.last_on else None
    result = CheckResult(item.last_result) if item.last_result else None
    state = rules.state_of(
        last_on=item.last_on,
        last_result=result,
        due_on=due_on,
        remind_days=remind_days(district, today, law),
        today=today,
    )
    days_left = (due_on - today).days if due_on else None
    timely = rules.check_is_timely(item.last_on, interval, kind=kind, today=today)
    return RegisterRow(
        id=item.pk,
        public_id=str(item.public_id),
        kind=kind,
        kind_name=messages.KINDS[kind],
        name=item.name,
        facts=messages.facts_said(item.facts | (item.last_measured or {})),
        state=state,
        state_words=messages.state_said(state, days_left),
        last_on=item.last_on,
        last_result=result,
        last_by=names.get(item.last_by, "") if item.last_by else "",
        last_note=item.last_note or "",
        next_due_on=due_on,
        days_left=days_left,
        verdict=messages.verdict_row(timely, title=messages.KINDS[kind]),
        risk=str(item.facts.get("risk", "")),
    )


def overdue_registers(facility_ids: Sequence[int], *, now: datetime) -> list[OverdueRow]:
    """What of these houses' registers failed, is overdue or was never done, the worst first."""
    rows = rows_by_house(districts_of(facility_ids), now=now)
    found = [
        OverdueRow(
            facility_id=house,
            item=row.public_id,
            kind=row.kind,
            name=row.name,
            state=row.state,
            next_due_on=row.next_due_on,
            days_overdue=max(-(row.days_left or 0), 0),
        )
        for house, listed in rows.items()
        for row in listed
        if row.state in NEEDS_SOMEBODY
    ]
    return sorted(found, key=lambda one: (_ORDER.index(one.state), -one.days_overdue, one.item))


def item_for(actor: Actor, public_id: object, *roles: Role) -> RegisterItem:
    """Open the one door from an id to an item. :raises NotFound: when it is not theirs."""
    item = (
        RegisterItem.objects.select_related("facility__subdistrict__district")
        .filter(public_id=as_uuid(str(public_id)))
        .first()
    )
    if item is None or not actor.may(*roles, at=place_of(item.facility)):
        raise NotFound
    return item


def row_of(item: RegisterItem, *, now: datetime) -> RegisterRow | None:
    """An item as the list shows it; None when it is retired."""
    rows = registers_of(item.facility_id, now=now)
    return next((row for row in rows if row.id == item.pk), None)


def history_of(item: RegisterItem) -> list[CheckRow]:
    """The checks of an item, the newest first."""
    checks = list(item.checks.order_by("-done_on", "-pk")[:HISTORY])
    names = names_of(check.by_id for check in checks)
    return [
        CheckRow(
            done_on=check.done_on,
            recorded_at=check.recorded_at,
            by=names.get(check.by_id or 0, ""),
            result=CheckResult(check.result),
            measured=messages.measured_said(check.measured),
            note=check.note,
            next_due_on=check.next_due_on,
        )
        for check in checks
    ]
