"""Taking a case from stage to stage: one service for every move, by the one table."""

from datetime import date, datetime

from django.db import transaction

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound, Refused
from facilities.models import Facility
from facilities.selectors.access import as_uuid
from inspections import case_messages as messages
from inspections import case_notices as notices
from inspections.case_types import LEAD, CaseMove, CaseObstacle, CaseStage, Clocks, Step
from inspections.models import Case, CaseStep, Visit
from inspections.rules.cases import (
    STARTS_A_CLOCK,
    TRANSITIONS,
    clock_of,
    needs_answer,
    needs_reason,
    obstacle_to,
)
from inspections.selectors.access import may
from inspections.selectors.cases import (
    case_for,
    clocks_in,
    lock_case,
    officers_for,
    standing_of,
)
from inspections.selectors.workdays import due_after
from inspections.services.cases import record
from inspections.types import Department, Objection
from inspections.words import AUTHORITIES
from notifications import services as notifications
from safety.models import Incident
from safety.selectors.incidents import incident_row_for

_LONGEST_NOTE = 2000
_LONGEST_ANSWER = 500


@transaction.atomic
def take_step(*, case: str, step: Step, actor: Actor, now: datetime) -> CaseStep:
    """Do something with a case.

    :raises NotFound: when the case, or what the step names, is not the actor's to see.
    :raises InvalidInput: when the step lacks its reason, its answer or its owner.
    :raises Refused: when the table does not know the move here, or it is somebody else's.
    """
    found = lock_case(case_for(actor, case).pk)
    case_for(actor, case)  # once more, of what was locked: it may have been given to another
    _refuse(found, step.move, actor)
    _judge(step, found)
    stage = TRANSITIONS[CaseStage(found.stage), step.move]
    _carry(found, step, stage, now)
    row = _write(found, step, stage, actor, now)
    _tell(found, step.move, now)
    record(found, step.move.value, actor, now, stage=stage.value)
    return row


def _refuse(case: Case, move: CaseMove, actor: Actor) -> None:
    obstacle = obstacle_to(
        move,
        standing_of(case),
        is_lead=may(actor, case.district.code, *LEAD),
        is_owner=case.owner_id == actor.person,
    )
    if obstacle is not None:
        raise Refused([_objection(obstacle, case, move)])


def _objection(obstacle: CaseObstacle, case: Case, move: CaseMove) -> Objection:
    stage = messages.STAGES[CaseStage(case.stage)]
    return Objection(
        obstacle=obstacle,
        remedy=messages.OBSTACLES[obstacle].format(stage=stage, move=messages.MOVES[move]),
        document=messages.DOCUMENT,
        clause=messages.ARTICLE,
        quote=messages.QUOTE,
    )


def _judge(step: Step, case: Case) -> None:
    faults: dict[str, list[str]] = {}
    if len(step.note) > _LONGEST_NOTE or (needs_reason(step.move) and not step.note.strip()):
        faults["note"] = [messages.NOTE_IS_MISSING]
    if needs_answer(step.move) and not 0 < len(step.answer.strip()) <= _LONGEST_ANSWER:
        faults["answer"] = [messages.ANSWER_IS_MISSING]
    if step.move is CaseMove.CLOSE and step.outcome is None:
        faults["outcome"] = [messages.OUTCOME_IS_MISSING]
    if step.move is CaseMove.ASSIGN and step.department not in AUTHORITIES:
        faults["department"] = [messages.DEPARTMENT_IS_MISSING]
    if step.move is CaseMove.LINK and not (step.visit or step.incident):
        faults["visit"] = [messages.NO_SUCH_LINK]
    if faults:
        raise InvalidInput(faults)


def _carry(case: Case, step: Step, stage: CaseStage, now: datetime) -> None:
    """Bring the case to where the step takes it: stage, owner, clock."""
    today = day_in_shanghai(now)
    case.stage = stage.value
    if step.move is CaseMove.ASSIGN:
        case.department = (step.department or Department.EDUCATION).value
        case.owner_id = _owner(case, step.owner, today)
    elif step.move is CaseMove.SEND_BACK:
        case.owner_id = None
    elif step.move is CaseMove.ACCEPT and step.house:
        case.facility_id = _house(case, step.house)
    case.due_on = _due(case, step.move, stage, today)
    case.save(update_fields=["stage", "department", "owner", "facility", "due_on"])


def _due(case: Case, move: CaseMove, stage: CaseStage, today: date) -> date | None:
    if stage is CaseStage.CLOSED:
        return None
    if move not in STARTS_A_CLOCK:
        return case.due_on
    clocks: Clocks = clocks_in(case.district.code, on=today)
    if move is CaseMove.EXTEND:
        return due_after(case.due_on or today, clocks.extend)
    return due_after(today, clock_of(stage, clocks, is_restricted=case.is_restricted) or 0)


def _owner(case: Case, public_id: str, today: date) -> int:
    people = officers_for(case.district.code, is_restricted=case.is_restricted, today=today)
    for one in people:
        if one.public_id == public_id:
            return one.id
    raise InvalidInput({"owner": [messages.NO_SUCH_OFFICER]})


def _house(case: Case, public_id: str) -> int:
    rows = Facility.objects.filter(
        public_id=as_uuid(public_id), subdistrict__district_id=case.district_id
    )
    for pk in rows.values_list("pk", flat=True):
        return pk
    raise NotFound


def _write(case: Case, step: Step, stage: CaseStage, actor: Actor, now: datetime) -> CaseStep:
    return CaseStep.objects.create(
        case=case,
        at=now,
        by_id=actor.person,
        move=step.move,
        stage=stage,
        department=case.department,
        owner_id=case.owner_id,
        due_on=case.due_on,
        note=step.note.strip(),
        answer=step.answer.strip() if stage is CaseStage.CLOSED else "",
        outcome=_outcome(step, stage),
        visit=_visit(case, step.visit) if step.visit else None,
        incident=_incident(case, step.incident, actor) if step.incident else None,
    )


def _outcome(step: Step, stage: CaseStage) -> str:
    if stage is not CaseStage.CLOSED:
        return ""
    return step.outcome.value if step.outcome else "elsewhere"


def _visit(case: Case, public_id: str) -> Visit:
    found = Visit.objects.filter(public_id=as_uuid(public_id)).first()
    if found is None or found.facility_id != case.facility_id:
        raise NotFound
    return found


def _incident(case: Case, public_id: str, actor: Actor) -> Incident:
    """A report of suspected harm, linked from a case of the same; nothing of it is copied."""
    found = incident_row_for(actor, public_id, writing=True)
    if not (case.is_restricted and found.is_restricted):
        raise NotFound
    return found


def _tell(case: Case, move: CaseMove, now: datetime) -> None:
    if move is CaseMove.ASSIGN and case.owner_id:
        notifications.queue(notices.assigned(case, case.owner_id, now=now), now=now)
    if case.stage == CaseStage.CLOSED:
        notifications.call_back(f"case:{case.public_id}", now=now)
        if not case.is_restricted:
            notifications.queue(notices.answered(case, now=now), now=now)
