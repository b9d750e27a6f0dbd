"""What people are told of registers and incidents. No message names a child or a sickness."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from notifications.types import Channel, Kind, Notice
from safety import messages
from safety.models import Incident, IncidentDuty
from safety.types import Grade, Level


def _incident_url(incident: Incident) -> str:
    return reverse("safety:incident", args=[incident.public_id])


def reported(
    incident: Incident, duty: IncidentDuty, house: str, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """An incident was reported: for a department that reads its inbox here."""
    return [
        Notice(
            key=f"{Kind.INCIDENT_REPORTED}:{duty.pk}:{person}",
            kind=Kind.INCIDENT_REPORTED,
            recipient_id=person,
            channel=Channel.IN_APP,
            run_at=now,
            payload={
                "house": house,
                "when": messages.moment(incident.happened_at),
                "grade": messages.GRADES[Grade(incident.grade)],
                "until": messages.moment(duty.due_at),
                "url": _incident_url(incident),
            },
            subject=f"incident_duty:{duty.pk}",
        )
        for person in people
    ]


def restricted(incident: Incident, people: Iterable[int], *, now: datetime) -> list[Notice]:
    """A restricted report came in. It names neither house nor anybody."""
    return [
        Notice(
            key=f"{Kind.INCIDENT_RESTRICTED}:{incident.public_id}:{person}",
            kind=Kind.INCIDENT_RESTRICTED,
            recipient_id=person,
            channel=Channel.IN_APP,
            run_at=now,
            payload={"url": _incident_url(incident)},
            subject=f"incident:{incident.public_id}",
        )
        for person in people
    ]


def overdue(
    duty: IncidentDuty, level: Level, house: str, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """Somebody should have been told by now. Of a restricted incident no house is named."""
    incident = duty.incident
    kind = Kind.INCIDENT_RESTRICTED_OVERDUE if incident.is_restricted else Kind.INCIDENT_OVERDUE
    facts = {"until": messages.moment(duty.due_at), "url": _incident_url(incident)}
    if not incident.is_restricted:
        facts |= {"house": house, "when": messages.moment(incident.happened_at)}
    return [
        Notice(
            key=f"{kind}:{duty.pk}:{level}:{person}",
            kind=kind,
            recipient_id=person,
            channel=Channel.IN_APP,
            run_at=now,
            payload=facts,
            subject=f"incident_duty:{duty.pk}",
        )
        for person in people
    ]


def registers_due(
    house: str, public_id: str, day: str, what: str, count: int, people: Iterable[int],
    *, now: datetime,
) -> list[Notice]:  # fmt: skip
    """Checks of a house are due or overdue: once a day for each of its people."""
    return [
        Notice(
            key=f"{Kind.REGISTERS_DUE}:{public_id}:{day}:{person}",
            kind=Kind.REGISTERS_DUE,
            recipient_id=person,
            channel=Channel.IN_APP,
            run_at=now,
            payload={
                "house": house,
                "count": count,
                "what": what,
                "url": reverse("safety:registers", args=[public_id]),
            },
            subject=f"registers:{public_id}",
        )
        for person in people
    ]
