"""How full a room was at its fullest moments, to the second, from arrivals and departures. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Presence:
    """A child in a room, half-open; `heads` counts the adult who must be there with it."""

    room: str
    area_m2: Decimal
    arrived_at: datetime
    left_at: datetime | None  # None: still in
    heads: int = 1


@dataclass(frozen=True, slots=True)
class Crowd:
    """A room's fullest moments: by children, and by heads on its floor."""

    room: str
    area_m2: Decimal
    children: int
    at: datetime
    heads: int
    tight_at: datetime


def crowds(presences: Iterable[Presence]) -> list[Crowd]:
    """The fullest moments of each room, by its name.

    >>> from datetime import UTC
    >>> nine, ten = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
    >>> one, next_ = (Presence("小班", Decimal(9), *when) for when in ((nine, ten), (ten, None)))
    >>> [crowd.children for crowd in crowds([one, next_])]
    [1]
    """
    by_room: dict[tuple[str, Decimal], list[Presence]] = defaultdict(list)
    for one in presences:
        by_room[one.room, one.area_m2].append(one)
    return [_crowd(room, area, by_room[room, area]) for room, area in sorted(by_room)]


def _crowd(room: str, area: Decimal, presences: list[Presence]) -> Crowd:
    changes: list[tuple[datetime, int, int]] = []
    for one in presences:
        changes.append((one.arrived_at, 1, one.heads))
        if one.left_at is not None:
            changes.append((one.left_at, -1, -one.heads))
    children = heads = 0
    most, at, tightest, tight_at = 0, changes[0][0], 0, changes[0][0]
    # Departures first: who leaves at ten does not meet who comes at ten.
    for moment, child, head in sorted(changes):
        children, heads = children + child, heads + head
        if children > most:
            most, at = children, moment
        if heads > tightest:
            tightest, tight_at = heads, moment
    return Crowd(room, area, most, at, tightest, tight_at)
