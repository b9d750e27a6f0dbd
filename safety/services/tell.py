"""Noting that somebody was told."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import place_of
from notifications import services as notifications
from safety import messages
from safety.models import DutyTold, Incident, IncidentDuty
from safety.selectors.duties import may_acknowledge
from safety.selectors.incidents import incident_row_for, lock_incident, may_read, may_write
from safety.types import HowTold, Recipient


@transaction.atomic
def record_told(
    *, incident: str, recipient: Recipient, how: HowTold, note: str, told_at: datetime,
    actor: Actor, now: datetime,
) -> None:  # fmt: skip
    """Note that a duty to tell was done: when, how, to whom. It is noted once.

    A department that reads here says itself that it has read: nobody else says so for it.

    :raises NotFound: when the incident (public id) is not the actor's, or no such duty is open.
    :raises InvalidInput: when it was noted before, or the moment makes no sense.
    """
    found = incident_row_for(actor, incident)
    _may(actor, found, recipient, how)
    lock_incident(found.pk)
    duty = found.duties.filter(recipient=recipient).first()
    if duty is None:
        raise NotFound
    _judge(found, duty, told_at, now)
    DutyTold.objects.create(
        duty=duty, told_at=told_at, by_id=actor.person, how=how, note=note.strip()
    )
    notifications.call_back(f"incident_duty:{duty.pk}", now=now)
    audit.record(
        kind="safety.duty.told",
        actor_id=actor.user_id,
        at=now,
        subject=f"incident:{found.public_id}",
        data={"recipient": recipient.value, "how": how.value},
    )


def _may(actor: Actor, found: Incident, recipient: Recipient, how: HowTold) -> None:
    at = place_of(found.facility)
    if how is HowTold.PORTAL:
        if not may_read(actor, found, at):
            raise NotFound
        if not may_acknowledge(actor, recipient, at):
            raise InvalidInput({"how": [messages.NOT_YOURS_TO_ACKNOWLEDGE]})
    elif not may_write(actor, found, at):
        raise NotFound


def _judge(found: Incident, duty: IncidentDuty, told_at: datetime, now: datetime) -> None:
    if DutyTold.objects.filter(duty=duty).exists():
        raise InvalidInput(messages.ALREADY_TOLD)
    if told_at > now:
        raise InvalidInput({"told_at": [messages.IN_THE_FUTURE]})
    if told_at < found.happened_at:
        raise InvalidInput({"told_at": [messages.BEFORE_IT_HAPPENED]})
