"""Who must be told of an incident, with the clock of each."""

from collections.abc import Mapping
from datetime import datetime

from accounts.selectors import names_of
from accounts.types import Actor, Place, Role
from safety import messages
from safety.models import DutyTold, Incident, IncidentDuty
from safety.types import LEVELS, DutyRow, HowTold, Level, Recipient

# The departments that read their inbox here, and who of them does.
ON_THE_PORTAL = {
    Recipient.SUBDISTRICT: (Role.OPERATOR,),
    Recipient.EDUCATION: (Role.SUPERVISION_LEAD,),
    Recipient.HEALTH: (Role.HEALTH_OFFICER,),
}


def may_acknowledge(actor: Actor, recipient: Recipient, at: Place) -> bool:
    """Whether the actor is the department itself, which may say that it has read it here."""
    return actor.may(*ON_THE_PORTAL.get(recipient, ()), at=at)


def duty_rows(incident: Incident, actor: Actor, at: Place, *, now: datetime) -> list[DutyRow]:
    """The duties of an incident: what runs out first, then what was done."""
    duties = list(incident.duties.select_related("told").prefetch_related("escalations"))
    told = {duty.pk: _told(duty) for duty in duties}
    names = names_of(one.by_id for one in told.values() if one)
    rows = [_row(duty, told[duty.pk], incident, actor, at, names, now) for duty in duties]
    return sorted(rows, key=lambda row: (row.told_at is not None, row.due_at, row.id))


def _told(duty: IncidentDuty) -> DutyTold | None:
    return getattr(duty, "told", None)


def _row(
    duty: IncidentDuty, told: DutyTold | None, incident: Incident, actor: Actor, at: Place,
    names: Mapping[int, str], now: datetime,
) -> DutyRow:  # fmt: skip
    recipient = Recipient(duty.recipient)
    return DutyRow(
        id=duty.pk,
        recipient=recipient,
        recipient_name=messages.RECIPIENTS[recipient],
        due_at=duty.due_at,
        clock_words=duty.basis.get("clock", ""),
        source=duty.basis.get("source", ""),
        article=duty.basis.get("article", ""),
        quote=duty.basis.get("quote", ""),
        law=duty.basis.get("law", ""),
        told_at=told.told_at if told else None,
        told_by=names.get(told.by_id, "") if told else "",
        how=messages.HOW_TOLD[HowTold(told.how)] if told else "",
        note=told.note if told else "",
        is_overdue=told is None and duty.due_at <= now,
        was_late=told is not None and told.told_at > duty.due_at,
        minutes_left=int((duty.due_at - now).total_seconds() // 60),
        escalated=_escalated(duty, incident),
        may_acknowledge=may_acknowledge(actor, recipient, at),
    )


def _escalated(duty: IncidentDuty, incident: Incident) -> tuple[str, ...]:
    words = messages.RESTRICTED_LEVELS if incident.is_restricted else messages.LEVELS
    reached = sorted(duty.escalations.all(), key=lambda one: LEVELS.index(Level(one.level)))
    return tuple(f"{messages.moment(one.at)} {words[Level(one.level)]}" for one in reached)
