"""The register of inspectors, and what keeps them away from a house."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from accounts.selectors import officers_of
from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import day_in_shanghai
from common.refusals import InvalidInput, NotFound
from facilities.selectors.access import district_for, facility_for, subdistrict_for
from inspections.models import ConflictOfInterest, Inspector
from inspections.selectors.access import inspector_for
from inspections.types import LOOKERS, REGISTERED_ROLES, ConflictKind, Domain
from inspections.words import LONGEST_REASON


@dataclass(frozen=True, slots=True)
class Registration:
    """What the register says of an officer; `home` '' is outside the district."""

    officer: str  # the account's public id
    skills: tuple[Domain, ...]
    home: str  # code of a 街镇
    is_available: bool = True


@transaction.atomic
def register_inspector(
    *, district: str, registration: Registration, actor: Actor, now: datetime
) -> Inspector:
    """Enter an officer of the district into its register, or correct the entry.

    :raises NotFound: when the district is not the actor's to supervise, or the officer not its.
    :raises InvalidInput: when no skill is named.
    """
    place = district_for(actor, district, Role.SUPERVISION_LEAD)
    if not registration.skills:
        raise InvalidInput({"skills": ["请至少选择一个检查领域。"]})
    people = officers_of(*REGISTERED_ROLES, district=place.code, today=day_in_shanghai(now))
    officer = next((one for one in people if one.public_id == registration.officer), None)
    if officer is None:
        raise NotFound
    home = (
        subdistrict_for(actor, registration.home, Role.SUPERVISION_LEAD)
        if registration.home
        else None
    )
    entry, _ = Inspector.objects.update_or_create(
        user_id=officer.id,
        district=place,
        defaults={
            "skills": sorted(skill.value for skill in registration.skills),
            "home": home,
            "lives_elsewhere": home is None,
            "is_available": registration.is_available,
        },
    )
    audit.record(
        kind="inspections.inspector.registered",
        actor_id=actor.user_id,
        at=now,
        subject=f"inspector:{entry.public_id}",
        data={"skills": entry.skills, "is_available": entry.is_available},
    )
    return entry


@transaction.atomic
def declare_conflict(
    *,
    inspector: str,
    facility: str,
    kind: ConflictKind,
    reason: str,
    valid_through: date | None = None,
    actor: Actor,
    now: datetime,
) -> ConflictOfInterest:
    """Keep an inspector away from a house; declared by themselves or by the supervision lead.

    :raises NotFound: when entry or house are not within the actor's reach.
    :raises InvalidInput: when no reason is given, or the last day is past.
    """
    entry = inspector_for(actor, inspector, Role.SUPERVISION_LEAD)
    house = facility_for(actor, facility, *LOOKERS)
    reason = reason.strip()
    _check(reason, valid_through, today=day_in_shanghai(now))
    row = ConflictOfInterest.objects.create(
        inspector=entry,
        facility=house,
        kind=kind.value,
        reason=reason,
        valid_through=valid_through,
        declared_by_id=actor.person,
        declared_at=now,
    )
    audit.record(
        kind="inspections.conflict.declared",
        actor_id=actor.user_id,
        at=now,
        subject=f"inspector:{entry.public_id}",
        data={"facility": str(house.public_id), "kind": kind.value},
    )
    return row


def _check(reason: str, valid_through: date | None, *, today: date) -> None:
    faults: dict[str, list[str]] = {}
    if not 0 < len(reason) <= LONGEST_REASON:
        asked = f"请写明需要回避的原因（{LONGEST_REASON}字以内），只有督导负责人看得到。"
        faults["reason"] = [asked]
    if valid_through is not None and valid_through < today:
        faults["valid_through"] = ["截止日期已经过去。请选择以后的日期，或者留空。"]
    if faults:
        raise InvalidInput(faults)
