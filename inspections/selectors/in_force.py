"""政策督查: by which words and numbers something was judged on its day, whatever was changed since.

An item keeps its clause's words in the version of the checklist that the visit was opened with;
limits are dated, and are read as of the day on which the rows were judged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from common.intervals import day_in_shanghai
from inspections.models import Checklist, ChecklistItem, Finding
from inspections.rules.basis import limits_of
from inspections.selectors.checklists import STANDARD
from inspections.types import Area, Department, RowsSay, Severity
from inspections.words import AREAS, DEPARTMENTS, SEVERITIES
from regulations import messages as law_messages
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book


@dataclass(frozen=True, slots=True)
class LimitThen:
    """A limit as it stood on a day, and whether it is another one today."""

    label: str
    amount: str
    source: str
    quote: str
    has_lapsed: bool
    amount_now: str  # '' where it is the same


@dataclass(frozen=True, slots=True)
class Basis:
    """What a finding rests on: the clause's words and the checklist of its day."""

    finding: str
    text: str
    source: str
    quote: str
    checklist: str
    on: date
    limits: tuple[LimitThen, ...]
    rules_page: str  # the rules of that day
    policy_page: str  # and the checklist of that day


def bases_of(findings: Iterable[int], *, district: str, today: date) -> tuple[Basis, ...]:
    """The basis of each of these findings. Two statements, and a reading of the law."""
    rows = Finding.objects.filter(pk__in=list(findings)).select_related("item__item__checklist")
    law = law_book()
    return tuple(_basis(row, district, law, today) for row in rows.order_by("pk"))


def bases_of_part(part_id: int, *, district: str, today: date) -> tuple[Basis, ...]:
    """The basis of each finding that stands on a part."""
    standing = Finding.objects.filter(item__part=part_id, withdrawn_by__isnull=True)
    return bases_of(standing.values_list("pk", flat=True), district=district, today=today)


def basis_of_order(order: str, *, today: date) -> tuple[Basis, ...]:
    """The basis of the finding behind an order that the reader may read."""
    row = Finding.objects.filter(order__public_id=order).select_related(
        "facility__subdistrict__district"
    )
    return tuple(
        basis
        for one in row
        for basis in bases_of(
            [one.pk], district=one.facility.subdistrict.district.code, today=today
        )
    )


def _basis(row: Finding, district: str, law: LawBook, today: date) -> Basis:
    item = row.item.item
    on = _judged_on(row)
    asked = f"?district={district}&on={on.isoformat()}"
    return Basis(
        finding=str(row.public_id),
        text=row.text,
        source=_source(item),
        quote=item.quote,
        checklist=f"{item.checklist.title} 第{item.checklist.version}版",
        on=on,
        limits=tuple(_limits(limits_of(row.prefill), district, law, on, today)),
        rules_page=f"{reverse('regulations:in_force')}{asked}",
        policy_page=f"{reverse('inspections:policy')}{asked}",
    )


def _judged_on(row: Finding) -> date:
    """The day on which the rows were judged; the day of the finding where they said nothing.

    A visit may be opened before it is signed, and a correction is signed later still.
    """
    if row.item.rows_say == RowsSay.SILENT:
        return row.found_on
    return day_in_shanghai(row.item.read_at)


def _source(item: ChecklistItem) -> str:
    return f"{item.number or item.document} {item.article}"


def _limits(
    keys: Iterable[LimitKey], district: str, law: LawBook, on: date, today: date
) -> Iterable[LimitThen]:
    for key in keys:
        limit = law.limit(key, jurisdiction=district, care_on=on)
        if limit is None:
            continue
        now = law.limit(key, jurisdiction=district, care_on=today)
        amount = law_messages.amount(limit)
        amount_now = law_messages.amount(now) if now else ""
        yield LimitThen(
            label=law_messages.LABELS[key],
            amount=amount,
            source=f"{law_messages.source(limit)} {limit.clause.article}",
            quote=limit.clause.quote,
            has_lapsed=limit.has_lapsed(on),
            amount_now="" if amount_now == amount else amount_now,
        )


# --- the page of a day ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PolicyItem:
    text: str
    area: str
    department: str
    severity: str
    source: str
    quote: str


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version of the checklist, and from which day visits were opened with it."""

    version: int
    since: date
    is_shown: bool


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """Which checklist was in force on a day; the limits of the day are on the page of rules."""

    on: date
    checklist: str
    sha256: str
    since: date | None
    versions: tuple[PolicyVersion, ...]
    items: tuple[PolicyItem, ...]
    rules_page: str


def policy_of(district: str, *, on: date) -> PolicyPage:
    """The checklist that a visit of a day was opened with. Two statements."""
    known = list(Checklist.objects.filter(code=STANDARD).order_by("-version"))
    there = [one for one in known if day_in_shanghai(one.loaded_at) <= on]
    shown = there[0] if there else None
    items = shown.items.order_by("position") if shown else ()
    return PolicyPage(
        on=on,
        checklist=f"{shown.title} 第{shown.version}版" if shown else "",
        sha256=shown.sha256 if shown else "",
        since=day_in_shanghai(shown.loaded_at) if shown else None,
        versions=tuple(
            PolicyVersion(one.version, day_in_shanghai(one.loaded_at), one == shown)
            for one in known
        ),
        items=tuple(_policy_item(item) for item in items),
        rules_page=f"{reverse('regulations:in_force')}?district={district}&on={on.isoformat()}",
    )


def _policy_item(item: ChecklistItem) -> PolicyItem:
    return PolicyItem(
        text=item.text,
        area=AREAS[Area(item.area)],
        department=DEPARTMENTS[Department(item.department)],
        severity=SEVERITIES[Severity(item.severity)],
        source=_source(item),
        quote=item.quote,
    )
