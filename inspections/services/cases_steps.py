"""Taking a case from stage to stage: one service for every move, by the one table."""

from collections.abc import Sequence
from dataclasses import replace
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
from inspections.models import Case, CaseQuestion, CaseStep, Finding, Visit
from inspections.rules.cases import (
    STARTS_A_CLOCK,
    TRANSITIONS,
    clock_of,
    needs_answer,
    needs_reason,
    obstacle_to,
    obstacle_to_ending,
    plain,
)
from inspections.selectors.access import may
from inspections.selectors.cases import (
    case_for,
    clocks_in,
    keepers_of,
    lock_case,
    officers_for,
    photo_terms_in,
    standing_of,
)
from inspections.selectors.parts import may_read
from inspections.selectors.workdays import due_after
from inspections.services.cases import leads_of, record
from inspections.services.cases_photos import Sent, in_store, keep, looked_at
from inspections.types import Department, Objection
from inspections.words import AUTHORITIES
from notifications import services as notifications
from safety.models import Incident
from safety.selectors.incidents import incident_row_for

_LONGEST_NOTE = 2000
_LONGEST_ANSWER = 500
_LONGEST_QUESTION = 500


def take_step(
    *, case: str, step: Step, actor: Actor, now: datetime, photos: Sequence[Sent] = ()
) -> CaseStep:
    """Do something with a case, with photos of what was seen.

    :raises NotFound: when the case, or what the step names, is not the actor's to see.
    :raises InvalidInput: when the step lacks its reason, its answer or its owner.
    :raises Refused: when the table does not know the move here, or it is somebody else's.
    """
    before = case_for(actor, case)
    step = _cleaned(step)
    found_photos = looked_at(photos, photo_terms_in(before.district.code, on=day_in_shanghai(now)))
    with in_store(found_photos) as kept, transaction.atomic():
        found = lock_case(before.pk)
        case_for(actor, case)  # once more, of what was locked: it may have been given to another
        _refuse(found, step, actor)
        _judge(step, found)
        stage = TRANSITIONS[CaseStage(found.stage), step.move]
        _carry(found, step, stage, now)
        row = _write(found, step, stage, actor, now)
        keep(found, kept, actor=actor, now=now, step=row)
        _tell(found, row, step, now)
        record(found, step.move.value, actor, now, stage=stage.value, photos=len(kept))
        return row


def _cleaned(step: Step) -> Step:
    return replace(
        step, note=plain(step.note), answer=plain(step.answer), question=plain(step.question)
    )


def _refuse(case: Case, step: Step, actor: Actor) -> None:
    standing = standing_of(case)
    obstacle = obstacle_to(
        step.move,
        standing,
        is_lead=may(actor, case.district.code, *LEAD),
        is_owner=case.owner_id == actor.person,
    ) or obstacle_to_ending(step.move, standing, seen=step.seen)
    if obstacle is not None:
        raise Refused([objection(obstacle, case, step.move)])


def objection(obstacle: CaseObstacle, case: Case, move: CaseMove) -> Objection:
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
    if len(step.note) > _LONGEST_NOTE or (needs_reason(step.move) and not step.note):
        faults["note"] = [messages.NOTE_IS_MISSING]
    if needs_answer(step.move) and not 0 < len(step.answer) <= _LONGEST_ANSWER:
        faults["answer"] = [messages.ANSWER_IS_MISSING]
    if step.move is CaseMove.CLOSE and step.outcome is None:
        faults["outcome"] = [messages.OUTCOME_IS_MISSING]
    if step.move is CaseMove.ASSIGN and step.department not in AUTHORITIES:
        faults["department"] = [messages.DEPARTMENT_IS_MISSING]
    if step.move is CaseMove.LINK and not (step.visit or step.finding or step.incident):
        faults["visit"] = [messages.NO_SUCH_LINK]
    if step.move is CaseMove.ASK and not 0 < len(step.question) <= _LONGEST_QUESTION:
        faults["question"] = [messages.QUESTION_IS_MISSING]
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
    row = CaseStep.objects.create(
        case=case,
        at=now,
        by_id=actor.person,
        move=step.move,
        stage=stage,
        department=case.department,
        owner_id=case.owner_id,
        due_on=case.due_on,
        note=step.note,
        answer=step.answer if stage is CaseStage.CLOSED else "",
        outcome=_outcome(step, stage),
        visit=_visit(case, step.visit) if step.visit else None,
        finding=_finding(case, step.finding, actor) if step.finding else None,
        incident=_incident(case, step.incident, actor) if step.incident else None,
    )
    if step.move is CaseMove.ASK:
        _ask(case, row, step.question, now)
    return row


def _ask(case: Case, step: CaseStep, text: str, now: datetime) -> None:
    """Put a question to the house: to its keepers goes the question, and nothing of the case."""
    today = day_in_shanghai(now)
    house = Facility.objects.select_related("subdistrict__district").get(pk=case.facility_id or 0)
    question = CaseQuestion.objects.create(
        step=step,
        case=case,
        facility=house,
        text=text,
        asked_at=now,
        due_on=due_after(today, clocks_in(case.district.code, on=today).reply),
    )
    people = keepers_of(house, today=today)
    news = notices.asked(question, "put", messages.QUESTION_PUT, people, now=now)
    notifications.queue(news, now=now)


def _outcome(step: Step, stage: CaseStage) -> str:
    if stage is not CaseStage.CLOSED:
        return ""
    return step.outcome.value if step.outcome else "elsewhere"


def _visit(case: Case, public_id: str) -> Visit:
    found = Visit.objects.filter(public_id=as_uuid(public_id)).first()
    if found is None or found.facility_id != case.facility_id:
        raise NotFound
    return found


def _finding(case: Case, public_id: str, actor: Actor) -> Finding:
    found = (
        Finding.objects.select_related("item__part__visit__facility__subdistrict__district")
        .filter(public_id=as_uuid(public_id), facility=case.facility_id)
        .first()
    )
    if found is None or not may_read(actor, found.item.part):
        raise NotFound
    return found


def _incident(case: Case, public_id: str, actor: Actor) -> Incident:
    """A report of suspected harm, linked from a case of the same; nothing of it is copied."""
    found = incident_row_for(actor, public_id, writing=True)
    if not (case.is_restricted and found.is_restricted):
        raise NotFound
    return found


def _tell(case: Case, row: CaseStep, step: Step, now: datetime) -> None:
    """Everybody concerned hears of it: whoever has it, the leads, and whoever reported it."""
    if case.stage == CaseStage.CLOSED:
        _tell_of_the_end(case, now)
        return
    news = notices.progress(case, step.move, now=now)
    if step.move is CaseMove.ASSIGN and case.owner_id:
        news += notices.assigned(case, case.owner_id, now=now)
    if step.move is CaseMove.SEND_BACK:
        said = messages.NEWS_SENT_BACK
        news += notices.news(case, f"sent_back:{row.pk}", said, leads_of(case, now), now)
    notifications.queue(news, now=now)


def _tell_of_the_end(case: Case, now: datetime) -> None:
    notifications.call_back(f"case:{case.public_id}", now=now)
    for question in case.questions.filter(reply__isnull=True).order_by("pk"):
        notifications.call_back(f"question:{question.public_id}", now=now)
    if not case.is_restricted:
        notifications.queue(notices.answered(case, now=now), now=now)
