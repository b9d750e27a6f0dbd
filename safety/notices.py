"""What people are told of registers and incidents. No message names a child or a sickness."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from notifications.types import IN_APP, Kind, Notice, notices_to
from safety import messages
from safety.models import Incident, IncidentDuty
from safety.types import Grade, Level


def _incident_url(incident: Incident) -> str:
    return reverse("safety:incident", args=[incident.public_id])


def reported(
    incident: Incident, duty: IncidentDuty, house: str, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """An incident was reported: for a department that reads its inbox here."""
    facts = {
        "house": house,
        "when": messages.moment(incident.happened_at),
        "grade": messages.GRADES[Grade(incident.grade)],
        "until": messages.moment(duty.due_at),
        "url": _incident_url(incident),
    }
    return notices_to(
        people, IN_APP, Kind.INCIDENT_REPORTED,
        key=f"{Kind.INCIDENT_REPORTED}:{duty.pk}", run_at=now, payload=facts,
        subject=f"incident_duty:{duty.pk}",
    )  # fmt: skip


def restricted(incident: Incident, people: Iterable[int], *, now: datetime) -> list[Notice]:
    """A restricted report came in. It names neither house nor anybody."""
    return notices_to(
        people, IN_APP, Kind.INCIDENT_RESTRICTED,
        key=f"{Kind.INCIDENT_RESTRICTED}:{incident.public_id}", run_at=now,
        payload={"url": _incident_url(incident)}, subject=f"incident:{incident.public_id}",
    )  # fmt: skip


def overdue(
    duty: IncidentDuty, level: Level, house: str, people: Iterable[int], *, now: datetime
) -> list[Notice]:
    """Somebody should have been told by now. Of a restricted incident no house is named."""
    incident = duty.incident
    kind = Kind.INCIDENT_RESTRICTED_OVERDUE if incident.is_restricted else Kind.INCIDENT_OVERDUE
    facts = {"until": messages.moment(duty.due_at), "url": _incident_url(incident)}
    if not incident.is_restricted:
        facts |= {"house": house, "when": messages.moment(incident.happened_at)}
    return notices_to(
        people, IN_APP, kind,
        key=f"{kind}:{duty.pk}:{level}", run_at=now, payload=facts,
        subject=f"incident_duty:{duty.pk}",
    )  # fmt: skip


def registers_due(
    house: str, public_id: str, day: str, what: str, count: int, people: Iterable[int],
    *, now: datetime,
) -> list[Notice]:  # fmt: skip
    """Checks of a house are due or overdue: once a day for each of its people."""
    url = reverse("safety:registers", args=[public_id])
    return notices_to(
        people, IN_APP, Kind.REGISTERS_DUE,
        key=f"{Kind.REGISTERS_DUE}:{public_id}:{day}", run_at=now,
        payload={"house": house, "count": count, "what": what, "url": url},
        subject=f"registers:{public_id}",
    )  # fmt: skip
