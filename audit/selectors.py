"""Reading what happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class EventRow:
    """One audit event, as others may know it."""

    at: datetime
    kind: str
    actor_id: int | None
    subject: str
    data: dict[str, Any]


def events_of_child(child_id: int, *, limit: int) -> list[EventRow]:
    """What was done and seen with one child's data, the newest first."""
    events = AuditEvent.objects.filter(child_id=child_id).order_by("-at", "-pk")[:limit]
    return [EventRow(one.at, one.kind, one.actor_id, one.subject, one.data) for one in events]
