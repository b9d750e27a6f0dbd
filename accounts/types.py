"""Who is asking, as plain data."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.refusals import NotFound


class Role(StrEnum):
    """What a person may do, always within a scope."""

    OPERATOR = "operator"  # 街镇管理员
    PERSON_IN_CHARGE = "person_in_charge"  # 负责人
    CAREGIVER = "caregiver"  # 保育人员
    INSPECTOR = "inspector"  # 教育局检查员
    SUPERVISION_LEAD = "supervision_lead"
    HEALTH_OFFICER = "health_officer"  # 卫健委
    POLICE_OFFICER = "police_officer"  # 公安
    FIRE_OFFICER = "fire_officer"  # 消防救援
    MARKET_OFFICER = "market_officer"  # 市场监管
    AUDITOR = "auditor"


class ScopeKind(StrEnum):
    CITY = "city"
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A role within a scope; `scope` is a GB/T 2260 code, or a facility's public id."""

    role: Role
    scope_kind: ScopeKind
    scope: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands, for asking whether a grant reaches it."""

    district: str
    subdistrict: str
    facility: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who asks. Built once at the entrance; `user_id` None is the worker or the public."""

    user_id: int | None
    name: str = ""
    grants: tuple[HeldGrant, ...] = ()
    is_worker: bool = False

    @property
    def person(self) -> int:
        """The user's id. :raises NotFound: when nobody in particular asks."""
        if self.user_id is None:
            raise NotFound
        return self.user_id

    @property
    def is_parent(self) -> bool:
        return self.user_id is not None and not self.grants

    def holds(self, *roles: Role) -> bool:
        """Whether one of these roles is held anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def may(self, *roles: Role, at: Place) -> bool:
        """Whether one of these roles is held over this place."""
        return any(grant.role in roles and _reaches(grant, at) for grant in self.grants)


def _reaches(grant: HeldGrant, at: Place) -> bool:
    match grant.scope_kind:
        case ScopeKind.CITY:
            return at.district.startswith(grant.scope[:2])
        case ScopeKind.DISTRICT:
            return grant.scope == at.district
        case ScopeKind.SUBDISTRICT:
            return grant.scope == at.subdistrict
        case ScopeKind.FACILITY:
            return bool(at.facility) and grant.scope == at.facility


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token, readable this once."""

    token: str
    expires_at: datetime


WORKER = Actor(user_id=None, name="系统", is_worker=True)
