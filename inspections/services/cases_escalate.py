"""What the worker does about cases whose clock ran out: the owner first, then the lead."""

from datetime import date, datetime

from django.db import transaction

from accounts.selectors import holders_of
from accounts.types import Place
from common.intervals import day_in_shanghai
from inspections import case_messages as messages
from inspections import case_notices as notices
from inspections.case_types import LEAD, CaseLevel, CaseStage
from inspections.models import Case, CaseEscalation, CaseQuestion, CaseReply
from inspections.selectors.cases import clocks_in, keepers_of, lock_case
from inspections.selectors.workdays import due_after
from inspections.services.cases import whose
from notifications import services as notifications


def escalate_cases(*, now: datetime) -> int:
    """Tell of every overdue stage once a level; how many were told of. Harmless twice."""
    today = day_in_shanghai(now)
    late = Case.objects.exclude(stage=CaseStage.CLOSED).filter(due_on__lt=today)
    ids = list(late.order_by("due_on", "pk").values_list("pk", flat=True))
    stages = sum(_escalate(pk, today, now) for pk in ids)
    return stages + _escalate_questions(today, now)


def _escalate_questions(today: date, now: datetime) -> int:
    late = CaseQuestion.objects.filter(due_on__lt=today, reply=None)
    open_ = late.exclude(case__stage=CaseStage.CLOSED).order_by("case_id", "pk")
    return sum(_escalate_question(one.pk, one.case_id, now) for one in open_)


@transaction.atomic
def _escalate_question(pk: int, case_id: int, now: datetime) -> int:
    """The house is told again, and whoever has the case that it did not answer. Once."""
    case = lock_case(case_id)
    question = CaseQuestion.objects.select_related("facility__subdistrict__district").get(pk=pk)
    if case.stage == CaseStage.CLOSED or CaseReply.objects.filter(question=question).exists():
        return 0
    keepers = keepers_of(question.facility, today=day_in_shanghai(now))
    _, is_new = CaseEscalation.objects.get_or_create(
        case=case,
        due_on=question.due_on,
        level=CaseLevel.HOUSE,
        defaults={"at": now, "recipients": len(keepers)},
    )
    if not is_new:
        return 0
    news = notices.asked(question, "late", messages.QUESTION_LATE, keepers, now=now)
    people, said = whose(case, now), messages.NEWS_NOT_REPLIED
    news += notices.news(case, f"not_replied:{question.pk}", said, people, now)
    notifications.queue(news, now=now)
    return 1


@transaction.atomic
def _escalate(pk: int, today: date, now: datetime) -> int:
    case = lock_case(pk)
    if case.stage == CaseStage.CLOSED or case.due_on is None or case.due_on >= today:
        return 0
    rows = case.escalations.filter(due_on=case.due_on)
    told = set(rows.values_list("level", flat=True))
    levels = [level for level in _reached(case, today) if level.value not in told]
    for level in levels:
        people = _people(case, level, today)
        CaseEscalation.objects.create(
            case=case, due_on=case.due_on, level=level, at=now, recipients=len(people)
        )
        notifications.queue(notices.overdue(case, level, people, now=now), now=now)
    return len(levels)


def _reached(case: Case, today: date) -> list[CaseLevel]:
    days = clocks_in(case.district.code, on=today).escalate
    waited_for = due_after(case.due_on or today, days)
    return [CaseLevel.OWNER, *([CaseLevel.LEAD] if waited_for < today else [])]


def _people(case: Case, level: CaseLevel, today: date) -> list[int]:
    """Suspected harm never goes to anybody but the leads; a case without owner is theirs."""
    leads = holders_of(*LEAD, at=Place(case.district.code, ""), today=today)
    if level is CaseLevel.LEAD or case.owner_id is None:
        return leads
    return [case.owner_id]
