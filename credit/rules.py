"""What counts of a house's entries, and how long each is shown. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from common.intervals import months_later
from credit.types import GRAVE, EntryKind, Fact, Terms


def shown_through(fact: Fact, terms: Terms) -> date:
    """The last day on which an entry is shown: what is grave longer than the rest."""
    is_grave = fact.kind in GRAVE or fact.is_severe
    return months_later(fact.on, terms.grave if is_grave else terms.ordinary)


def is_void(fact: Fact, upheld: Mapping[str, bool]) -> bool:
    """Whether an entry stays and does not count: taken back, or objected to with success."""
    return fact.is_withdrawn or upheld.get(fact.key, False)


def tally(
    facts: Iterable[Fact], *, upheld: Mapping[str, bool], terms: Terms, today: date
) -> dict[EntryKind, int]:
    """How many entries of each kind are shown and count."""
    counts = dict.fromkeys(EntryKind, 0)
    for fact in facts:
        if not is_void(fact, upheld) and today <= shown_through(fact, terms):
            counts[fact.kind] += 1
    return counts


def may_decide(fact: Fact, person: int | None) -> bool:
    """Whether somebody else than who found it decides on an objection."""
    return person is not None and person not in fact.found_by
