"""How many free 次 each child has left this year: the home page's numbers. Two statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bookings.rules.prices import granted_by
from bookings.selectors.commitments import entitlements_of
from bookings.types import EntitlementFacts
from common.intervals import day_in_shanghai
from families.types import ChildRow
from regulations.rules import LawBook, number_or
from regulations.selectors import law_book


@dataclass(frozen=True, slots=True)
class ChildBalance:
    """A child, and this year's free 次."""

    child: str  # public id
    child_called: str
    balance: EntitlementFacts


def balances_of(children: Sequence[ChildRow], *, now: datetime) -> list[ChildBalance]:
    """This year's balances. What the law would grant at the first booking counts as granted."""
    if not children:
        return []
    law, found = law_book(), entitlements_of([child.id for child in children])
    year = day_in_shanghai(now).year
    return [
        ChildBalance(
            child=child.public_id,
            child_called=child.called,
            balance=_granted(child, found[child.id].get(year, EntitlementFacts(year, 0)), law, now),
        )
        for child in children
    ]


def _granted(
    child: ChildRow, known: EntitlementFacts, law: LawBook, now: datetime
) -> EntitlementFacts:
    limit = granted_by(law, district=child.district, on=day_in_shanghai(now))
    stated = number_or(limit, 0)
    return EntitlementFacts(
        known.year, max(known.granted, stated), known.held, known.used, known.lapsed
    )
