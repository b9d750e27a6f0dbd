"""Who was in a room with whom, to the second, and when that was too few. Exact, and pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody in a room, half-open: who leaves at ten is not there at ten. None: still there."""

    who: int
    arrived_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Step:
    """From this moment on these are in the room."""

    at: datetime
    children: frozenset[int]
    staff: frozenset[int]  # only those who count


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch with more children than the staff there may care for, and its worst moment."""

    starts_at: datetime
    ends_at: datetime | None  # None: it goes on
    children: int
    counted_staff: int
    needed: int
    child_ids: tuple[int, ...]
    staff_ids: tuple[int, ...]


def steps(children: Iterable[Seen], staff: Iterable[Seen]) -> list[Step]:
    """The step series of a room. What happens at one instant is one step, decided once.

    >>> from datetime import UTC
    >>> nine, ten = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (9, 10))
    >>> came = steps([Seen(1, nine, ten), Seen(2, ten, None)], [])
    >>> [sorted(step.children) for step in came]
    [[1], [2]]
    """
    moments: defaultdict[datetime, list[tuple[bool, bool, int]]] = defaultdict(list)
    for is_child, seen in [(True, one) for one in children] + [(False, one) for one in staff]:
        if seen.left_at is not None and seen.left_at <= seen.arrived_at:
            continue
        moments[seen.arrived_at].append((is_child, True, seen.who))
        if seen.left_at is not None:
            moments[seen.left_at].append((is_child, False, seen.who))
    return _walk(moments)


def _walk(moments: dict[datetime, list[tuple[bool, bool, int]]]) -> list[Step]:
    found: list[Step] = []
    inside: dict[bool, set[int]] = {True: set(), False: set()}
    for at in sorted(moments):
        # Departures first: who left and came back at one instant is there.
        for is_child, comes, who in sorted(moments[at], key=lambda change: change[1]):
            (inside[is_child].add if comes else inside[is_child].discard)(who)
        step = Step(at, frozenset(inside[True]), frozenset(inside[False]))
        if not found or (found[-1].children, found[-1].staff) != (step.children, step.staff):
            found.append(step)
    return found


def episodes(series: Sequence[Step], *, children_per_staff: int) -> list[Episode]:
    """The stretches in which the ratio did not hold, each with who was there at its worst."""
    found: list[Episode] = []
    run: list[Step] = []
    for step in series:
        if len(step.children) > len(step.staff) * children_per_staff:
            run.append(step)
        elif run:
            found.append(_episode(run, step.at, children_per_staff))
            run = []
    if run:
        found.append(_episode(run, None, children_per_staff))
    return found


def _episode(run: Sequence[Step], ends_at: datetime | None, children_per_staff: int) -> Episode:
    def too_many(step: Step) -> int:
        return len(step.children) - len(step.staff) * children_per_staff

    worst = max(run, key=too_many)
    return Episode(
        starts_at=run[0].at,
        ends_at=ends_at,
        children=len(worst.children),
        counted_staff=len(worst.staff),
        needed=-(-len(worst.children) // children_per_staff),
        child_ids=tuple(sorted(worst.children)),
        staff_ids=tuple(sorted(worst.staff)),
    )
