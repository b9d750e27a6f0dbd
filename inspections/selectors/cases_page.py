"""One case, whole, as an officer reads it: what was said, done, found and asked."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Prefetch

from accounts.selectors import names_of
from accounts.types import Actor
from common.intervals import day_in_shanghai
from facilities.models import Facility
from inspections import case_messages as messages
from inspections.case_types import (
    LEAD,
    CaseLevel,
    CaseMove,
    CaseOutcome,
    CasePage,
    CaseStage,
    MessageRow,
    PhotoRow,
    StepRow,
)
from inspections.models import Case, CasePhoto, CaseStep, Finding, Visit
from inspections.rules.cases import ORDER, moves_open_to
from inspections.selectors.access import may
from inspections.selectors.cases import case_for, case_row, officers_for, standing_of
from inspections.selectors.cases_measures import checks_of, visit_words
from inspections.selectors.facts import inspector_facts, why_away
from inspections.selectors.parts import may_read
from inspections.types import Department, FindingKind, Severity
from inspections.words import DEPARTMENTS, SEVERITIES
from safety.selectors import incidents_seen_by
from safety.types import IncidentKind

_FINDINGS_SHOWN = 30


def case_page(actor: Actor, public_id: str, *, now: datetime) -> CasePage:
    """One case, whole, with what the actor may do now. :raises NotFound:"""
    case = case_for(actor, public_id)
    steps = _steps_of(case)
    names = names_of([case.owner_id, *(one for s in steps for one in (s.by_id, s.owner_id))])
    standing = standing_of(case)
    moves = moves_open_to(
        standing,
        is_lead=may(actor, case.district.code, *LEAD),
        is_owner=case.owner_id == actor.person,
    )
    return CasePage(
        row=case_row(case, names, day_in_shanghai(now)),
        district=case.district.name,
        house=str(case.facility.public_id) if case.facility else "",
        house_name=case.facility.name if case.facility else "",
        happened_on=case.happened_on,
        what=str(case.what),
        contact=str(case.contact),
        photos=photo_rows(case.photos.filter(step=None, message=None).order_by("pk")),
        steps=tuple(_step(step, names) for step in steps),
        messages=added_to(case),
        checks=checks_of(actor, case),
        escalations=_escalations(case),
        moves=moves,
        pipeline=tuple(_pipeline(CaseStage(case.stage))),
        officers=tuple(_officers(case, moves, now)),
        houses=tuple(_houses(case, moves)),
        visits=tuple(_visits(case, moves)),
        findings=tuple(_findings(actor, case, moves)),
        incidents=tuple(_incidents(actor, case, moves, now)),
        inspectors=tuple(_inspectors(actor, case, moves, now)),
    )


def _steps_of(case: Case) -> list[CaseStep]:
    rows = case.steps.select_related("visit", "finding", "incident", "question__reply")
    photos = Prefetch("photos", CasePhoto.objects.order_by("pk"))
    return list(rows.prefetch_related(photos).order_by("pk"))


def _step(step: CaseStep, names: dict[int, str]) -> StepRow:
    question = getattr(step, "question", None)
    reply = getattr(question, "reply", None)
    return StepRow(
        at=step.at,
        by=names.get(step.by_id, ""),
        words=messages.MOVES[CaseMove(step.move)],
        stage_words=messages.STAGES[CaseStage(step.stage)],
        department=DEPARTMENTS[Department(step.department)],
        owner=names.get(step.owner_id or 0, ""),
        due_on=question.due_on if question else step.due_on,
        note=str(step.note),
        answer=str(step.answer),
        outcome=messages.OUTCOMES[CaseOutcome(step.outcome)] if step.outcome else "",
        visit=str(step.visit.public_id) if step.visit else "",
        visit_words=visit_words(step.visit) if step.visit else "",
        finding_words=_finding_words(step.finding) if step.finding else "",
        incident=str(step.incident.public_id) if step.incident else "",
        question=str(question.text) if question else "",
        reply=str(reply.text) if reply else "",
        reply_at=reply.at if reply else None,
        photos=photo_rows(step.photos.all()),
    )


def _finding_words(finding: Finding) -> str:
    severity = SEVERITIES[Severity(finding.severity)]
    return f"{finding.found_on.month}月{finding.found_on.day}日 {severity}：{finding.text}"


def photo_rows(photos: Iterable[CasePhoto]) -> tuple[PhotoRow, ...]:
    """Photos by their number, in the order in which they came."""
    return tuple(
        PhotoRow(str(photo.public_id), f"照片{number}")
        for number, photo in enumerate(photos, start=1)
    )


def added_to(case: Case) -> tuple[MessageRow, ...]:
    """What the reporter added later."""
    photos = Prefetch("photos", CasePhoto.objects.order_by("pk"))
    rows = case.messages.prefetch_related(photos).order_by("pk")
    return tuple(MessageRow(one.at, str(one.text), photo_rows(one.photos.all())) for one in rows)


def _escalations(case: Case) -> tuple[tuple[datetime, str], ...]:
    rows = case.escalations.order_by("pk").values_list("at", "level")
    return tuple((at, messages.LEVELS[CaseLevel(level)]) for at, level in rows)


def _pipeline(now: CaseStage) -> Iterable[tuple[str, str]]:
    reached = ORDER.index(now)
    for place, stage in enumerate(ORDER):
        is_done = place < reached or now is CaseStage.CLOSED
        yield messages.STAGES[stage], "is-done" if is_done else "is-now" if stage is now else ""


# --- what may be chosen ---------------------------------------------------------------------------


def _officers(case: Case, moves: Iterable[CaseMove], now: datetime) -> Iterable[tuple[str, str]]:
    if CaseMove.ASSIGN not in moves:
        return ()
    people = officers_for(
        case.district.code, is_restricted=case.is_restricted, today=day_in_shanghai(now)
    )
    return [(one.public_id, f"{one.name}（{one.department}）") for one in people]


def _houses(case: Case, moves: Iterable[CaseMove]) -> Iterable[tuple[str, str]]:
    if CaseMove.ACCEPT not in moves:
        return ()
    rows = Facility.objects.filter(subdistrict__district_id=case.district_id).order_by("name")
    return [(str(public_id), name) for public_id, name in rows.values_list("public_id", "name")]


def _visits(case: Case, moves: Iterable[CaseMove]) -> Iterable[tuple[str, str]]:
    if CaseMove.LINK not in moves or case.facility_id is None:
        return ()
    since = day_in_shanghai(case.received_at)
    rows = Visit.objects.filter(facility_id=case.facility_id, planned_on__gte=since)
    linked = case.steps.filter(visit__isnull=False).values("visit")
    rows = rows.exclude(pk__in=linked).order_by("planned_on", "pk")
    return [(str(row.public_id), visit_words(row)) for row in rows]


def _findings(actor: Actor, case: Case, moves: Iterable[CaseMove]) -> Iterable[tuple[str, str]]:
    """What was found at the house and stands, of the visits that are not linked as a whole."""
    if CaseMove.LINK not in moves or case.facility_id is None:
        return ()
    rows = Finding.objects.filter(
        facility_id=case.facility_id, withdrawn_by=None, kind=FindingKind.REQUIREMENT
    ).select_related("item__part__visit__facility__subdistrict__district")
    rows = rows.exclude(pk__in=case.steps.filter(finding__isnull=False).values("finding"))
    rows = rows.exclude(visit__in=case.steps.filter(visit__isnull=False).values("visit"))
    shown = rows.order_by("-found_on", "pk")[:_FINDINGS_SHOWN]
    return [
        (str(row.public_id), _finding_words(row)) for row in shown if may_read(actor, row.item.part)
    ]


def _incidents(
    actor: Actor, case: Case, moves: Iterable[CaseMove], now: datetime
) -> Iterable[tuple[str, str]]:
    """Reports of suspected harm that the lead may read: linked to, never copied."""
    if CaseMove.LINK not in moves or not case.is_restricted:
        return ()
    return [
        (row.public_id, f"{day_in_shanghai(row.happened_at):%Y-%m-%d} {row.house}")
        for row in incidents_seen_by(actor, now=now)
        if row.kind is IncidentKind.SUSPECTED_HARM and not row.is_receipt
    ]


def _inspectors(
    actor: Actor, case: Case, moves: Iterable[CaseMove], now: datetime
) -> Iterable[tuple[str, str]]:
    """Who may be sent to look because of it: on the register, and nobody who must keep away."""
    house, district = case.facility, case.district.code
    if CaseMove.LINK not in moves or house is None or not may(actor, district, *LEAD):
        return ()
    return _who_may_go(house, district, day_in_shanghai(now))


def _who_may_go(house: Facility, district: str, today: date) -> list[tuple[str, str]]:
    return [
        (one.id, f"{one.name}（{one.department}）")
        for one in inspector_facts(district, today=today)
        if one.is_registered and why_away(house, one) is None
    ]
