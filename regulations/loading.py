"""How data files become rows: what is new goes in, what was approved stays as it was."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Model

from regulations.datafiles import ClauseEntry, DocumentEntry, LawFiles, LimitEntry
from regulations.models import Clause, Document, LimitRow, LimitSlot
from regulations.types import LimitState, Loaded, NewLimit

# What may change of a document that is cited: its standing, not what it is.
_STANDING = ("status", "stated_period", "source_file", "note")
_IDENTITY = ("title", "number", "issuer", "jurisdiction", "issued_on")
_STATEMENT = (
    *("value", "unit", "words", "comparison", "governed_by", "strength", "by_letter", "note"),
)


class Tally:
    """Counts what was done, and names what was left alone."""

    def __init__(self) -> None:
        self.added = self.updated = self.unchanged = 0
        self.differing: list[str] = []

    def result(self) -> Loaded:
        return Loaded(self.added, self.updated, self.unchanged, tuple(self.differing))


def load(files: LawFiles) -> Loaded:
    """Write what the files say and the database does not; call it while the law is locked."""
    tally = Tally()
    _load_documents(files.documents, tally)
    _load_clauses(files.clauses, tally)
    _load_limits(files.limits, tally)
    return tally.result()


def _load_documents(entries: Iterable[DocumentEntry], tally: Tally) -> None:
    known = {document.code: document for document in Document.objects.all()}
    new: list[Document] = []
    for entry in entries:
        said = {name: getattr(entry, name) for name in (*_IDENTITY, *_STANDING)}
        document = known.get(entry.code)
        if document is None:
            new.append(Document(code=entry.code, **said))
        elif _differs(document, said, _IDENTITY):
            tally.differing.append(f"document {entry.code}")
        else:
            _update(document, said, _STANDING, tally)
    Document.objects.bulk_create(new)
    tally.added += len(new)


def _load_clauses(entries: Iterable[ClauseEntry], tally: Tally) -> None:
    documents = dict(Document.objects.values_list("code", "pk"))
    known = {clause.code: clause for clause in Clause.objects.all()}
    cited = set(
        LimitRow.objects.exclude(state=LimitState.DRAFT).values_list("clause__code", flat=True)
    )
    new: list[Clause] = []
    for entry in entries:
        said = {
            "document_id": documents[entry.document],
            "article": entry.article,
            "quote": entry.quote,
        }
        clause = known.get(entry.code)
        if clause is None:
            new.append(Clause(code=entry.code, **said))
        elif entry.code in cited and _differs(clause, said, said):
            tally.differing.append(f"clause {entry.code}")
        else:
            _update(clause, said, said, tally)
    Clause.objects.bulk_create(new)
    tally.added += len(new)


def _load_limits(entries: Iterable[LimitEntry], tally: Tally) -> None:
    shelf = _Shelf(entries)
    new = [entry for entry in entries if shelf.wants(entry, tally)]
    LimitRow.objects.bulk_create(
        shelf.row(entry, LimitState.READY) for entry in new if entry.supersedes is None
    )
    for entry in sorted(new, key=lambda entry: entry.limit.valid_from):
        if entry.supersedes is not None:
            _replace(shelf.row(entry, LimitState.DRAFT), entry.supersedes)
    tally.added += len(new)


class _Shelf:
    """What is in the database already, by slot and first day."""

    def __init__(self, entries: Iterable[LimitEntry]) -> None:
        self.slots = _slots(entries)
        self.clauses = dict(Clause.objects.values_list("code", "pk"))
        self.approved: dict[tuple[int, date], list[LimitRow]] = {}
        for row in LimitRow.objects.exclude(state=LimitState.DRAFT):
            self.approved.setdefault((row.slot_id, row.valid_from), []).append(row)

    def wants(self, entry: LimitEntry, tally: Tally) -> bool:
        limit = entry.limit
        slot = self.slots[_slot_name(limit)]
        known = self.approved.get((slot, limit.valid_from), [])
        if any(self._says_the_same(row, limit) for row in known):
            tally.unchanged += 1
            return False
        corrects = entry.supersedes == limit.valid_from
        if len(known) > (1 if corrects else 0):
            tally.differing.append(f"limit {' '.join(_slot_name(limit))} {limit.valid_from}")
            return False
        return True

    def _says_the_same(self, row: LimitRow, limit: NewLimit) -> bool:
        return (
            not _differs(row, {name: getattr(limit, name) for name in _STATEMENT}, _STATEMENT)
            and row.clause_id == self.clauses[limit.clause]
            # The last day of a superseded limit is its successor's doing.
            and (row.state == LimitState.SUPERSEDED or row.valid_through == limit.valid_through)
        )

    def row(self, entry: LimitEntry, state: LimitState) -> LimitRow:
        limit = entry.limit
        row = _row(limit, self.slots[_slot_name(limit)], self.clauses[limit.clause])
        row.state, row.entered_by, row.approved_by = state, entry.entered_by, entry.approved_by
        return row


def _slot_name(limit: NewLimit) -> tuple[str, str, str]:
    return (limit.key.value, limit.jurisdiction, limit.applies_to.value)


def _slots(entries: Iterable[LimitEntry]) -> dict[tuple[str, str, str], int]:
    names = dict.fromkeys(_slot_name(entry.limit) for entry in entries)
    known = _known_slots()
    LimitSlot.objects.bulk_create(
        LimitSlot(key=key, jurisdiction=code, applies_to=kind)
        for key, code, kind in names
        if (key, code, kind) not in known
    )
    return _known_slots()


def _known_slots() -> dict[tuple[str, str, str], int]:
    return {
        (slot.key, slot.jurisdiction, slot.applies_to): slot.pk for slot in LimitSlot.objects.all()
    }


def _row(limit: NewLimit, slot_id: int, clause_id: int) -> LimitRow:
    return LimitRow(
        slot_id=slot_id,
        clause_id=clause_id,
        valid_from=limit.valid_from,
        valid_through=limit.valid_through,
        **{name: getattr(limit, name) for name in _STATEMENT},
    )


def draft(limit: NewLimit, clause_id: int, *, entered_by: str) -> LimitRow:
    """A limit as one person entered it, not saved yet."""
    key, code, kind = _slot_name(limit)
    slot, _ = LimitSlot.objects.get_or_create(key=key, jurisdiction=code, applies_to=kind)
    row = _row(limit, slot.pk, clause_id)
    row.state, row.entered_by = LimitState.DRAFT, entered_by
    return row


def close(old: LimitRow, new: LimitRow) -> None:
    """End a ready limit the day before its successor, which is saved but not ready yet."""
    last_day = new.valid_from - timedelta(days=1)
    old.valid_through = min(old.valid_through or last_day, last_day)
    old.state, old.superseded_by = LimitState.SUPERSEDED, new
    old.save(update_fields=["valid_through", "state", "superseded_by"])


def _replace(new: LimitRow, first_day_of_old: date) -> None:
    new.save()
    old = LimitRow.objects.get(
        slot=new.slot_id, valid_from=first_day_of_old, state=LimitState.READY
    )
    close(old, new)
    new.state = LimitState.READY
    new.save(update_fields=["state"])


def _differs(row: Model, said: dict[str, Any], names: Iterable[str]) -> bool:
    return any(getattr(row, name) != said[name] for name in names)


def _update(row: Model, said: dict[str, Any], names: Iterable[str], tally: Tally) -> None:
    changed = [name for name in names if getattr(row, name) != said[name]]
    for name in changed:
        setattr(row, name, said[name])
    if changed:
        row.save(update_fields=changed)
    tally.updated += bool(changed)
    tally.unchanged += not changed
