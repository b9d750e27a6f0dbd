"""Reading what happened."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

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


@dataclass(frozen=True, slots=True)
class LatestRun:
    """How a regular job of the worker stands."""

    task: str
    ran_at: datetime | None  # when it last ended well, for whatever there was to do
    failed_at: datetime | None
    failure: str
    begun_at: datetime | None  # the latest of its named runs
    ended_at: datetime | None  # the latest of its named runs that came to its end
    result: dict[str, Any]  # of that run

    @property
    def is_unfinished(self) -> bool:
        """Whether a named run has begun since the last one that came to its end."""
        return self.begun_at is not None and (
            self.ended_at is None or self.begun_at > self.ended_at
        )


_LATEST = """
SELECT asked.task, pulse.ran_at, pulse.failed_at, coalesce(pulse.failure, ''),
       begun.started_at, ended.finished_at, coalesce(ended.result, '{}')
FROM unnest(%s) AS asked (task)
LEFT JOIN audit_jobpulse pulse ON pulse.task = asked.task
LEFT JOIN LATERAL (
    SELECT started_at FROM audit_jobrun WHERE name = replace(asked.task, '.tasks.', '.')
    ORDER BY started_at DESC LIMIT 1) begun ON true
LEFT JOIN LATERAL (
    SELECT finished_at, result FROM audit_jobrun
    WHERE name = replace(asked.task, '.tasks.', '.') AND finished_at IS NOT NULL
    ORDER BY started_at DESC LIMIT 1) ended ON true
ORDER BY asked.task
"""


def latest_runs(tasks: Iterable[str]) -> list[LatestRun]:
    """How these jobs of the worker stand, by the names of their tasks. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [list(tasks)])
        return [
            LatestRun(task, ran_at, failed_at, failure, begun_at, ended_at, json.loads(result))
            for task, ran_at, failed_at, failure, begun_at, ended_at, result in cursor.fetchall()
        ]
