"""Handing in a file, and letting what was looked at be written."""

import base64
import hashlib
from datetime import datetime

from django.db import transaction

from accounts.types import Actor
from audit import services as audit
from common.refusals import InvalidInput, NotFound
from imports import bounds, messages
from imports.cleaners import tidy
from imports.kinds import ImportKind
from imports.models import ImportJob
from imports.nudge import wake_worker
from imports.reading.faults import FileFault
from imports.registry import kind_named
from imports.selectors import job_for, kind_for, may_commit
from imports.types import ImportState, PlaceToImport, Upload

_LONGEST_NAME = 120


def hand_in(
    *, kind: str, upload: Upload, commit: bool, actor: Actor, now: datetime, facility: str = ""
) -> ImportJob:
    """Take a file in for the worker; the job. Nothing of it is read yet.

    :raises InvalidInput: for an unknown kind, an empty or oversized file, or an open choice.
    :raises NotFound: when the kind or the house is not the actor's.
    """
    kind_named(kind)
    chosen = kind_for(actor, kind)
    where = place_to_import(actor, chosen, facility)
    _measure(upload)
    with transaction.atomic():
        job = ImportJob.objects.create(
            kind=kind,
            file_name=_tidy_name(upload.name),
            file_sha256=hashlib.sha256(upload.content).hexdigest(),
            content=base64.b64encode(upload.content).decode(),
            district=where.place.district,
            subdistrict=where.place.subdistrict,
            facility=where.place.facility,
            place_name=where.name,
            actor_id=actor.person,
            actor_name=actor.name,
            commit=commit,
            uploaded_at=now,
        )
        _record("handed_in", job, actor, now)
        transaction.on_commit(lambda: wake_worker(job.pk))
    return job


def place_to_import(actor: Actor, kind: type[ImportKind], code: str) -> PlaceToImport:
    """Where a file is for: the place that was named, or the one over which the actor holds a role.

    :raises InvalidInput: when they hold several and named none.
    :raises NotFound: when what was named is not theirs.
    """
    places = kind.places(actor)
    if code:
        named = next((one for one in places if one.code == code.lower()), None)
        if named is None:
            raise NotFound
        return named
    granted = [one for one in places if one.is_granted]
    if len(granted) != 1:
        raise InvalidInput({"facility": [messages.CHOOSE_A_PLACE]})
    return granted[0]


def _measure(upload: Upload) -> None:
    if not upload.content:
        raise InvalidInput({"file": [messages.FILE_FAULTS[FileFault.EMPTY]]})
    if len(upload.content) > bounds.MOST_BYTES_IN:
        raise InvalidInput({"file": [messages.FILE_FAULTS[FileFault.TOO_LARGE]]})


def _tidy_name(name: str) -> str:
    """A file's name as it may be shown: no folders, no signs that turn the line around."""
    return tidy(name.replace("\\", "/").rpartition("/")[2])[:_LONGEST_NAME] or "表格.xlsx"


def confirm(*, job: object, actor: Actor, now: datetime) -> ImportJob:
    """Let a file that was looked at without faults be written by the worker. Harmless twice.

    :raises NotFound: when it is not the actor's.
    :raises InvalidInput: when it is not ready to be written.
    """
    with transaction.atomic():
        known = job_for(actor, job)
        if known.commit:
            return known
        moved = may_commit(known) and ImportJob.objects.filter(
            pk=known.pk, state=ImportState.PREVIEWED, commit=False
        ).update(
            state=ImportState.WAITING,
            commit=True,
            actor_id=actor.person,
            actor_name=actor.name,
            tries=0,
            claimed_at=None,
            finished_at=None,
            rows_done=0,
        )
        if not moved:
            raise InvalidInput(messages.NOT_READY)
        _record("confirmed", known, actor, now)
        transaction.on_commit(lambda: wake_worker(known.pk))
    known.refresh_from_db(fields=["state", "commit"])
    return known


def _record(what: str, job: ImportJob, actor: Actor, now: datetime) -> None:
    audit.record(
        kind=f"imports.job.{what}",
        actor_id=actor.user_id,
        at=now,
        subject=f"import:{job.public_id}",
        data={
            "kind": job.kind,
            "file_sha256": job.file_sha256,
            "commit": job.commit,
            "place": [part for part in (job.district, job.subdistrict, job.facility) if part],
        },
    )
