"""Writing the law: from the data files, or by two people, one row at a time."""

from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import F

from audit import services as audit
from common.refusals import NotFound, Refused
from regulations import loading, messages, selectors
from regulations.datafiles import FOLDER, read
from regulations.models import Clause, LimitRow
from regulations.types import LimitState, Loaded, NewLimit, Outcome, Verdict

_APPROVED = (LimitState.READY, LimitState.SUPERSEDED)


@transaction.atomic
def load(*, now: datetime, folder: Path = FOLDER) -> Loaded:
    """Bring in what the data files say and the database does not know yet.

    Approved limits are left as they are; those that the files say otherwise are named.

    :raises regulations.datafiles.BadDataFile: when a file cannot be read.
    """
    files = read(folder)
    selectors.lock_the_law()
    loaded = loading.load(files)
    if loaded.added or loaded.updated:
        audit.record(
            kind="regulations.law.loaded",
            actor_id=None,
            at=now,
            subject="regulations",
            data={"added": loaded.added, "updated": loaded.updated},
        )
    return loaded


@transaction.atomic
def submit(*, limit: NewLimit, actor_id: int, now: datetime) -> int:
    """Enter a limit as a draft, for another person to approve; answers its id.

    :raises common.refusals.NotFound: when there is no such clause.
    """
    clause = Clause.objects.filter(code=limit.clause).first()
    if clause is None:
        raise NotFound
    row = loading.draft(limit, clause.pk, entered_by=_person(actor_id))
    row.save()
    _record("entered", row, actor_id, now)
    return row.pk


@transaction.atomic
def approve(*, limit_id: int, actor_id: int, now: datetime) -> None:
    """Make a draft ready. From then on it never changes.

    :raises common.refusals.Refused: when the same person entered it, it is no draft, or another
        approved limit covers some of its days.
    :raises common.refusals.NotFound: when there is no such limit.
    """
    selectors.lock_the_law()
    row = _limit(limit_id)
    _refuse_if(row.state != LimitState.DRAFT, messages.ONLY_DRAFTS)
    _refuse_if(row.entered_by == _person(actor_id), messages.TWO_PEOPLE)
    _refuse_if(_overlaps_an_approved_one(row), messages.NO_OVERLAP)
    _make_ready(row, actor_id, now)


@transaction.atomic
def supersede(*, limit_id: int, by_id: int, actor_id: int, now: datetime) -> None:
    """Approve a draft in the place of a ready limit, which ends the day before.

    A successor valid from the very first day puts the old limit out of force altogether.

    :raises common.refusals.Refused: when the same person entered the draft, either is in the wrong
        state, they state different things, or the draft begins before the limit it replaces.
    :raises common.refusals.NotFound: when there is no such limit.
    """
    selectors.lock_the_law()
    old, new = _limit(limit_id), _limit(by_id)
    _refuse_if(old.state != LimitState.READY, messages.ONLY_READY)
    _refuse_if(new.state != LimitState.DRAFT, messages.ONLY_DRAFTS)
    _refuse_if(new.entered_by == _person(actor_id), messages.TWO_PEOPLE)
    _refuse_if(old.slot_id != new.slot_id, messages.SAME_SLOT)
    _refuse_if(new.valid_from < old.valid_from, messages.NOT_BEFORE)
    loading.close(old, new)
    _refuse_if(_overlaps_an_approved_one(new), messages.NO_OVERLAP)
    _record("superseded", old, actor_id, now)
    _make_ready(new, actor_id, now)


def _make_ready(row: LimitRow, actor_id: int, now: datetime) -> None:
    row.state = LimitState.READY
    row.approved_by = _person(actor_id)
    row.save(update_fields=["state", "approved_by"])
    _record("approved", row, actor_id, now)


def _person(actor_id: int) -> str:
    return f"user:{actor_id}"


def _limit(limit_id: int) -> LimitRow:
    row = LimitRow.objects.select_related("slot").filter(pk=limit_id).first()
    if row is None:
        raise NotFound
    return row


def _overlaps_an_approved_one(row: LimitRow) -> bool:
    others = (
        LimitRow.objects.filter(slot=row.slot_id, state__in=_APPROVED)
        .exclude(pk=row.pk)
        .exclude(valid_through__lt=F("valid_from"))  # replaced at once: never in force
        .exclude(valid_through__lt=row.valid_from)
    )
    if row.valid_through is not None:
        others = others.filter(valid_from__lte=row.valid_through)
    return others.exists()


def _refuse_if(wrong: bool, reason: tuple[str, str]) -> None:  # noqa: FBT001
    if wrong:
        rule, remedy = reason
        raise Refused([Verdict(rule, Outcome.FAILS, limit=None, measured=None, remedy=remedy)])


def _record(what: str, row: LimitRow, actor_id: int, now: datetime) -> None:
    audit.record(
        kind=f"regulations.limit.{what}",
        actor_id=actor_id,
        at=now,
        subject=f"limit:{row.pk}",
        data={
            "slot": str(row.slot),
            "value": None if row.value is None else str(row.value),
            "valid_from": row.valid_from.isoformat(),
            "valid_through": row.valid_through and row.valid_through.isoformat(),
        },
    )
