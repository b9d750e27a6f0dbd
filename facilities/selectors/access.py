"""From a name outside to a row, for those who may. The only way in."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from accounts.types import Actor, HeldGrant, Place, Role, ScopeKind
from common.refusals import NotFound
from facilities.models import CareGroup, District, Facility, Subdistrict
from facilities.types import FacilityState


def place_of(facility: Facility) -> Place:
    """Where a house stands; its subdistrict and district must have been read with it."""
    return Place(
        district=facility.subdistrict.district.code,
        subdistrict=facility.subdistrict.code,
        facility=str(facility.public_id),
    )


def facility_for(actor: Actor, public_id: str, *roles: Role) -> Facility:
    """A house over which the actor holds one of the roles; the worker reaches all.

    :raises NotFound: when there is none, or it is not theirs.
    """
    house = (
        Facility.objects.select_related("subdistrict__district")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if house is None or not (actor.is_worker or actor.may(*roles, at=place_of(house))):
        raise NotFound
    return house


def facilities_of(actor: Actor, *roles: Role) -> list[Facility]:
    """The houses over which the actor holds one of the roles, by name."""
    houses = Facility.objects.filter(reached_by(actor, *roles)).exclude(state=FacilityState.CLOSED)
    return list(houses.select_related("subdistrict__district").order_by("name", "pk"))


def reached_by(actor: Actor, *roles: Role, house: str = "") -> Q:
    """The condition on rows that the actor's grants of these roles reach.

    `house` is the way from a row to its house, ending in two underscores; '' for houses
    themselves. Who holds none of the roles reaches nothing.
    """
    reach = Q(pk__in=())
    for grant in actor.grants:
        if grant.role in roles:
            reach |= within_grant(grant, house=house)
    return reach


def within_grant(grant: HeldGrant, *, house: str = "") -> Q:
    """The condition on rows whose house a grant reaches; `house` as in `reached_by`."""
    street = f"{house}subdistrict__"
    match grant.scope_kind:
        case ScopeKind.CITY:
            return Q(**{f"{street}district__code__startswith": grant.scope[:2]})
        case ScopeKind.DISTRICT:
            return Q(**{f"{street}district__code": grant.scope})
        case ScopeKind.SUBDISTRICT:
            return Q(**{f"{street}code": grant.scope})
        case ScopeKind.FACILITY:
            return Q(**{f"{house}public_id": as_uuid(grant.scope)})


def care_group_for(actor: Actor, public_id: str, *roles: Role) -> CareGroup:
    """A group of a house over which the actor holds one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    group = (
        CareGroup.objects.select_related("facility__subdistrict__district")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if group is None or not (actor.is_worker or actor.may(*roles, at=place_of(group.facility))):
        raise NotFound
    return group


def group_in(facility_id: int, public_id: str) -> int:
    """The number of a house's group. :raises NotFound: when the house has none of that name."""
    found = CareGroup.objects.filter(facility_id=facility_id, public_id=as_uuid(public_id))
    for pk in found.values_list("pk", flat=True):
        return pk
    raise NotFound


def care_group_name(care_group_id: int) -> str:
    """The name outside (public id) of a group."""
    found = CareGroup.objects.values_list("public_id", flat=True).get(pk=care_group_id)
    return str(found)


def groups_of(facility_id: int) -> list[tuple[int, str, str]]:
    """The groups of a house, by name: number, public id, name."""
    groups = CareGroup.objects.filter(facility_id=facility_id, is_active=True)
    rows = groups.order_by("name", "pk").values_list("pk", "public_id", "name")
    return [(pk, str(public_id), name) for pk, public_id, name in rows]


def lock_groups(facility_id: int, care_group_ids: Iterable[int]) -> list[int]:
    """Lock rooms of a house by id, the last lock of all, and answer with those that are there."""
    return list(
        CareGroup.objects.select_for_update(of=("self",), no_key=True)
        .filter(facility_id=facility_id, pk__in=list(care_group_ids))
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def subdistrict_for(actor: Actor, code: str, *roles: Role) -> Subdistrict:
    """A 街镇 over which the actor holds one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    found = Subdistrict.objects.select_related("district").filter(code=code).first()
    if found is None:
        raise NotFound
    if not (actor.is_worker or actor.may(*roles, at=Place(found.district.code, found.code))):
        raise NotFound
    return found


def district_for(actor: Actor, code: str, *roles: Role) -> District:
    """A district over which the actor holds one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    found = District.objects.filter(code=code).first()
    if found is None or not (actor.is_worker or actor.may(*roles, at=Place(found.code, ""))):
        raise NotFound
    return found


def as_uuid(text: str) -> UUID:
    """A public id as it is looked up. :raises NotFound: when it cannot be one."""
    try:
        return UUID(str(text))
    except ValueError:
        raise NotFound from None
