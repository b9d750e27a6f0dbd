"""Houses within a walk of one another."""

from facilities.geography import distance_m
from facilities.models import Facility
from facilities.types import FacilityState


def neighbors_of(facility_id: int, *, within_m: int) -> dict[int, int]:
    """Open houses of the same district within a distance, and how far: {id: metres}."""
    house = Facility.objects.only("latitude", "longitude", "subdistrict").get(pk=facility_id)
    others = (
        Facility.objects.filter(
            subdistrict__district__subdistricts=house.subdistrict_id, state=FacilityState.OPEN
        )
        .exclude(pk=facility_id)
        .order_by("pk")
        .values_list("pk", "latitude", "longitude")
    )
    distances = {
        pk: distance_m(house.latitude, house.longitude, latitude, longitude)
        for pk, latitude, longitude in others
    }
    return {pk: metres for pk, metres in distances.items() if metres <= within_m}
