"""Briefs: generated from the houses' rows, sent, receipted; each step once, in this order."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities.selectors.access import district_for
from inspections import dossier_messages as messages
from inspections.case_types import LEAD
from inspections.dossier_types import BRIEFED, BriefStep
from inspections.models import BriefEvent, DepartmentBrief
from inspections.notices import brief_sent_notices
from inspections.rules.dossier import canonical, sha256
from inspections.selectors.access import may
from inspections.selectors.briefs import (
    brief_for,
    brief_to_read,
    content_of_brief,
    lock_brief,
    period_of,
)
from inspections.types import Department
from notifications import services as notifications

_BEFORE = {BriefStep.SENT: BriefStep.GENERATED, BriefStep.RECEIPTED: BriefStep.SENT}
_LONGEST_WHO = 60
_LONGEST_NOTE = 200


@transaction.atomic
def generate_brief(
    *, district: str, department: Department, actor: Actor, now: datetime
) -> DepartmentBrief:
    """Write down this period's facts for a department; the same one when it is there already.

    :raises NotFound: when the district is not the actor's to supervise.
    :raises InvalidInput: when the department is none of those that are told.
    """
    place = district_for(actor, district, *LEAD)
    if department not in BRIEFED:
        raise InvalidInput({"department": [messages.NO_SUCH_DEPARTMENT]})
    today = day_in_shanghai(now)
    table = content_of_brief(place.pk, department, today=today)
    text = canonical({"department": department.value, "on": today.isoformat(), "table": table})
    row, is_new = DepartmentBrief.objects.get_or_create(
        district=place,
        department=department.value,
        period=period_of(today, place.code),
        defaults={"canonical": text, "sha256": sha256(text)},
    )
    if is_new:
        _step(row, BriefStep.GENERATED, "", "", actor, now)
    return row


@transaction.atomic
def note_brief(
    *, brief: str, step: BriefStep, who: str, note: str = "", actor: Actor, now: datetime
) -> None:
    """Note that a brief was sent, or receipted: by the lead, or by the department itself.

    :raises NotFound: when it is neither the actor's to supervise nor sent to their department.
    :raises InvalidInput: when nobody is named, or it is not its turn.
    """
    reach = brief_to_read if step is BriefStep.RECEIPTED else brief_for
    found = lock_brief(reach(actor, brief).pk)
    is_lead = may(actor, found.district.code, *LEAD)
    who = who.strip() if is_lead else actor.name
    if not 0 < len(who) <= _LONGEST_WHO or len(note) > _LONGEST_NOTE:
        raise InvalidInput({"who": [messages.WHO_IS_MISSING]})
    steps = [BriefStep(one) for one in found.events.order_by("pk").values_list("step", flat=True)]
    if steps[-1] is not _BEFORE.get(step):
        words = messages.BRIEF_STEPS[steps[-1]]
        raise InvalidInput({"who": [messages.OUT_OF_ORDER.format(step=words)]})
    _step(found, step, who, note.strip(), actor, now)
    if step is BriefStep.SENT:
        notifications.queue(brief_sent_notices(found, now=now), now=now)


def _step(
    brief: DepartmentBrief, step: BriefStep, who: str, note: str, actor: Actor, now: datetime
) -> None:
    BriefEvent.objects.create(
        brief=brief, step=step, at=now, by_id=actor.person, who=who, note=note
    )
    audit.record(
        kind=f"inspections.brief.{step.value}",
        actor_id=actor.user_id,
        at=now,
        subject=f"brief:{brief.public_id}",
        data={"department": brief.department, "sha256": brief.sha256},
    )
