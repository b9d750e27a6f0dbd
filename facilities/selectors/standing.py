"""What stands behind a session on a day: the house's state, closures and policies, and the law."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from facilities import rules
from facilities.messages import HOLIDAY, UNINSURED
from facilities.models import Closure, Facility, LiabilityInsurance
from facilities.selectors.calendar import day_kind
from facilities.types import CareMode, FacilityState, SessionStop
from regulations.rules import LawBook


@dataclass(frozen=True, slots=True)
class Days:
    """Inclusive days, and what they are about."""

    starts_on: date
    through: date
    reason: str = ""

    def cover(self, day: date) -> bool:
        return self.starts_on <= day <= self.through


@dataclass(frozen=True, slots=True)
class HouseStanding:
    """A house as far as its sessions depend on it."""

    id: int
    public_id: str
    jurisdiction: str
    state: FacilityState
    state_reason: str
    opened_on: date
    closures: tuple[Days, ...]
    policies: tuple[Days, ...]

    def stop_on(self, day: date) -> tuple[str, str]:
        """Why sessions of a day take no bookings, with the words for it; ('', '') when they do."""
        kind = day_kind(day)
        if kind.is_holiday:
            return SessionStop.CLOSURE.value, HOLIDAY.format(name=kind.name)
        closure = next((days for days in self.closures if days.cover(day)), None)
        if closure:
            return SessionStop.CLOSURE.value, closure.reason
        if self.state is not FacilityState.OPEN:
            return SessionStop.SUSPENDED.value, self.state_reason
        if not any(days.cover(day) for days in self.policies):
            return SessionStop.UNINSURED.value, UNINSURED
        return "", ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a session is published with, and judged by again."""

    places: int
    places_by: list[dict[str, Any]]
    binding_limit: str
    children_per_staff: int
    stop: str
    stop_reason: str


def terms_of(
    house: HouseStanding,
    *,
    licensed_places: int,
    area_m2: Decimal,
    mode: CareMode,
    day: date,
    law: LawBook,
) -> Terms:
    """Judge a group's session on a day. Pure.

    Where no rule sets a ratio, one counted member of staff is needed all the same.
    """
    places, bounds = rules.places_of(
        licensed_places=licensed_places,
        area_m2=area_m2,
        mode=mode,
        law=law,
        jurisdiction=house.jurisdiction,
        care_on=day,
    )
    ratio = rules.children_per_staff(law=law, jurisdiction=house.jurisdiction, care_on=day)
    stop, reason = house.stop_on(day)
    return Terms(
        places=places,
        places_by=[asdict(bound) for bound in bounds],
        binding_limit=bounds[0].key,
        children_per_staff=ratio or max(places, 1),
        stop=stop,
        stop_reason=reason,
    )


def lock_houses(facility_ids: Iterable[int]) -> list[int]:
    """Lock houses by id, before any of their sessions is locked or made.

    Publishing, closing and suspending take it, so that no session is made by what was true a
    moment ago. Booking takes places without it.
    """
    return list(
        Facility.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=list(facility_ids))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def standings_of(facility_ids: Sequence[int], *, since: date) -> list[HouseStanding]:
    """Houses as far as sessions from a day on depend on them, by id. Three queries."""
    houses = list(
        Facility.objects.filter(pk__in=facility_ids)
        .order_by("pk")
        .values(
            "id", "public_id", "state", "state_reason", "opened_on",
            "subdistrict__district_id", "subdistrict__district__code",
        )
    )  # fmt: skip
    districts = {house["subdistrict__district_id"] for house in houses}
    of_house, of_district = _closures(facility_ids, districts, since)
    policies = _policies(facility_ids, since)
    return [
        HouseStanding(
            id=house["id"],
            public_id=str(house["public_id"]),
            jurisdiction=house["subdistrict__district__code"],
            state=FacilityState(house["state"]),
            state_reason=house["state_reason"],
            opened_on=house["opened_on"],
            closures=(
                *of_house[house["id"]],
                *of_district[house["subdistrict__district_id"]],
            ),
            policies=tuple(policies[house["id"]]),
        )
        for house in houses
    ]


_ByOwner = dict[int, list[Days]]


def _closures(
    facility_ids: Sequence[int], district_ids: Iterable[int], since: date
) -> tuple[_ByOwner, _ByOwner]:
    of_house: _ByOwner = defaultdict(list)
    of_district: _ByOwner = defaultdict(list)
    rows = Closure.objects.filter(
        Q(facility_id__in=facility_ids) | Q(district_id__in=list(district_ids)),
        through__gte=since,
    ).order_by("starts_on", "pk")
    for row in rows:
        days = Days(row.starts_on, row.through, row.reason)
        if row.facility_id is not None:
            of_house[row.facility_id].append(days)
        elif row.district_id is not None:
            of_district[row.district_id].append(days)
    return of_house, of_district


def _policies(facility_ids: Sequence[int], since: date) -> _ByOwner:
    found: _ByOwner = defaultdict(list)
    rows = LiabilityInsurance.objects.filter(
        facility_id__in=facility_ids, valid_through__gte=since
    ).order_by("valid_from", "pk")
    for row in rows:
        found[row.facility_id].append(Days(row.valid_from, row.valid_through))
    return found
