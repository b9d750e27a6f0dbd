"""The ledger of free 次: every change of a balance is an entry, in the same transaction.

Callers hold the child's lock; the CHECK on the balance has the last word.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from bookings.models import BookedHour, Entitlement, LedgerEntry
from bookings.types import EntryKind
from regulations.types import Limit

# What one unit of each entry does to the balances.
_EFFECTS: dict[EntryKind, dict[str, int]] = {
    EntryKind.GRANT: {"granted": 1},
    EntryKind.HOLD: {"held": 1},
    EntryKind.RELEASE: {"held": -1},
    EntryKind.CONSUME: {"held": -1, "used": 1},
    EntryKind.FORFEIT: {"held": -1, "used": 1},
    EntryKind.RESTORE: {"used": -1},
    EntryKind.LAPSE: {"lapsed": 1},
}


@dataclass(frozen=True, slots=True)
class Movement:
    """What is to be written: an entry of the ledger, and through it the balance."""

    entitlement_id: int
    kind: EntryKind
    hour_id: int | None = None
    units: int = 1
    limit_id: int | None = None
    note: str = ""


def write(movements: Sequence[Movement], *, actor_id: int | None, at: datetime) -> None:
    """Write entries and move the balances they belong to, entitlements in order of id.

    :raises django.db.IntegrityError: when free 次 would be overspent after all.
    """
    if not movements:
        return
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            entitlement_id=move.entitlement_id,
            kind=move.kind,
            units=move.units,
            hour_id=move.hour_id,
            at=at,
            actor_id=actor_id,
            limit_id=move.limit_id,
            note=move.note,
        )
        for move in movements
    )
    for entitlement_id, change in sorted(_changes(movements).items()):
        Entitlement.objects.filter(pk=entitlement_id).update(
            **{column: F(column) + by for column, by in change.items() if by}
        )


def _changes(movements: Iterable[Movement]) -> dict[int, Counter[str]]:
    changes: dict[int, Counter[str]] = {}
    for move in movements:
        change = changes.setdefault(move.entitlement_id, Counter())
        for column, by in _EFFECTS[move.kind].items():
            change[column] += by * move.units
    return changes


def grant_up_to(
    *, child_id: int, year: int, limit: Limit | None, actor_id: int | None, at: datetime
) -> Entitlement:
    """Bring a child's grant of a year up to what the law states, citing the limit.

    The limit is a floor (不少于): a grant is never lowered, nor taken back when no limit is left.
    """
    entitlement, _ = Entitlement.objects.get_or_create(child_id=child_id, year=year)
    missing = limit.number - entitlement.granted if limit and limit.value is not None else 0
    if limit and missing > 0:
        move = Movement(entitlement.pk, EntryKind.GRANT, units=missing, limit_id=limit.id)
        write([move], actor_id=actor_id, at=at)
        entitlement.granted += missing
    return entitlement


def movements_for(hours: Iterable[BookedHour], kind: EntryKind, note: str = "") -> list[Movement]:
    """One movement for each of the hours that were booked as free 次."""
    return [
        Movement(hour.entitlement_id, kind, hour_id=hour.pk, note=note)
        for hour in hours
        if hour.entitlement_id is not None
    ]
