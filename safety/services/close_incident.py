"""Closing an incident, with a reason, when everybody was told."""

from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import place_of
from safety import messages
from safety.models import Incident, IncidentClosing
from safety.selectors.incidents import grade_of, incident_row_for, lock_incident, may_close
from safety.types import Recipient


@transaction.atomic
def close_incident(*, incident: str, reason: str, actor: Actor, now: datetime) -> None:
    """Say that an incident is over, and why. What was written down stays.

    :raises NotFound: when the incident (public id) is not the actor's to close.
    :raises InvalidInput: when somebody is still to be told, or it is closed.
    """
    found = incident_row_for(actor, incident, writing=True)
    if not may_close(actor, found, grade_of(found), place_of(found.facility)):
        raise NotFound
    lock_incident(found.pk)
    if IncidentClosing.objects.filter(incident=found).exists():
        raise InvalidInput(messages.ALREADY_CLOSED)
    _refuse_while_somebody_waits(found)
    IncidentClosing.objects.create(
        incident=found, at=now, by_id=actor.person, reason=reason.strip()
    )
    audit.record(
        kind="safety.incident.closed",
        actor_id=actor.user_id,
        at=now,
        subject=f"incident:{found.public_id}",
    )


def _refuse_while_somebody_waits(found: Incident) -> None:
    untold = found.duties.filter(told__isnull=True).order_by("due_at", "pk")
    waiting = untold.values_list("recipient", flat=True)
    names = [messages.RECIPIENTS[Recipient(one)] for one in waiting]
    if names:
        raise InvalidInput(messages.NOT_ALL_TOLD.format(names="、".join(names)))
