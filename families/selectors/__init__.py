"""Reading families. Nobody comes from an id to a child but through `child_for`."""

from families.selectors.children import (
    child_facts,
    child_for,
    children_of,
    lock_children,
    signed_agreements,
)
from families.selectors.consenting import children_without_consent
from families.selectors.door import (
    Collector,
    DoorChild,
    FoundFamily,
    at_the_door,
    family_by_phone,
    stands_fully_with,
)
from families.selectors.needs import needs_of, overviews_of
from families.selectors.people import booking_guardian_of, guardian_ids_of
from families.selectors.reviews import may_review, reviews_waiting

__all__ = [
    "Collector",
    "DoorChild",
    "FoundFamily",
    "at_the_door",
    "booking_guardian_of",
    "child_facts",
    "child_for",
    "children_of",
    "children_without_consent",
    "family_by_phone",
    "guardian_ids_of",
    "lock_children",
    "may_review",
    "needs_of",
    "overviews_of",
    "reviews_waiting",
    "signed_agreements",
    "stands_fully_with",
]
