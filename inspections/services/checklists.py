"""Bringing the files' checklists into the database."""

from datetime import datetime

from django.db import transaction

from inspections.datafiles import BadChecklist, ChecklistEntry, ItemEntry, fingerprint, read
from inspections.models import Checklist, ChecklistItem, Visit
from inspections.selectors.checklists import lock_checklists
from regulations.selectors import clauses_by_code
from regulations.types import Clause


@transaction.atomic
def load_checklists(*, now: datetime) -> int:
    """Load what the files say; answer how many lists are new.

    A list that says something else than its newest version becomes a new version. One that no
    visit was opened with yet is written anew in its place.

    :raises BadChecklist: when a file names a clause that is not there.
    """
    clauses = clauses_by_code()
    return sum(_load(entry, clauses, now) for entry in read())


def _load(entry: ChecklistEntry, clauses: dict[str, Clause], now: datetime) -> bool:
    missing = [item.clause for item in entry.items if item.clause not in clauses]
    if missing:
        raise BadChecklist(f"{entry.code}: no such clause: {', '.join(missing)}")
    digest = fingerprint(entry, {code: clause.quote for code, clause in clauses.items()})
    newest = lock_checklists(entry.code)
    if newest and newest.sha256 == digest:
        return False
    version = newest.version + 1 if newest else 1
    if newest and not Visit.objects.filter(checklist=newest).exists():
        version = newest.version
        newest.delete()
    row = Checklist.objects.create(
        code=entry.code, version=version, title=entry.title, sha256=digest, loaded_at=now
    )
    ChecklistItem.objects.bulk_create(
        _item(row, position, item, clauses[item.clause])
        for position, item in enumerate(entry.items, start=1)
    )
    return True


def _item(row: Checklist, position: int, item: ItemEntry, clause: Clause) -> ChecklistItem:
    return ChecklistItem(
        checklist=row,
        position=position,
        code=item.code,
        area=item.area.value,
        department=item.department.value,
        text=item.text,
        severity=item.severity.value,
        evidence=item.evidence.value,
        prefill=item.prefill,
        clause=item.clause,
        document=clause.document,
        number=clause.number,
        article=clause.article,
        quote=clause.quote,
    )
