"""From a name outside to a row of inspection, for those who may. The only way in."""

from accounts.types import Actor, Place, Role
from common.refusals import NotFound
from facilities.selectors.access import as_uuid
from inspections.models import Draw, Inspector, Visit


def draw_for(actor: Actor, public_id: str, *roles: Role) -> Draw:
    """A draw of a district over which the actor holds one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    draw = (
        Draw.objects.select_related("district", "planned_by", "revealed_by", "published_by")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if draw is None or not may(actor, draw.district.code, *roles):
        raise NotFound
    return draw


def inspector_for(actor: Actor, public_id: str, *roles: Role) -> Inspector:
    """An entry of the register of a district over which the actor holds one of the roles; or
    their own.

    :raises NotFound: when there is none, or it is not theirs.
    """
    entry = (
        Inspector.objects.select_related("district").filter(public_id=as_uuid(public_id)).first()
    )
    if entry is None:
        raise NotFound
    if entry.user_id != actor.user_id and not may(actor, entry.district.code, *roles):
        raise NotFound
    return entry


def visit_for(actor: Actor, public_id: str, *roles: Role) -> Visit:
    """A visit to a house over which the actor holds one of the roles.

    :raises NotFound: when there is none, or it is not theirs.
    """
    visit = (
        Visit.objects.select_related("facility__subdistrict__district", "draw")
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if visit is None:
        raise NotFound
    street = visit.facility.subdistrict
    at = Place(street.district.code, street.code, str(visit.facility.public_id))
    if not (actor.is_worker or actor.may(*roles, at=at)):
        raise NotFound
    return visit


def may(actor: Actor, district: str, *roles: Role) -> bool:
    """Whether the actor holds one of the roles over a whole district."""
    return actor.is_worker or actor.may(*roles, at=Place(district, ""))


def lock_draw(draw_id: int) -> Draw:
    """Lock a draw, and read it as it is now."""
    return (
        Draw.objects.select_for_update(of=("self",), no_key=True)
        .select_related("district")
        .get(pk=draw_id)
    )


def lock_visit(visit_id: int) -> Visit:
    """Lock a visit, and read it as it is now."""
    return (
        Visit.objects.select_for_update(of=("self",), no_key=True)
        .select_related("facility__subdistrict__district")
        .get(pk=visit_id)
    )
