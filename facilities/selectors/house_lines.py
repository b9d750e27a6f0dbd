"""A house in one line, and where a 街镇 is: what pages of other apps begin with."""

from dataclasses import dataclass

from common.refusals import NotFound
from facilities.models import Facility, Subdistrict
from facilities.selectors.access import as_uuid
from facilities.types import FacilityState


@dataclass(frozen=True, slots=True)
class HouseLine:
    """A house as a heading names it."""

    id: str
    name: str
    address: str
    phone: str
    subdistrict_id: int
    subdistrict: str  # name
    subdistrict_code: str
    district: str  # code


def house_line(public_id: str) -> HouseLine:
    """A house by its public id. :raises NotFound: when there is none, or it is closed for good."""
    row = (
        Facility.objects.exclude(state=FacilityState.CLOSED)
        .filter(public_id=as_uuid(public_id))
        .values_list(
            "public_id", "name", "address", "phone",
            "subdistrict_id", "subdistrict__name", "subdistrict__code",
            "subdistrict__district__code",
        )
        .first()
    )  # fmt: skip
    if row is None:
        raise NotFound
    return HouseLine(str(row[0]), *row[1:])


def center_of(subdistrict_id: int) -> tuple[str, float, float]:
    """A 街镇's name, latitude and longitude."""
    found: tuple[str, float, float] = Subdistrict.objects.values_list(
        "name", "latitude", "longitude"
    ).get(pk=subdistrict_id)
    return found
