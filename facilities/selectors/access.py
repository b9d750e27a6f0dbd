"""From a name outside to a row, for those who may. The only way in."""

from uuid import UUID

from accounts.types import Actor, Place, Role
from common.refusals import NotFound
from facilities.models import CareGroup, District, Facility, Subdistrict


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
