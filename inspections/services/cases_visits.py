"""A case leads to a visit: planned and linked in one."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from common.refusals import InvalidInput
from inspections import case_messages as messages
from inspections.case_types import CaseMove, SpotCheck, Step
from inspections.models import Visit
from inspections.selectors.cases import case_for
from inspections.services.cases_steps import take_step
from inspections.services.visits import NewVisit, plan_visit
from inspections.types import VisitKind


@transaction.atomic
def plan_spot_check(*, case: str, check: SpotCheck, actor: Actor, now: datetime) -> Visit:
    """Plan a 抽查 of the house because of a case, and link the two.

    :raises NotFound: when the case, or its house, is not the actor's.
    :raises InvalidInput: when nobody is sent, the day is past, or it is of no house.
    :raises Refused: when the case is closed, or somebody must keep away.
    """
    found = case_for(actor, case)
    if found.facility is None:
        raise InvalidInput({"planned_on": [messages.NO_HOUSE_TO_LOOK_AT]})
    visit = plan_visit(
        visit=NewVisit(
            str(found.facility.public_id), VisitKind.SPOT, check.planned_on, check.inspectors
        ),
        actor=actor,
        now=now,
    )
    link = Step(CaseMove.LINK, visit=str(visit.public_id))
    take_step(case=case, step=link, actor=actor, now=now)
    return visit
