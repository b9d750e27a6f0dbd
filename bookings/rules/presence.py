"""How many children are in a room, moment by moment. Exact, and pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Step:
    """From this moment on, so many children are in the room."""

    at: datetime
    children: int


def steps(stays: Iterable[tuple[datetime, datetime | None]]) -> list[Step]:
    """The steps of a room's presence, from (arrived, left or None) of each stay.

    A stay is half-open: whoever leaves at ten is not there at ten. Twenty who leave and twenty who
    come at the same instant are twenty, and no step at all.

    >>> from datetime import UTC
    >>> nine, ten = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
    >>> [step.children for step in steps([(nine, ten), (ten, None)])]
    [1]
    """
    changes: Counter[datetime] = Counter()
    for arrived_at, left_at in stays:
        changes[arrived_at] += 1
        if left_at is not None:
            changes[left_at] -= 1
    found, children = [], 0
    for at in sorted(changes):
        if changes[at]:
            children += changes[at]
            found.append(Step(at, children))
    return found
