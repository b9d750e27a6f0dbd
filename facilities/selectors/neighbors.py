"""Houses within a walk of one another."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.types import Place
from facilities.geography import distance_m
from facilities.models import Facility
from facilities.types import FacilityState


@dataclass(frozen=True, slots=True)
class Neighbor:
    """An open house near another, and how far."""

    id: int
    name: str
    place: Place
    metres: int


def open_neighbors(facility_id: int, *, within_m: int) -> list[Neighbor]:
    """Open houses of the same district within a distance. One statement."""
    district = Facility.objects.filter(pk=facility_id).values("subdistrict__district")
    rows = list(
        Facility.objects.filter(
            Q(state=FacilityState.OPEN) | Q(pk=facility_id), subdistrict__district__in=district
        )
        .select_related("subdistrict__district")
        .order_by("pk")
    )
    [house] = [row for row in rows if row.pk == facility_id]
    found = [
        Neighbor(
            row.pk,
            row.name,
            Place(row.subdistrict.district.code, row.subdistrict.code, str(row.public_id)),
            distance_m(house.latitude, house.longitude, row.latitude, row.longitude),
        )
        for row in rows
        if row.pk != facility_id
    ]
    return [one for one in found if one.metres <= within_m]


def neighbors_of(facility_id: int, *, within_m: int) -> dict[int, int]:
    """Open houses of the same district within a distance, and how far: {id: metres}."""
    return {one.id: one.metres for one in open_neighbors(facility_id, within_m=within_m)}
