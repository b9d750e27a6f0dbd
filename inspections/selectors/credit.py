"""A house's 诚信档案, reckoned from what happened: never a second copy.

Findings, orders, cases, the staff's own files and stars are read as they stand; only what was
decided about an entry has rows of its own (`credit`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from accounts.types import Actor, Role
from common.intervals import day_in_shanghai
from credit import messages as words
from credit import selectors as credit
from credit.rules import is_void, may_decide, shown_through, tally
from credit.types import (
    GOOD,
    KEEPERS,
    LEAD,
    PUBLIC,
    READERS,
    Basis,
    CreditPage,
    Entry,
    EntryKind,
    Fact,
    ObjectionRow,
    Terms,
)
from facilities.models import Facility
from facilities.selectors.access import facility_for, place_of, reached_by
from facilities.types import FacilityState
from inspections import case_messages
from inspections.case_types import CaseKind, CaseOutcome
from inspections.dossier_messages import said_stars
from inspections.models import (
    CaseStep,
    Finding,
    OrderStep,
    PublicNotice,
    PublishedResult,
    RectificationOrder,
    VisitResult,
)
from inspections.order_types import OrderEvent, OrderState
from inspections.types import FIELD_VISITS, FindingKind, Severity, Side
from inspections.words import SEVERITIES
from regulations.keys import LimitKey
from regulations.selectors import clauses_by_code, law_book
from regulations.types import Clause
from staff.messages import INTEGRITY
from staff.selectors.integrity import integrity_of_house

_BORNE_OUT = (CaseOutcome.CONFIRMED.value, CaseOutcome.PARTLY.value)
_SUPERVISION, _HONOR = "000-4-3-supervision", "000-6-5-honor"
_HEAD = (
    *("日期", "类别", "内容", "来源", "文件", "条款"),
    *("是否计入", "展示到", "异议", "决定", "理由"),
)
_Signers = Mapping[int, frozenset[int]]  # by the result
_MAY_READ_STAFF = (Role.SUPERVISION_LEAD, Role.INSPECTOR, *KEEPERS)


def credit_page(
    actor: Actor, public_id: str, *, now: datetime, is_whole: bool = False
) -> CreditPage:
    """A house's 诚信档案 for those who supervise it or run it; `is_whole`: past entries as well.

    :raises NotFound: when there is no such house, or it is not theirs.
    """
    house = facility_for(actor, public_id, *READERS)
    today = day_in_shanghai(now)
    terms = credit.terms_in(house.subdistrict.district.code, on=today)
    objections = credit.objections_of(house.pk)
    facts = facts_of(house, actor, today=today)
    entries = [_entry(fact, objections, terms, actor, house, today) for fact in facts]
    counts = tally(facts, upheld=_upheld(objections), terms=terms, today=today)
    return CreditPage(
        house=house.name,
        house_id=str(house.public_id),
        subdistrict=house.subdistrict.name,
        counts=tuple((words.KINDS[kind], n, kind in GOOD) for kind, n in counts.items() if n),
        entries=tuple(one for one in entries if one.is_shown or is_whole),
        passed=sum(not one.is_shown for one in entries),
        terms=terms,
        waiting=sum(one.is_upheld is None for one in objections.values()),
    )


def houses_with_credit(actor: Actor) -> list[Facility]:
    """The houses whose 诚信档案 somebody may read, by name."""
    houses = Facility.objects.filter(reached_by(actor, *READERS))
    houses = houses.exclude(state=FacilityState.CLOSED).select_related("subdistrict")
    return list(houses.order_by("name", "pk"))


def fact_of(actor: Actor, public_id: str, key: str, *, today: date) -> Fact | None:
    """One entry of a house by its key; None when there is none. :raises NotFound: not theirs."""
    house = facility_for(actor, public_id, *READERS)
    return next((one for one in facts_of(house, actor, today=today) if one.key == key), None)


def public_credit(house: Facility, *, today: date) -> dict[str, Any]:
    """What is published of a record: counts of what speaks of the house itself, and its honors.

    What rests on a signed result counts once that is published: no count tells of it before.
    """
    terms = credit.terms_in(house.subdistrict.district.code, on=today)
    published = _published(house)
    facts = [
        fact
        for fact in facts_of(house, None, today=today)
        if fact.result is None or fact.result in published
    ]
    counts = tally(facts, upheld=credit.upheld_of(house.pk), terms=terms, today=today)
    return {
        "months": [terms.ordinary, terms.grave],
        "counts": [[words.KINDS[kind], counts[kind]] for kind in PUBLIC],
        "honors": [
            [fact.on.isoformat(), fact.words]
            for fact in facts
            if fact.kind is EntryKind.HONOR and today <= shown_through(fact, terms)
        ],
    }


def _published(house: Facility) -> frozenset[int]:
    rows = PublishedResult.objects.filter(facility=house, result__isnull=False)
    return frozenset(rows.values_list("result", flat=True))


def _upheld(objections: dict[str, ObjectionRow]) -> dict[str, bool]:
    return {key: bool(one.is_upheld) for key, one in objections.items()}


def _entry(
    fact: Fact, objections: dict[str, ObjectionRow], terms: Terms, actor: Actor, house: Facility,
    today: date,
) -> Entry:  # fmt: skip
    objection = objections.get(fact.key)
    through = shown_through(fact, terms)
    waits = objection is not None and objection.is_upheld is None
    at = place_of(house)
    return Entry(
        fact=fact,
        kind_words=words.KINDS[fact.kind],
        is_good=fact.kind in GOOD,
        is_void=is_void(fact, _upheld(objections)),
        void_words=words.WITHDRAWN if fact.is_withdrawn else words.UPHELD,
        shown_through=through,
        is_shown=today <= through,
        objection=objection,
        may_object=objection is None
        and fact.kind not in GOOD
        and not fact.is_withdrawn
        and actor.may(*KEEPERS, at=at),
        may_decide=waits and actor.may(*LEAD, at=at) and may_decide(fact, actor.user_id),
    )


# --- what happened --------------------------------------------------------------------------------


def facts_of(house: Facility, actor: Actor | None, *, today: date) -> list[Fact]:
    """Everything that counts for a house, the newest first; links lead where the actor may."""
    clauses = clauses_by_code()
    signed_by = _signed_by(house)
    found = [
        *_findings(house, signed_by),
        *_orders(house, signed_by, today),
        *_suspensions(house),
        *_complaints(house, actor, clauses),
        *_misconduct(house, actor, today),
        *_stars(house, today),
        *_honors(house, clauses),
    ]
    return sorted(found, key=lambda fact: (fact.on, fact.key), reverse=True)


def _findings(house: Facility, signed_by: _Signers) -> Iterator[Fact]:
    """What signed results of field visits say is not as it should be."""
    rows = Finding.objects.filter(facility=house, visit__kind__in=FIELD_VISITS)
    for row in rows.select_related("item__item", "item__part"):
        is_data = row.kind == FindingKind.DATA
        severity = Severity(row.severity)
        yield Fact(
            key=f"finding:{row.public_id}",
            kind=EntryKind.FALSE_DATA if is_data else EntryKind.FINDING,
            on=row.found_on,
            words=row.text if is_data else f"{SEVERITIES[severity]}：{row.text}",
            source="检查结果",
            url=reverse("visits:result", args=[row.item.part.public_id]),
            basis=_basis_of(row),
            is_severe=severity is Severity.SEVERE,
            is_withdrawn=row.withdrawn_by_id is not None,
            found_by=signed_by[row.result_id],
            result=row.result_id,
        )


def _signed_by(house: Facility) -> _Signers:
    """Every inspector under each result of a house, by the result."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    results = VisitResult.objects.filter(part__visit__facility=house)
    for result, sealed_by, side, signed_by in results.values_list(
        "pk", "signed_by", "signatures__side", "signatures__user"
    ):
        found[result] |= {sealed_by} | ({signed_by} if side == Side.INSPECTOR else set())
    return {result: _known(*people) for result, people in found.items()}


def _known(*people: int | None) -> frozenset[int]:
    return frozenset(person for person in people if person is not None)


def _basis_of(finding: Finding) -> Basis:
    item = finding.item.item
    return Basis(item.number or item.document, item.article, item.quote)


def _orders(house: Facility, signed_by: _Signers, today: date) -> Iterator[Fact]:
    """How orders ended, or that their day has passed; and which mending did not last."""
    rows = (
        RectificationOrder.objects.filter(facility=house)
        .exclude(state=OrderState.WITHDRAWN)
        .select_related("finding__item__item")
        .prefetch_related("steps")
    )
    for row in rows:
        who = signed_by[row.finding.result_id]
        closed = [one for one in row.steps.all() if one.event == OrderEvent.CLOSE]
        ended = day_in_shanghai(closed[0].at) if closed else None
        is_late = (ended or today) > row.due_on
        if ended is not None or is_late:
            kind = EntryKind.ORDER_LATE if is_late else EntryKind.ORDER_ON_TIME
            on, text = ended or row.due_on, _ending(row, ended, is_late)
            yield replace(_of_order(row, "order", kind, on, text), found_by=who)
        if row.recurs_id is not None:
            text = f"整改后又被发现：{row.finding.text}"
            again = _of_order(row, "recurrence", EntryKind.RECURRENCE, row.issued_on, text)
            yield replace(again, found_by=who)


def _ending(row: RectificationOrder, ended: date | None, is_late: bool) -> str:  # noqa: FBT001
    due = f"{row.due_on.month}月{row.due_on.day}日"
    if ended is None:
        return f"到期还没有办结（{due}到期）：{row.finding.text}"
    return f"{'逾期' if is_late else '按期'}办结（{due}到期）：{row.finding.text}"


def _of_order(row: RectificationOrder, name: str, kind: EntryKind, on: date, text: str) -> Fact:
    return Fact(
        key=f"{name}:{row.public_id}",
        kind=kind,
        on=on,
        words=text,
        source="整改单",
        url=reverse("orders:order", args=[row.public_id]),
        basis=_basis_of(row.finding),
        is_severe=kind is not EntryKind.ORDER_ON_TIME and row.severity == Severity.SEVERE,
        is_withdrawn=row.finding.withdrawn_by_id is not None,
        result=row.finding.result_id,
    )


def _suspensions(house: Facility) -> Iterator[Fact]:
    """When it was told to pause: everybody sees that at once, whatever it rests on."""
    steps = OrderStep.objects.filter(
        order__facility=house, event=OrderEvent.SUSPEND
    ).select_related("order__finding__item__item")
    for step in steps:
        yield Fact(
            key=f"suspension:{step.order.public_id}:{step.number}",
            kind=EntryKind.SUSPENSION,
            on=day_in_shanghai(step.at),
            words=step.reason,
            source="整改单",
            url=reverse("orders:order", args=[step.order.public_id]),
            basis=_basis_of(step.order.finding),
            is_withdrawn=step.order.state == OrderState.WITHDRAWN,
            found_by=_known(step.actor_id),
        )


def _complaints(house: Facility, actor: Actor | None, clauses: dict[str, Clause]) -> Iterator[Fact]:
    """Reports that were borne out: their kind alone. Suspected harm never stands here."""
    steps = CaseStep.objects.filter(
        case__facility=house, case__is_restricted=False, outcome__in=_BORNE_OUT
    ).select_related("case")
    is_lead = actor is not None and actor.may(*LEAD, at=place_of(house))
    for step in steps:
        outcome = case_messages.OUTCOMES[CaseOutcome(step.outcome)]
        yield Fact(
            key=f"case:{step.case.public_id}",
            kind=EntryKind.COMPLAINT,
            on=day_in_shanghai(step.at),
            words=f"{case_messages.KINDS[CaseKind(step.case.kind)]}（{outcome}）",
            source="举报投诉",
            url=reverse("cases:case", args=[step.case.public_id]) if is_lead else "",
            basis=_basis(clauses[_SUPERVISION]),
            found_by=_known(step.by_id),
        )


def _misconduct(house: Facility, actor: Actor | None, today: date) -> Iterator[Fact]:
    """What stands in the files of people who worked here then: no name, the file has it."""
    district = house.subdistrict.district.code
    limit = law_book().limit(LimitKey.LIFETIME_BAN_SCOPE, jurisdiction=district, care_on=today)
    clause = limit.clause if limit else clauses_by_code()[_SUPERVISION]
    reads = actor is not None and actor.may(*_MAY_READ_STAFF, at=place_of(house))
    for row in integrity_of_house(house.pk):
        yield Fact(
            key=f"integrity:{row.entry}",
            kind=EntryKind.MISCONDUCT,
            on=row.happened_on,
            words=f"{INTEGRITY[row.kind]}：1人",
            source="从业人员诚信档案",
            url=reverse("staff:person", args=[row.person]) if reads else "",
            basis=_basis(clause),
            found_by=_known(row.recorded_by),
        )


def _stars(house: Facility, today: date) -> Iterator[Fact]:
    notices = PublicNotice.objects.filter(
        facility=house, star__isnull=False, decision__is_confirmed=True
    ).select_related("star", "decision")
    limit = law_book().limit(
        LimitKey.STAR_RATING, jurisdiction=house.subdistrict.district.code, care_on=today
    )
    for notice in notices:
        if notice.star is None:
            continue
        yield Fact(
            key=f"star:{notice.star.public_id}",
            kind=EntryKind.STAR,
            on=day_in_shanghai(notice.decision.at),
            words=f"{notice.star.year}年评为{said_stars(notice.star.stars)}",
            source="公示",
            url=reverse("dossier:notice", args=[notice.public_id]),
            basis=_basis(limit.clause) if limit else Basis("产品约定", "", ""),
        )


def _honors(house: Facility, clauses: dict[str, Clause]) -> Iterator[Fact]:
    for public_id, title, given_by, given_on in credit.honors_of(house.pk):
        yield Fact(
            key=f"honor:{public_id}",
            kind=EntryKind.HONOR,
            on=given_on,
            words=f"{title}（{given_by}）",
            source="表彰",
            url="",
            basis=_basis(clauses[_HONOR]),
        )


def _basis(clause: Clause) -> Basis:
    return Basis(clause.number or clause.document, clause.article, clause.quote)


def table_of(page: CreditPage) -> Iterable[tuple[str, ...]]:
    """A page as rows of a table, its head first."""
    yield _HEAD
    for one in page.entries:
        said = one.objection
        decided = "" if said is None or said.is_upheld is None else _decided(said)
        yield (
            one.fact.on.isoformat(), one.kind_words, one.fact.words, one.fact.source,
            one.fact.basis.document, one.fact.basis.article,
            one.void_words if one.is_void else "计入",
            one.shown_through.isoformat(), said.text if said else "", decided,
            said.reason if said else "",
        )  # fmt: skip


def _decided(said: ObjectionRow) -> str:
    return "异议成立" if said.is_upheld else "异议不成立"
