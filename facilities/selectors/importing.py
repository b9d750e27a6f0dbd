"""Houses, groups and hours as files name them: what rows are matched with, and what is exported."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time

from django.db.models import F, Q, QuerySet

from accounts.types import Actor, HeldGrant, Place, Role, ScopeKind
from facilities.models import CareGroup, District, Facility, Subdistrict, TimetableEntry
from facilities.selectors.access import place_of
from facilities.types import CareMode, FacilityState, HoursRow
from imports.cleaners import alike
from imports.types import PlaceToImport

_SUFFIX = "宝宝屋"


@dataclass(frozen=True, slots=True)
class HouseRef:
    """A house that a row may name."""

    id: int
    public_id: str
    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class GroupRef:
    """A group of a house that a row may name."""

    id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class HoursLine:
    """A line of a timetable as it is exported."""

    house: HouseRef
    group: str
    weekday: int
    starts: time
    ends: time
    mode: CareMode
    planned_staff: int
    valid_from: date
    valid_through: date | None


def places_to_import(actor: Actor, *roles: Role) -> list[PlaceToImport]:
    """Where somebody may bring data in: what their roles are over, and each house within."""
    found: dict[str, PlaceToImport] = {}
    for grant in actor.grants:
        if grant.role in roles:
            for one in _granted(actor, grant, roles):
                found[one.code] = one
    houses = [
        PlaceToImport(house.public_id, house.name, house.place)
        for one in found.values()
        for house in houses_within(actor, one.place, *roles)
    ]
    return [*found.values(), *(house for house in houses if house.code not in found)]


def _granted(actor: Actor, grant: HeldGrant, roles: tuple[Role, ...]) -> Iterator[PlaceToImport]:
    match grant.scope_kind:
        case ScopeKind.FACILITY:
            houses = houses_within(actor, Place("", "", grant.scope), *roles)
            yield from (
                PlaceToImport(one.public_id, one.name, one.place, is_granted=True) for one in houses
            )
        case ScopeKind.SUBDISTRICT:
            for street in Subdistrict.objects.filter(code=grant.scope).select_related("district"):
                place = Place(street.district.code, street.code)
                yield PlaceToImport(street.code, street.name, place, is_granted=True)
        case ScopeKind.DISTRICT:
            for district in District.objects.filter(code=grant.scope):
                yield PlaceToImport(
                    district.code, district.name, Place(district.code, ""), is_granted=True
                )
        case ScopeKind.CITY:
            yield PlaceToImport(grant.scope, "全市", Place(grant.scope[:2], ""), is_granted=True)


def houses_within(actor: Actor, place: Place, *roles: Role) -> list[HouseRef]:
    """The houses of a place over which the actor holds one of the roles, by name."""
    rows = _in(place).exclude(state=FacilityState.CLOSED)
    found = [
        HouseRef(house.pk, str(house.public_id), house.name, place_of(house))
        for house in rows.select_related("subdistrict__district").order_by("name")
    ]
    return [house for house in found if actor.may(*roles, at=house.place)]


def by_name(houses: Iterable[HouseRef]) -> dict[str, HouseRef]:
    """Houses by what spellings of their name have in common, also without the word 宝宝屋.

    A short name that two houses share names neither.
    """
    short: dict[str, list[HouseRef]] = defaultdict(list)
    full = {}
    for house in houses:
        key = alike(house.name)
        full[key] = house
        short[key.removesuffix(_SUFFIX)].append(house)
    return {key: found[0] for key, found in short.items() if len(found) == 1} | full


def groups_within(houses: Iterable[HouseRef]) -> dict[str, dict[str, GroupRef]]:
    """The active groups of houses: by the house's public id, and then by name."""
    found: dict[str, dict[str, GroupRef]] = {house.public_id: {} for house in houses}
    rows = CareGroup.objects.filter(facility__public_id__in=list(found), is_active=True)
    for group in rows.annotate(house=F("facility__public_id")).order_by("name"):
        ref = GroupRef(group.pk, str(group.public_id), group.name)
        found[str(group.house)][alike(group.name)] = ref
    return found


def hours_within(houses: Iterable[HouseRef]) -> set[HoursRow]:
    """Every line of the houses' timetables, past ones too."""
    rows = _lines([house.id for house in houses])
    return {
        HoursRow(
            care_group=str(row.care_group.public_id),
            weekday=row.weekday,
            starts=row.starts,
            ends=row.ends,
            mode=CareMode(row.mode),
            planned_staff=row.planned_staff,
            valid_from=row.valid_from,
            valid_through=row.valid_through,
        )
        for row in rows
    }


def hours_to_export(houses: Iterable[HouseRef], *, today: date) -> list[HoursLine]:
    """The lines of the houses' timetables that are not over, in the order of a week."""
    by_id = {house.id: house for house in houses}
    lasting = Q(valid_through__isnull=True) | Q(valid_through__gte=today)
    rows = _lines(list(by_id)).filter(lasting, care_group__is_active=True)
    return [
        HoursLine(
            house=by_id[row.care_group.facility_id],
            group=row.care_group.name,
            weekday=row.weekday,
            starts=row.starts,
            ends=row.ends,
            mode=CareMode(row.mode),
            planned_staff=row.planned_staff,
            valid_from=row.valid_from,
            valid_through=row.valid_through,
        )
        for row in rows.order_by(
            "care_group__facility__name", "care_group__name", "weekday", "starts", "valid_from"
        )
    ]


def _lines(house_ids: list[int]) -> QuerySet[TimetableEntry]:
    rows = TimetableEntry.objects.filter(care_group__facility_id__in=house_ids)
    return rows.select_related("care_group")


def _in(place: Place) -> QuerySet[Facility]:
    rows = Facility.objects.all()
    if place.facility:
        return rows.filter(public_id=place.facility)
    if place.subdistrict:
        return rows.filter(subdistrict__code=place.subdistrict)
    return rows.filter(subdistrict__district__code__startswith=place.district)
