"""How many children a house's rooms hold at one time, whoever works there."""

from collections.abc import Iterable
from datetime import date

from facilities import rules
from facilities.models import CareGroup
from facilities.types import CareMode
from regulations.selectors import law_book


def places_of_houses(facility_ids: Iterable[int], *, on: date) -> dict[int, int]:
    """The places of all rooms together when children come alone, by house. One statement."""
    law = law_book()
    ids = list(facility_ids)
    found = dict.fromkeys(ids, 0)
    groups = CareGroup.objects.filter(facility_id__in=ids, is_active=True)
    for group in groups.select_related("facility__subdistrict__district"):
        places, _ = rules.places_of(
            licensed_places=group.licensed_places,
            area_m2=group.area_m2,
            mode=CareMode.DROP_OFF,
            law=law,
            jurisdiction=group.facility.subdistrict.district.code,
            care_on=on,
        )
        found[group.facility_id] += places
    return found
