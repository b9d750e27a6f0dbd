"""The statement of free 次: every movement, its reason, and the balance after it. Like a bank's."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.types import Actor
from bookings.models import LedgerEntry
from bookings.rules.prices import granted_by
from bookings.selectors.commitments import entitlements_of
from bookings.types import EntitlementFacts, EntryKind
from common.intervals import day_in_shanghai
from families import selectors as families
from families.types import GuardianRight
from regulations.rules import number_or
from regulations.selectors import law_book
from regulations.types import Clause

# What an entry does to what is left.
_EFFECT = {
    EntryKind.GRANT: 1,
    EntryKind.HOLD: -1,
    EntryKind.RELEASE: 1,
    EntryKind.CONSUME: 0,
    EntryKind.FORFEIT: 0,
    EntryKind.RESTORE: 1,
    EntryKind.LAPSE: -1,
}


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement as the family reads it."""

    at: datetime
    kind: EntryKind
    units: int
    change: int  # of what is left
    left_after: int
    care_starts_at: datetime | None
    facility: str
    clause: Clause | None
    note: str
    attended: bool | None  # of a 次 that was used: whether the child came


@dataclass(frozen=True, slots=True)
class Statement:
    """A child's year of free 次."""

    child: str
    child_name: str
    balance: EntitlementFacts
    grant_clause: Clause | None  # on what the 次 rest; None where the district states none
    lines: tuple[StatementLine, ...]


def statement_of(*, actor: Actor, child: str, year: int | None, now: datetime) -> Statement:
    """The statement of one of the actor's children. Reading grants nothing: what the law would
    grant at the first booking is shown as granted.

    :raises NotFound: when the child is not the actor's.
    """
    found = families.child_for(actor, child, right=GuardianRight.READ)
    today = day_in_shanghai(now)
    wanted = year or today.year
    known = entitlements_of([found.id])[found.id].get(wanted, EntitlementFacts(wanted, 0))
    limit = granted_by(
        law_book(),
        district=found.district,
        on=today if wanted == today.year else date(wanted, 12, 31),
    )
    granted = number_or(limit, 0)
    balance = EntitlementFacts(
        wanted, max(known.granted, granted), known.held, known.used, known.lapsed
    )
    return Statement(
        child=found.public_id,
        child_name=found.name,
        balance=balance,
        grant_clause=limit.clause if limit else None,
        lines=tuple(_lines(found.id, wanted)),
    )


def _lines(child_id: int, year: int) -> list[StatementLine]:
    clauses = {limit.id: limit.clause for limit in law_book().limits}
    entries = (
        LedgerEntry.objects.filter(entitlement__child=child_id, entitlement__year=year)
        .select_related("hour__booking__facility")
        .order_by("at", "pk")
    )
    lines, left = [], 0
    for entry in entries:
        kind = EntryKind(entry.kind)
        change = _EFFECT[kind] * entry.units
        left += change
        lines.append(
            StatementLine(
                at=entry.at,
                kind=kind,
                units=entry.units,
                change=change,
                left_after=left,
                care_starts_at=entry.hour.starts_at if entry.hour else None,
                facility=entry.hour.booking.facility.name if entry.hour else "",
                clause=clauses.get(entry.limit_id) if entry.limit_id else None,
                note=entry.note,
                attended=_attended(entry, kind),
            )
        )
    return lines


def _attended(entry: LedgerEntry, kind: EntryKind) -> bool | None:
    return entry.hour.attended if entry.hour and kind is EntryKind.CONSUME else None
