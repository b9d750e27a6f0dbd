"""What would mend an hour that is short of staff, the gentlest first. Pure."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from bookings.types import BrokenHours, Candidate, OtherRoom, PlacedHour, Repair, RepairKind

# What a repair costs those concerned, in one scale; a child turned away outweighs all the rest.
# A product decision, published with the order of displacement (约定24).
_COST = {
    RepairKind.SWAP: 1,
    RepairKind.BORROW: 10,
    RepairKind.MERGE: 100,
    RepairKind.NEIGHBOR: 1_000,
    RepairKind.DISPLACE: 100_000,
}


def repairs_for(
    broken: BrokenHours,
    *,
    candidates: Sequence[Candidate],
    rooms: Sequence[OtherRoom],
    neighbors: Sequence[OtherRoom],
) -> list[Repair]:
    """Every way that mends the whole stretch, the cheapest first; turning away is always last.

    Each was checked against the facts it was given; carrying it out judges it again.
    """
    found = [
        *_by_people(broken, candidates),
        *(repair for room in rooms if (repair := _merge(broken, room))),
        *(repair for house in neighbors if (repair := _neighbor(broken, house))),
        _displace(broken),
    ]
    return sorted(found, key=lambda repair: (repair.cost, repair.key))


def _by_people(broken: BrokenHours, candidates: Sequence[Candidate]) -> Iterable[Repair]:
    """As many people as are missing; those of the house before those of another."""
    nearest = sorted(candidates, key=_nearness)
    for group in list(combinations(nearest, broken.short))[:_AT_MOST]:
        kind = RepairKind.BORROW if any(one.is_borrowed for one in group) else RepairKind.SWAP
        metres = sum(one.distance_m for one in group)
        yield Repair(
            kind=kind,
            broken=broken,
            cost=_COST[kind] * broken.short + metres // 1000 + sum(p.is_moved for p in group),
            people=tuple(group),
        )


def _nearness(one: Candidate) -> tuple[bool, bool, int, int]:
    return (one.is_borrowed, one.is_moved, one.distance_m, one.person_id)


_AT_MOST = 3


def _merge(broken: BrokenHours, room: OtherRoom) -> Repair | None:
    """The two groups in the other's room: class, area and staff of both together must do."""
    for hour, other in zip(broken.hours, room.hours, strict=True):
        children = hour.places_taken + other.places_taken
        staff = hour.counted_staff + other.counted_staff
        if children > other.places or children > staff * other.children_per_staff:
            return None
    moved = max(hour.places_taken for hour in broken.hours)
    return Repair(
        RepairKind.MERGE, broken, cost=_COST[RepairKind.MERGE] * moved, room=room, children=moved
    )


def _neighbor(broken: BrokenHours, house: OtherRoom) -> Repair | None:
    """As many children as are too many go to a house within a walk, if it has the places."""
    too_many = broken.children_too_many
    if any(other.places_left < many for many, other in zip(too_many, house.hours, strict=True)):
        return None
    return Repair(
        RepairKind.NEIGHBOR,
        broken,
        cost=_COST[RepairKind.NEIGHBOR] * max(too_many) + house.distance_m // 100,
        room=house,
        children=max(too_many),
    )


def _displace(broken: BrokenHours) -> Repair:
    many = max(broken.children_too_many)
    return Repair(
        RepairKind.DISPLACE, broken, cost=_COST[RepairKind.DISPLACE] * many, children=many
    )


def displacement_order(hours: Iterable[PlacedHour]) -> list[PlacedHour]:
    """Who is turned away first: whoever booked last (约定24, published on the rules page)."""
    return sorted(hours, key=lambda hour: (hour.placed_at, hour.booking_id), reverse=True)
