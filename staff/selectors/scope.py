"""The houses an actor keeps or oversees staff in, and who works there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.types import Actor, Place
from common.refusals import NotFound
from facilities.models import Facility
from facilities.selectors.access import facilities_of, place_of
from facilities.types import FacilityState
from staff.models import Employment
from staff.selectors.access import MAY_KEEP_STAFF, MAY_SEE_STAFF


@dataclass(frozen=True, slots=True)
class StaffHouse:
    """A house as pages about people name it."""

    id: int
    public_id: str
    name: str
    district: str
    place: Place


def staff_houses(actor: Actor, facility: str = "") -> list[StaffHouse]:
    """The houses whose people the actor may see, by name; only one when it is named.

    :raises NotFound: when the actor sees no house's people, or not those of the named one.
    """
    if not actor.holds(*MAY_SEE_STAFF):
        raise NotFound
    houses = [staff_house(one) for one in facilities_of(actor, *MAY_SEE_STAFF)]
    if not facility:
        return houses
    chosen = [house for house in houses if house.public_id == str(facility)]
    if not chosen:
        raise NotFound
    return chosen


def houses_kept_by(actor: Actor) -> list[StaffHouse]:
    """The houses whose people the actor keeps."""
    return [staff_house(one) for one in facilities_of(actor, *MAY_KEEP_STAFF)]


def every_house() -> list[StaffHouse]:
    """Every house that is open, for the worker."""
    rows = Facility.objects.filter(state=FacilityState.OPEN)
    return [staff_house(one) for one in rows.select_related("subdistrict__district").order_by("pk")]


def staff_house(facility: Facility) -> StaffHouse:
    """A house whose subdistrict and district have been read with it."""
    place = place_of(facility)
    return StaffHouse(
        facility.pk, place.facility, facility.name, facility.subdistrict.district.code, place
    )


def lasting(today: date) -> Q:
    """Engagements that are not over, those to come among them."""
    return Q(through__isnull=True) | Q(through__gte=today)


def houses_of_people(houses: Iterable[StaffHouse], today: date) -> dict[int, list[StaffHouse]]:
    """Who is engaged in which of these houses, by person; in the order of the houses."""
    by_id = {house.id: house for house in houses}
    pairs = set(
        Employment.objects.filter(lasting(today), facility_id__in=list(by_id)).values_list(
            "facility_id", "person_id"
        )
    )
    order = {facility_id: index for index, facility_id in enumerate(by_id)}
    found: dict[int, list[StaffHouse]] = {}
    for facility_id, person_id in sorted(pairs, key=lambda pair: (order[pair[0]], pair[1])):
        found.setdefault(person_id, []).append(by_id[facility_id])
    return found


def named(houses: Sequence[StaffHouse]) -> str:
    """Houses in a line."""
    return "、".join(house.name for house in houses)
