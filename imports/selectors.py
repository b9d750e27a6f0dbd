"""Reading imports: who sees which, and what a page shows of one."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.types import Actor, HeldGrant, Place, Role, ScopeKind
from common.refusals import NotFound
from imports import messages
from imports.kinds import ImportKind
from imports.models import ImportJob
from imports.progress import rows_done
from imports.registry import kinds
from imports.types import ImportState, PlaceToImport, PreviewCell, PreviewRow

_HISTORY = 50
_EVERYBODY = (Role.OPERATOR, Role.PERSON_IN_CHARGE)


@dataclass(frozen=True, slots=True)
class KindRow:
    key: str
    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as its page, its history and the API show it."""

    id: str
    kind: str
    kind_title: str
    file_name: str
    place_name: str
    actor_name: str
    state: str
    state_name: str
    tag: str
    is_over: bool
    commit: bool
    rows: int
    rows_done: int
    percent: int
    created: int
    updated: int
    unchanged: int
    faults: int
    uploaded_at: datetime
    finished_at: datetime | None
    may_commit: bool


@dataclass(frozen=True, slots=True)
class JobDetail:
    """A job with what was told of its file."""

    job: JobRow
    errors: tuple[dict[str, Any], ...]
    of_the_file: tuple[str, ...]  # what is wrong with it as a whole
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    preview: tuple[PreviewRow, ...]
    faulty_rows: int  # how many rows are at fault; the preview shows the first of them
    not_shown: int
    is_forgotten: bool


def kinds_for(actor: Actor) -> list[KindRow]:
    """The kinds that somebody may bring in or take out.

    :raises NotFound: when there is none.
    """
    found = [kind for kind in kinds().values() if actor.holds(*kind.roles)]
    if not found:
        raise NotFound
    return [KindRow(kind.key, kind.title, kind.hint) for kind in found]


def kind_for(actor: Actor, key: str) -> type[ImportKind]:
    """A kind that somebody may bring in or take out. :raises NotFound: when it is not theirs."""
    kind = kinds().get(key)
    if kind is None or not actor.holds(*kind.roles):
        raise NotFound
    return kind


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column as the upload page explains it."""

    name: str
    is_required: bool
    accepts: str
    help: str


@dataclass(frozen=True, slots=True)
class KindPage:
    """What somebody needs to know to bring a kind in."""

    kind: KindRow
    columns: tuple[ColumnRow, ...]
    places: tuple[PlaceToImport, ...]


def kind_page(actor: Actor, key: str) -> KindPage:
    """A kind with its columns, and where the actor may bring it in.

    :raises NotFound: when it is not theirs.
    """
    kind = kind_for(actor, key)
    columns = tuple(
        ColumnRow(str(one.column_name), one.required, one.widget.accepts, one.help)
        for one in kind.columns()
    )
    row = KindRow(kind.key, kind.title, kind.hint)
    return KindPage(row, columns, tuple(kind.places(actor)))


def job_for(actor: Actor, public_id: object) -> ImportJob:
    """A job of a place over which the actor holds a role that may bring its kind in.

    :raises NotFound: when there is none, or it is not theirs.
    """
    job = ImportJob.objects.defer("content").filter(public_id=_as_uuid(public_id)).first()
    if job is None or not _may_see(actor, job):
        raise NotFound
    return job


def _as_uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError:
        raise NotFound from None


def _may_see(actor: Actor, job: ImportJob) -> bool:
    kind = kinds().get(job.kind)
    return kind is not None and actor.may(*kind.roles, at=place_of(job))


def place_of(job: ImportJob) -> Place:
    return Place(job.district, job.subdistrict, job.facility)


def history_of(actor: Actor) -> list[JobRow]:
    """The latest jobs of the actor's places."""
    rows = _within_reach(actor).order_by("-uploaded_at", "-pk")[:_HISTORY]
    return [row_of(job) for job in rows if _may_see(actor, job)]


def _within_reach(actor: Actor) -> QuerySet[ImportJob]:
    reach = Q(pk__in=[])
    for grant in actor.grants:
        if grant.role in _EVERYBODY:
            reach |= _of_grant(grant)
    return ImportJob.objects.defer("content", "told").filter(reach)


def _of_grant(grant: HeldGrant) -> Q:
    match grant.scope_kind:
        case ScopeKind.FACILITY:
            return Q(facility=grant.scope)
        case ScopeKind.SUBDISTRICT:
            return Q(subdistrict=grant.scope)
        case ScopeKind.DISTRICT:
            return Q(district=grant.scope)
        case ScopeKind.CITY:
            return Q(district__startswith=grant.scope[:2])


def row_of(job: ImportJob) -> JobRow:
    """A job as pages and the API show it; how far it is, while it is at work."""
    state = ImportState(job.state)
    kind = kinds().get(job.kind)
    done = job.rows_done if state.is_over else max(job.rows_done, rows_done(job.pk))
    return JobRow(
        id=str(job.public_id),
        kind=job.kind,
        kind_title=kind.title if kind else job.kind,
        file_name=job.file_name,
        place_name=job.place_name,
        actor_name=job.actor_name,
        state=state.value,
        state_name=messages.STATE_NAMES[state],
        tag=messages.STATE_TAGS[state],
        is_over=state.is_over,
        commit=job.commit,
        rows=job.rows,
        rows_done=done,
        percent=min(100 * done // job.rows, 100) if job.rows else 0,
        created=job.created,
        updated=job.updated,
        unchanged=job.unchanged,
        faults=job.faults,
        uploaded_at=job.uploaded_at,
        finished_at=job.finished_at,
        may_commit=may_commit(job),
    )


def may_commit(job: ImportJob) -> bool:
    """Whether what was looked at can be written now."""
    return (
        job.state == ImportState.PREVIEWED
        and not job.faults
        and not job.forgotten_at
        and bool(job.created or job.updated)
    )


def detail_of(job: ImportJob) -> JobDetail:
    """A job with what was told of its file."""
    told = told_of(job)
    errors = tuple(told.get("errors", []))
    shown = {row[0] for row in told.get("preview", [])}
    return JobDetail(
        job=row_of(job),
        errors=errors,
        of_the_file=tuple(
            one["message"] for one in errors if one["row"] is None or not told.get("faulty_rows")
        ),
        notes=tuple(told.get("notes", [])),
        columns=tuple(told.get("columns", [])),
        preview=tuple(_preview(told.get("columns", []), told.get("preview", []))),
        faulty_rows=int(told.get("faulty_rows", 0)),
        not_shown=max(int(told.get("faulty_rows", 0)) - len(shown), 0),
        is_forgotten=job.forgotten_at is not None,
    )


def told_of(job: ImportJob) -> dict[str, Any]:
    """What was told of a file: errors, notes, and a preview of its rows."""
    found: dict[str, Any] = json.loads(str(job.told)) if job.told else {}
    return found


def _preview(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterable[PreviewRow]:
    for number, texts, faults in rows:
        cells = (
            PreviewCell(text, column in faults) for column, text in zip(columns, texts, strict=True)
        )
        yield PreviewRow(number, tuple(cells), tuple(faults.values()))
