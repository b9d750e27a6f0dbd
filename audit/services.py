"""Writing down what happened, inside the transaction in which it happens."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit.models import AuditEvent, JobRun


def record(
    *,
    kind: str,
    actor_id: int | None,
    at: datetime,
    subject: str,
    child_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Leave an audit event. Call it in the transaction of the change it tells of."""
    AuditEvent.objects.create(
        kind=kind,
        actor_id=actor_id,
        at=at,
        subject=subject,
        child_id=child_id,
        data=dict(data or {}),
    )


def run_once(
    *,
    key: str,
    name: str,
    now: datetime,
    job: Callable[[], Mapping[str, Any]],
    retry_after: timedelta = timedelta(minutes=5),
) -> bool:
    """Run a job unless its key was finished before; True when it ran to the end now.

    A run that died without finishing may be taken over after `retry_after`. The job itself must
    be harmless the second time: the key guards against two beats, not against a crash in between.
    """
    if not _claim(key, name, now, retry_after):
        return False
    try:
        result = dict(job())
    except Exception as failure:
        JobRun.objects.filter(key=key).update(failure=repr(failure)[:2000])
        raise
    JobRun.objects.filter(key=key).update(finished_at=now, failure="", result=result)
    return True


def _claim(key: str, name: str, now: datetime, retry_after: timedelta) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO audit_jobrun (key, name, started_at, failure, result)
            VALUES (%(key)s, %(name)s, %(now)s, '', '{}')
            ON CONFLICT (key) DO UPDATE SET started_at = %(now)s
            WHERE audit_jobrun.finished_at IS NULL AND
                  (audit_jobrun.started_at < %(stale)s OR audit_jobrun.failure <> '')
            """,
            {"key": key, "name": name, "now": now, "stale": now - retry_after},
        )
        return bool(cursor.rowcount)
