"""What a house is asked: its question, and nothing of the case behind it."""

from datetime import date, datetime

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities.selectors.access import as_uuid, place_of, reached_by
from inspections.case_types import CaseStage, QuestionRow
from inspections.models import CaseQuestion
from inspections.types import KEEPERS

_SHOWN = 50
_WITH = ("case", "facility__subdistrict__district", "reply")


def question_for(actor: Actor, public_id: str) -> CaseQuestion:
    """A question to a house that the actor answers for. :raises NotFound:"""
    found = CaseQuestion.objects.select_related(*_WITH).filter(public_id=as_uuid(public_id)).first()
    if found is None or not actor.may(*KEEPERS, at=place_of(found.facility)):
        raise NotFound
    return found


def questions_to(actor: Actor, *, now: datetime) -> tuple[list[QuestionRow], list[QuestionRow]]:
    """What the actor's houses are asked: what waits for an answer, and the rest.

    :raises NotFound: when they answer for no house.
    """
    if not actor.holds(*KEEPERS):
        raise NotFound
    rows = CaseQuestion.objects.select_related(*_WITH)
    mine = rows.filter(reached_by(actor, *KEEPERS, house="facility__")).order_by("-pk")[:_SHOWN]
    found = [question_row(one, day_in_shanghai(now)) for one in mine]
    return (
        [one for one in found if not (one.reply or one.is_over)],
        [one for one in found if one.reply or one.is_over],
    )


def question_row(question: CaseQuestion, today: date) -> QuestionRow:
    """A question as the house reads it."""
    reply = getattr(question, "reply", None)
    is_over = reply is None and question.case.stage == CaseStage.CLOSED
    return QuestionRow(
        id=str(question.public_id),
        house=question.facility.name,
        text=str(question.text),
        asked_on=day_in_shanghai(question.asked_at),
        due_on=question.due_on,
        is_overdue=reply is None and not is_over and question.due_on < today,
        is_over=is_over,
        reply=str(reply.text) if reply else "",
        replied_at=reply.at if reply else None,
    )
