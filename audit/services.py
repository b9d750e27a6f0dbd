"""Writing down what happened, inside the transaction in which it happens."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from audit.models import AuditEvent, JobPulse, JobRun

_RUNS_ARE_KEPT = timedelta(weeks=6)
# A job of every two seconds need not write every two seconds.
_A_PULSE_LASTS = timedelta(seconds=20)
_LONGEST_FAILURE = 2000


_AT_ONCE = 1000


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


def record_all(events: Iterable[Mapping[str, Any]]) -> None:
    """Leave many audit events at once; each has what `record` takes."""
    AuditEvent.objects.bulk_create(
        [AuditEvent(**{**event, "data": dict(event.get("data") or {})}) for event in events],
        batch_size=_AT_ONCE,
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

    When it ended is `now` and the time it took, whatever was done to the clock meanwhile.
    """
    began = time.monotonic()
    if not _claim(key, name, now, retry_after):
        return False
    try:
        result = dict(job())
    except Exception as failure:
        JobRun.objects.filter(key=key).update(failure=repr(failure)[:_LONGEST_FAILURE])
        raise
    ended = now + timedelta(seconds=time.monotonic() - began)
    JobRun.objects.filter(key=key).update(finished_at=ended, failure="", result=result)
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


def note_success(*, task: str, now: datetime) -> None:
    """Note that a job of the worker ended well; not more often than the page can tell."""
    fresh = JobPulse.objects.filter(task=task, ran_at__gt=now - _A_PULSE_LASTS, ran_at__lte=now)
    if not fresh.exists():
        JobPulse.objects.bulk_create(
            [JobPulse(task=task, ran_at=now)],
            update_conflicts=True,
            unique_fields=["task"],
            update_fields=["ran_at"],
        )


def note_failure(*, task: str, failure: str, now: datetime) -> None:
    """Note that a job of the worker ended badly, and why."""
    JobPulse.objects.bulk_create(
        [JobPulse(task=task, failed_at=now, failure=failure[:_LONGEST_FAILURE])],
        update_conflicts=True,
        unique_fields=["task"],
        update_fields=["failed_at", "failure"],
    )


def forget_runs(*, now: datetime) -> int:
    """Forget runs that ended well some weeks ago. Those that failed stay, and each job's last."""
    later = JobRun.objects.filter(name=OuterRef("name"), started_at__gt=OuterRef("started_at"))
    old = JobRun.objects.filter(Exists(later), finished_at__lt=now - _RUNS_ARE_KEPT)
    return old.delete()[0]
