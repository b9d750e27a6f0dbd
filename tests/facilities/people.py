"""Who asks, as plain data."""

from accounts.types import Actor, HeldGrant, Role, ScopeKind
from facilities.models import District, Facility, Subdistrict

NOBODY = Actor(user_id=None, name="公众")
PARENT = Actor(user_id=9, name="家长")


def operator_of(subdistrict: Subdistrict) -> Actor:
    grant = HeldGrant(Role.OPERATOR, ScopeKind.SUBDISTRICT, subdistrict.code)
    return Actor(user_id=1, name="街镇管理员", grants=(grant,))


def person_in_charge_of(house: Facility) -> Actor:
    grant = HeldGrant(Role.PERSON_IN_CHARGE, ScopeKind.FACILITY, str(house.public_id))
    return Actor(user_id=2, name="负责人", grants=(grant,))


def lead_of(district: District) -> Actor:
    grant = HeldGrant(Role.SUPERVISION_LEAD, ScopeKind.DISTRICT, district.code)
    return Actor(user_id=3, name="督导负责人", grants=(grant,))


def inspector_of(district: District) -> Actor:
    grant = HeldGrant(Role.INSPECTOR, ScopeKind.DISTRICT, district.code)
    return Actor(user_id=4, name="检查员", grants=(grant,))
