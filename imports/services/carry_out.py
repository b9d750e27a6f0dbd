"""Carrying a job out: read the file, look at every row, and write all of them or none."""

import base64
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Q

from accounts.selectors import actor_of
from accounts.types import Actor
from audit import services as audit
from common.intervals import day_in_shanghai
from common.outages import is_outage
from imports import bounds, messages
from imports.cleaners import echo
from imports.kinds import Errand, ImportKind
from imports.models import ImportJob
from imports.progress import Progress
from imports.reading.faults import Rejected
from imports.reading.reader import read_sheet
from imports.registry import kinds
from imports.selectors import place_of
from imports.tables import Table, table_of
from imports.types import Fault, ImportState, SheetRow

logger = logging.getLogger(__name__)

_UNFINISHED = (ImportState.WAITING, ImportState.READING, ImportState.COMMITTING)
_COUNTED = {"new": "created", "update": "updated", "skip": "unchanged"}


class LostClaim(Exception):
    """Another worker has taken the job over; what this one did is undone."""


@dataclass(frozen=True, slots=True)
class _Looked:
    """What came of looking at a file."""

    table: Table | None = None
    faults: tuple[Fault, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()


def jobs_waiting(*, now: datetime) -> list[int]:
    """Jobs that nobody has taken, or whose worker is gone; the oldest first."""
    return list(_free(now).order_by("pk").values_list("pk", flat=True))


def _free(now: datetime) -> Any:
    gone = now - timedelta(seconds=bounds.SECONDS_UNTIL_GIVEN_UP)
    return ImportJob.objects.filter(
        Q(state=ImportState.WAITING)
        | Q(state__in=[ImportState.READING, ImportState.COMMITTING], claimed_at__lt=gone)
    )


def carry_out(*, job_id: int, now: datetime) -> bool:
    """Carry out a job unless it is done, or in another worker's hands; True when it was ours.

    Harmless the second time: a job is claimed before it is begun, and the transaction that writes
    its rows also writes that it is done, if the claim still stands.
    """
    job = _claim(job_id, now)
    if job is None:
        return False
    try:
        _do(job, now)
    except LostClaim:
        logger.warning("Import %s was taken over by another worker.", job.public_id)
    except SoftTimeLimitExceeded:
        _end(job, now, ImportState.FAILED, _Looked(faults=(Fault(messages.TOOK_TOO_LONG),)))
    except Exception as failure:
        if not is_outage(failure):  # otherwise it is picked up again
            _end(job, now, ImportState.FAILED, _Looked(faults=(Fault(messages.OUR_FAULT),)))
        raise
    return True


def _claim(job_id: int, now: datetime) -> ImportJob | None:
    """Take a job, if it is free. One that has killed every worker that took it is given up."""
    claimed = (
        _free(now)
        .filter(pk=job_id)
        .update(state=ImportState.READING, claimed_at=now, tries=F("tries") + 1)
    )
    if not claimed:
        return None
    job = ImportJob.objects.get(pk=job_id)
    if job.tries > bounds.TRIES:
        _end(job, now, ImportState.FAILED, _Looked(faults=(Fault(messages.OUR_FAULT),)))
        return None
    return job


def _do(job: ImportJob, now: datetime) -> None:
    kind, actor = kinds().get(job.kind), _actor(job, now)
    if kind is None or not actor.may(*kind.roles, at=place_of(job)):
        _end(job, now, ImportState.FAILED, _Looked(faults=(Fault(messages.GONE),)))
        return
    try:
        table = _table(job, kind)
    except Rejected as rejected:
        fault = Fault(messages.FILE_FAULTS[rejected.fault])
        _end(job, now, ImportState.FAILED, _Looked(faults=(fault,)))
        return
    if table.faults:
        _end(job, now, ImportState.FAILED, _Looked(table, table.faults))
        return
    _begin_rows(job, table)
    errand = Errand(actor=actor, place=place_of(job), now=now)
    worker = kind(errand, tell=Progress(job.pk).tell)
    if _bring_in(job, worker, table, now):
        _follow_up(worker, job)


def _actor(job: ImportJob, now: datetime) -> Actor:
    """Who handed it in, with the roles they hold now."""
    return actor_of(job.actor_id, today=day_in_shanghai(now))


def _table(job: ImportJob, kind: type[ImportKind]) -> Table:
    sheet = read_sheet(base64.b64decode(str(job.content)))
    return table_of(sheet, names=kind.names(), required=kind.required())


def _begin_rows(job: ImportJob, table: Table) -> None:
    state = ImportState.COMMITTING if job.commit else ImportState.READING
    _move(job, state=state, rows=len(table.rows), rows_done=0)


def _bring_in(job: ImportJob, worker: ImportKind, table: Table, now: datetime) -> bool:
    """Bring all rows in, in one transaction that stays only if it is meant to and none is wrong.

    True when it stays. The job's own row is written last: until then nobody waits for us.
    """
    with transaction.atomic():
        result = worker.bring_in(table)
        looked = _looked(worker, table, result)
        if job.commit and not looked.faults:
            worker.finish()
            _end(job, now, ImportState.COMMITTED, looked)
            _record(job, looked, now)
            return True
        transaction.set_rollback(True)
    _end(job, now, ImportState.FAILED if job.commit else ImportState.PREVIEWED, looked)
    return False


def _looked(worker: ImportKind, table: Table, result: Any) -> _Looked:
    faults = tuple(_faults(worker, table, result))
    counts = tuple((_COUNTED[key], result.totals[key]) for key in _COUNTED)
    return _Looked(table, faults, counts)


def _faults(worker: ImportKind, table: Table, result: Any) -> Iterator[Fault]:
    by_number = {row.number: row for row in table.rows}
    for invalid in sorted(result.invalid_rows, key=lambda one: one.number):
        row = by_number[worker.sheet_row(invalid.number)]
        for attribute, sentences in _by_attribute(invalid.error).items():
            yield from (_fault(worker, table, row, attribute, said) for said in sentences)


def _by_attribute(error: Any) -> dict[str, list[str]]:
    said: dict[str, list[str]] = (
        error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    )
    return said


def _fault(worker: ImportKind, table: Table, row: SheetRow, attribute: str, sentence: str) -> Fault:
    name = worker.column_named(attribute)
    if name is None or name not in table.columns:
        return Fault(messages.at(row.number, name, sentence), row.number, name)
    heading = echo(table.heading(name))
    value = echo(row.at(table.columns[name]).text)
    return Fault(messages.at(row.number, heading, sentence), row.number, heading, value)


def _follow_up(worker: ImportKind, job: ImportJob) -> None:
    """What follows a commit may fail: the rows are in, and a beat comes to the same."""
    try:
        worker.afterwards()
    except Exception:
        logger.exception("What follows import %s is left to the regular work.", job.public_id)


# --- writing down what came of it -----------------------------------------------------------------
def _end(job: ImportJob, now: datetime, state: ImportState, looked: _Looked) -> None:
    counts = dict(looked.counts) if state is not ImportState.FAILED else {}
    rows = len(looked.table.rows) if looked.table else 0
    _move(
        job,
        state=state,
        finished_at=now,
        rows=rows,
        rows_done=rows if looked.counts else 0,
        faults=len(looked.faults),
        told=json.dumps(_told(looked), ensure_ascii=False),
        **counts,
    )


def _move(job: ImportJob, **facts: Any) -> None:
    """Write to the job's row while it is ours. :raises LostClaim: when it is no longer."""
    ours = ImportJob.objects.filter(
        pk=job.pk, tries=job.tries, claimed_at=job.claimed_at, state__in=_UNFINISHED
    )
    if not ours.update(**facts):
        raise LostClaim


def _told(looked: _Looked) -> dict[str, Any]:
    kept = looked.faults[: bounds.MOST_FAULTS_KEPT]
    table = looked.table
    told: dict[str, Any] = {
        "errors": [fault.as_dict() for fault in kept],
        "notes": list(table.notes) if table else [],
    }
    if table and table.columns:
        told |= _preview(table, looked.faults)
    return told


def _preview(table: Table, faults: tuple[Fault, ...]) -> dict[str, Any]:
    """The first faulty rows as they stand in the sheet; without faults, the first rows."""
    by_row: dict[int, dict[str, str]] = defaultdict(dict)
    for fault in faults:
        if fault.row is not None:
            by_row[fault.row].setdefault(fault.column or "", fault.message)
    rows = [row for row in table.rows if row.number in by_row]
    shown = rows[: bounds.FAULTY_ROWS_SHOWN] if rows else table.rows[: bounds.GOOD_ROWS_SHOWN]
    at = sorted(table.columns.items(), key=lambda one: one[1])
    return {
        "columns": [echo(table.heading(name)) for name, _ in at],
        "faulty_rows": len(rows),
        "preview": [
            [row.number, [echo(row.at(i).text) for _, i in at], by_row.get(row.number, {})]
            for row in shown
        ],
    }


def _record(job: ImportJob, looked: _Looked, now: datetime) -> None:
    audit.record(
        kind="imports.job.committed",
        actor_id=job.actor_id,
        at=now,
        subject=f"import:{job.public_id}",
        data={"kind": job.kind, "file_sha256": job.file_sha256, **dict(looked.counts)},
    )
