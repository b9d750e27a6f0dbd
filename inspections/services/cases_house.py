"""A house answers the question that was put to it: once, in its own words."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.refusals import Refused, written
from inspections import case_messages as messages
from inspections import case_notices as notices
from inspections.case_types import CaseMove, CaseObstacle, CaseStage
from inspections.models import CaseQuestion, CaseReply
from inspections.rules.cases import plain
from inspections.selectors.cases import lock_case
from inspections.selectors.cases_house import question_for
from inspections.services.cases import whose
from inspections.services.cases_steps import objection
from notifications import services as notifications

_LONGEST = 2000


@transaction.atomic
def answer_question(*, question: str, text: str, actor: Actor, now: datetime) -> CaseReply:
    """Answer what the house was asked; whoever has the case is told.

    :raises NotFound: when the question is not put to a house of the actor's.
    :raises InvalidInput: when it says nothing.
    :raises Refused: when it was answered, or nobody waits for it any more.
    """
    found = question_for(actor, question)
    text = written(plain(text), messages.REPLY_IS_MISSING, field="text", most=_LONGEST)
    case = lock_case(found.case_id)
    obstacle = _obstacle(found, CaseStage(case.stage))
    if obstacle is not None:
        raise Refused([objection(obstacle, case, CaseMove.ASK)])
    reply = CaseReply.objects.create(question=found, at=now, by_id=actor.person, text=text)
    notifications.call_back(f"question:{found.public_id}", now=now)
    news = notices.news(case, f"replied:{found.pk}", messages.NEWS_REPLIED, whose(case, now), now)
    notifications.queue(news, now=now)
    audit.record(
        kind="inspections.question.answered",
        actor_id=actor.user_id,
        at=now,
        subject=f"question:{found.public_id}",
        data={},
    )
    return reply


def _obstacle(question: CaseQuestion, stage: CaseStage) -> CaseObstacle | None:
    if CaseReply.objects.filter(question=question).exists():
        return CaseObstacle.ANSWERED_ALREADY
    return CaseObstacle.CASE_IS_CLOSED if stage is CaseStage.CLOSED else None
