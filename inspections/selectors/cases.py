"""Cases as those may see them who may; suspected harm only the district's supervision lead.

未成年人保护法 第11条: neither the house nor whoever is reported sees a case, or learns of one. An
officer sees what their department has, and what is their own.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from accounts.selectors import Officer, names_of, officers_of
from accounts.types import Actor, Role
from common.crypto import lookup_code
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.models import Facility
from facilities.selectors.access import as_uuid
from inspections import case_messages as messages
from inspections.case_types import (
    CASE_READERS,
    DEPARTMENT_OF,
    LEAD,
    CaseKind,
    CaseLevel,
    CaseMove,
    CaseOutcome,
    CasePage,
    CaseRow,
    CaseSource,
    CaseStage,
    Clocks,
    MessageRow,
    StepRow,
)
from inspections.messages import KINDS as VISIT_KINDS
from inspections.models import Case, CaseStep, Visit
from inspections.rules.cases import ORDER, Standing, moves_open_to
from inspections.selectors.access import may
from inspections.selectors.terms import decided
from inspections.types import Department, VisitKind
from inspections.words import DEPARTMENTS
from regulations.keys import LimitKey
from safety.selectors import incidents_seen_by
from safety.types import IncidentKind

_SHOWN = 200
_CLOCKS = {
    "accept": LimitKey.CASE_ACCEPT_WORKDAYS,
    "assign": LimitKey.CASE_ASSIGN_WORKDAYS,
    "start": LimitKey.CASE_START_WORKDAYS,
    "handle": LimitKey.CASE_HANDLE_WORKDAYS,
    "extend": LimitKey.CASE_EXTEND_WORKDAYS,
    "harm": LimitKey.CASE_HARM_WORKDAYS,
    "escalate": LimitKey.CASE_ESCALATION_WORKDAYS,
}


def clocks_in(district: str, *, on: date) -> Clocks:
    """How many 工作日 each stage has in a district."""
    return Clocks(**{name: decided(key, district, on=on) for name, key in _CLOCKS.items()})


def sees(actor: Actor, case: Case) -> bool:
    """Whether an officer may read a case."""
    district = case.district.code
    if may(actor, district, *LEAD):
        return True
    if case.is_restricted:
        return False
    theirs = [role for role, of in DEPARTMENT_OF.items() if of == case.department]
    owns = case.owner_id is not None and case.owner_id == actor.user_id
    return may(actor, district, *(CASE_READERS if owns else theirs))


def case_for(actor: Actor, public_id: str) -> Case:
    """Open the one door from an id to a case. :raises NotFound: when it is not the actor's."""
    found = (
        Case.objects.select_related("district", "facility__subdistrict")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if found is None or not sees(actor, found):
        raise NotFound
    return found


def own_case(actor: Actor, public_id: str) -> Case:
    """A case that the actor reported. :raises NotFound:"""
    found = Case.objects.filter(public_id=as_uuid(public_id), reporter_id=actor.person).first()
    if found is None:
        raise NotFound
    return found


def case_of_code(code: str) -> Case:
    """The case of a receipt code. :raises NotFound: when no case has it."""
    found = Case.objects.filter(receipt=lookup_code(f"case:{tidy_code(code)}")).first()
    if found is None:
        raise NotFound
    return found


def tidy_code(code: str) -> str:
    """A receipt code as it was given out, however it is typed."""
    return "".join(character for character in code.upper() if character.isalnum())


def lock_case(pk: int) -> Case:
    """Lock a case, and read it as it is now."""
    return (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("district")
        .get(pk=pk)
    )


def standing_of(case: Case) -> Standing:
    """What the table of moves asks of a case."""
    extended = CaseStep.objects.filter(case=case, move=CaseMove.EXTEND).exists()
    return Standing(CaseStage(case.stage), was_extended=extended)


# --- lists ----------------------------------------------------------------------------------------


def cases_in(actor: Actor, district: str, *, now: datetime) -> tuple[list[CaseRow], list[CaseRow]]:
    """The cases of a district that the actor may read: open by their clock, closed ones latest."""
    visible = _visible(actor, district)
    closed = visible.filter(stage=CaseStage.CLOSED).order_by("-received_at", "-pk")
    live = visible.exclude(stage=CaseStage.CLOSED).order_by("due_on", "pk")
    found = [*live[:_SHOWN], *closed[:_SHOWN]]
    names = names_of(case.owner_id for case in found)
    rows = [_row(case, names, day_in_shanghai(now)) for case in found]
    return (
        [row for row in rows if row.stage is not CaseStage.CLOSED],
        [row for row in rows if row.stage is CaseStage.CLOSED],
    )


def _visible(actor: Actor, district: str) -> QuerySet[Case]:
    rows = Case.objects.select_related("district", "facility").filter(district__code=district)
    if may(actor, district, *LEAD):
        return rows
    of = [department for role, department in DEPARTMENT_OF.items() if may(actor, district, role)]
    return rows.filter(Q(department__in=of) | Q(owner_id=actor.user_id), is_restricted=False)


def _row(case: Case, names: dict[int, str], today: date) -> CaseRow:
    stage = CaseStage(case.stage)
    return CaseRow(
        id=str(case.public_id),
        number=messages.number_of(case.pk, day_in_shanghai(case.received_at)),
        kind_words=messages.KINDS[CaseKind(case.kind)],
        source_words=messages.SOURCES[CaseSource(case.source)],
        where=case.facility.name if case.facility else str(case.where),
        received_at=case.received_at,
        stage=stage,
        stage_words=messages.STAGES[stage],
        department=DEPARTMENTS[Department(case.department)],
        owner=names.get(case.owner_id or 0, messages.NOBODY_YET),
        due_on=case.due_on,
        is_overdue=case.due_on is not None and case.due_on < today,
        is_restricted=case.is_restricted,
    )


# --- one case -------------------------------------------------------------------------------------


def case_page(actor: Actor, public_id: str, *, now: datetime) -> CasePage:
    """One case, whole, with what the actor may do now. :raises NotFound:"""
    case = case_for(actor, public_id)
    district = case.district.code
    is_lead = may(actor, district, *LEAD)
    steps = list(case.steps.select_related("visit", "incident").order_by("pk"))
    people = [case.owner_id, *(step.by_id for step in steps), *(step.owner_id for step in steps)]
    names = names_of(people)
    moves = moves_open_to(
        standing_of(case), is_lead=is_lead, is_owner=case.owner_id == actor.person
    )
    return CasePage(
        row=_row(case, names, day_in_shanghai(now)),
        district=case.district.name,
        house=str(case.facility.public_id) if case.facility else "",
        house_name=case.facility.name if case.facility else "",
        happened_on=case.happened_on,
        what=str(case.what),
        contact=str(case.contact),
        steps=tuple(_step(step, names) for step in steps),
        messages=added_to(case),
        escalations=_escalations(case),
        moves=moves,
        pipeline=tuple(_pipeline(CaseStage(case.stage))),
        officers=tuple(_officers(case, moves, now)),
        houses=tuple(_houses(case, moves)),
        visits=tuple(_visits(case, moves)),
        incidents=tuple(_incidents(actor, case, moves, now)),
    )


def _step(step: CaseStep, names: dict[int, str]) -> StepRow:
    return StepRow(
        at=step.at,
        by=names.get(step.by_id, ""),
        words=messages.MOVES[CaseMove(step.move)],
        stage_words=messages.STAGES[CaseStage(step.stage)],
        department=DEPARTMENTS[Department(step.department)],
        owner=names.get(step.owner_id or 0, ""),
        due_on=step.due_on,
        note=str(step.note),
        answer=str(step.answer),
        outcome=messages.OUTCOMES[CaseOutcome(step.outcome)] if step.outcome else "",
        visit=str(step.visit.public_id) if step.visit else "",
        visit_words=_visit_words(step.visit) if step.visit else "",
        incident=str(step.incident.public_id) if step.incident else "",
    )


def _visit_words(visit: Visit) -> str:
    kind = VISIT_KINDS[VisitKind(visit.kind)]
    return f"{visit.planned_on.month}月{visit.planned_on.day}日 {kind}"


def added_to(case: Case) -> tuple[MessageRow, ...]:
    """What the reporter added later."""
    return tuple(MessageRow(one.at, str(one.text)) for one in case.messages.order_by("pk"))


def _escalations(case: Case) -> tuple[tuple[datetime, str], ...]:
    rows = case.escalations.order_by("pk").values_list("at", "level")
    return tuple((at, messages.LEVELS[CaseLevel(level)]) for at, level in rows)


def _pipeline(now: CaseStage) -> Iterable[tuple[str, str]]:
    reached = ORDER.index(now)
    for place, stage in enumerate(ORDER):
        is_done = place < reached or now is CaseStage.CLOSED
        yield messages.STAGES[stage], "is-done" if is_done else "is-now" if stage is now else ""


def officers_for(district: str, *, is_restricted: bool, today: date) -> list[Officer]:
    """To whom a case may be given."""
    roles: tuple[Role, ...] = LEAD if is_restricted else CASE_READERS
    return officers_of(*roles, district=district, today=today)


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
    return [(str(row.public_id), _visit_words(row)) for row in rows]


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
