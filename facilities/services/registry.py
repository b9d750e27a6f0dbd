"""What a 街镇 enters of its houses: the house, its rooms, hours, policies and prices."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.types import Actor, Role
from audit import services as audit
from common.intervals import day_in_shanghai, moment_in_shanghai
from common.refusals import InvalidInput
from facilities.messages import BROKEN
from facilities.models import CareGroup, Facility, Fee, LiabilityInsurance, TimetableEntry
from facilities.selectors.access import care_group_for, facility_for, place_of, subdistrict_for
from facilities.services.publish import publish_sessions, session_minutes
from facilities.services.rejudge import rejudge_together
from facilities.types import CareMode, NewHouse
from regulations.rules import LawBook
from regulations.selectors import law_book

_SHANGHAI_LATITUDES = (30.6, 31.9)
_SHANGHAI_LONGITUDES = (120.8, 122.3)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a broken constraint into the sentence for it. Bugs stay bugs."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        said = BROKEN.get(getattr(diagnosis, "constraint_name", None) or "")
        if said is None:
            raise
        field, sentence = said
        raise InvalidInput({field: [sentence]}) from error


def _refuse(faults: Mapping[str, str]) -> None:
    if faults:
        raise InvalidInput({field: [sentence] for field, sentence in faults.items()})


def _missing(**texts: str) -> dict[str, str]:
    return {field: "这一项要填写。" for field, text in texts.items() if not text.strip()}


@transaction.atomic
def register_house(*, house: NewHouse, actor: Actor, now: datetime) -> str:
    """Enter a 宝宝屋 of the actor's 街镇; its public id.

    It takes no bookings before it has a room, hours and a policy.

    :raises NotFound: when the 街镇 is not the actor's.
    :raises InvalidInput: when the name breaks the naming rule, or something is missing.
    """
    subdistrict = subdistrict_for(actor, house.subdistrict, Role.OPERATOR)
    _refuse(_faults_of(house))
    facts = asdict(house) | {"subdistrict": subdistrict, "name": house.name.strip()}
    with said_plainly():
        row = Facility.objects.create(**facts)
    recorded = asdict(house) | {"opened_on": f"{house.opened_on}"}
    _record("facilities.facility.registered", f"facility:{row.public_id}", recorded, actor, now)
    return str(row.public_id)


def _faults_of(house: NewHouse) -> dict[str, str]:
    faults = _missing(
        name=house.name,
        address=house.address,
        operator_name=house.operator_name,
        phone=house.phone,
    )
    low, high = _SHANGHAI_LATITUDES
    if not low <= house.latitude <= high:
        faults["latitude"] = "纬度不在上海范围内，请核对经纬度有没有填反。"
    low, high = _SHANGHAI_LONGITUDES
    if not low <= house.longitude <= high:
        faults["longitude"] = "经度不在上海范围内，请核对经纬度有没有填反。"
    return faults


@transaction.atomic
def add_care_group(
    *,
    facility: str,
    name: str,
    area_m2: Decimal,
    licensed_places: int,
    actor: Actor,
    now: datetime,
) -> str:
    """Enter a room's group of a house; its public id.

    :raises NotFound: when the house is not the actor's.
    :raises InvalidInput: when the name is taken, or the numbers cannot be.
    """
    house = facility_for(actor, facility, Role.OPERATOR)
    _refuse(_missing(name=name) | _bad_room(area_m2, licensed_places))
    with said_plainly():
        group = CareGroup.objects.create(
            facility=house, name=name.strip(), area_m2=area_m2, licensed_places=licensed_places
        )
    facts = {"name": name, "area_m2": f"{area_m2}", "licensed_places": licensed_places}
    _record("facilities.care_group.added", f"care_group:{group.public_id}", facts, actor, now)
    return str(group.public_id)


@transaction.atomic
def change_care_group(
    *,
    care_group: str,
    area_m2: Decimal,
    licensed_places: int,
    actor: Actor,
    now: datetime,
) -> dict[str, Any]:
    """Correct a room's area or licensed places, and judge its coming sessions again.

    Returns what `rejudge_sessions` does: sessions over their new limit must be seen to.

    :raises NotFound: when the house is not the actor's.
    :raises InvalidInput: when the numbers cannot be.
    """
    group = care_group_for(actor, care_group, Role.OPERATOR)
    _refuse(_bad_room(area_m2, licensed_places))
    facts = {
        "area_m2": {"before": f"{group.area_m2}", "after": f"{area_m2}"},
        "licensed_places": {"before": group.licensed_places, "after": licensed_places},
    }
    CareGroup.objects.filter(pk=group.pk).update(area_m2=area_m2, licensed_places=licensed_places)
    _record("facilities.care_group.changed", f"care_group:{group.public_id}", facts, actor, now)
    return rejudge_together(facility_ids=[group.facility_id], now=now, actor_id=actor.user_id)


def _bad_room(area_m2: Decimal, licensed_places: int) -> dict[str, str]:
    faults = {}
    if area_m2 <= 0:
        faults["area_m2"] = "使用面积应大于0。"
    if licensed_places < 1:
        faults["licensed_places"] = "托额至少是1人。"
    return faults


@transaction.atomic
def add_timetable_entry(
    *,
    care_group: str,
    weekday: int,
    starts: time,
    ends: time,
    mode: CareMode,
    planned_staff: int,
    valid_from: date,
    valid_through: date | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter a stretch of a weekday in which a group cares, and publish its sessions.

    :raises NotFound: when the house is not the actor's.
    :raises InvalidInput: when it overlaps another entry, or is not a whole number of sessions.
    """
    group = care_group_for(actor, care_group, Role.OPERATOR)
    jurisdiction = place_of(group.facility).district
    _refuse(bad_hours(starts, ends, valid_from, valid_through, jurisdiction))
    with said_plainly():
        entry = TimetableEntry.objects.create(
            care_group=group,
            weekday=weekday,
            starts=starts,
            ends=ends,
            mode=mode,
            planned_staff=planned_staff,
            valid_from=valid_from,
            valid_through=valid_through,
        )
    facts = {
        "weekday": weekday,
        "starts": f"{starts:%H:%M}",
        "ends": f"{ends:%H:%M}",
        "mode": mode.value,
        "planned_staff": planned_staff,
        "valid_from": f"{valid_from}",
        "valid_through": f"{valid_through}" if valid_through else None,
    }
    _record("facilities.timetable.added", f"care_group:{group.public_id}", facts, actor, now)
    publish_sessions(now=now, facility_ids=[group.facility_id])
    return entry.pk


def bad_hours(
    starts: time,
    ends: time,
    valid_from: date,
    valid_through: date | None,
    jurisdiction: str,
    law: LawBook | None = None,
) -> dict[str, str]:
    """What is wrong with a stretch of a weekday, by field."""
    if ends <= starts:
        return {"ends": "结束时间应晚于开始时间。"}
    if valid_through is not None and valid_through < valid_from:
        return {"valid_through": "截止日期不应早于开始日期。"}
    minutes = session_minutes(law or law_book(), jurisdiction=jurisdiction, day=valid_from)
    length = moment_in_shanghai(valid_from, ends) - moment_in_shanghai(valid_from, starts)
    if minutes and length % timedelta(minutes=minutes):
        return {"ends": f"一个时段是{minutes}分钟，起止时间应正好是若干个时段。"}
    return {}


@transaction.atomic
def add_insurance(
    *,
    facility: str,
    insurer: str,
    policy_number: str,
    sum_insured_fen: int,
    valid_from: date,
    valid_through: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Enter a 责任险 policy, and let the sessions it covers take bookings at once.

    :raises NotFound: when the house is not the actor's.
    :raises InvalidInput: when the policy is entered already, or something is missing.
    """
    house = facility_for(actor, facility, Role.OPERATOR)
    faults = _missing(insurer=insurer, policy_number=policy_number)
    if sum_insured_fen <= 0:
        faults["sum_insured_fen"] = "保额应大于0。"
    _refuse(faults)
    with said_plainly():
        policy = LiabilityInsurance.objects.create(
            facility=house,
            insurer=insurer.strip(),
            policy_number=policy_number.strip(),
            sum_insured_fen=sum_insured_fen,
            valid_from=valid_from,
            valid_through=valid_through,
        )
    facts = {
        "insurer": insurer,
        "policy_number": policy_number,
        "sum_insured_fen": sum_insured_fen,
        "valid_from": f"{valid_from}",
        "valid_through": f"{valid_through}",
    }
    _record("facilities.insurance.added", f"facility:{house.public_id}", facts, actor, now)
    rejudge_together(facility_ids=[house.pk], now=now, actor_id=actor.user_id)
    return policy.pk


@transaction.atomic
def set_fee(
    *,
    facility: str,
    mode: CareMode,
    per_session_fen: int,
    approved_by: str,
    valid_from: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Publish what an hour in a mode costs from a day on; the fee before it ends the day before.

    A fee is never changed after the fact: what was booked keeps the price it was booked at.

    :raises NotFound: when the house is not the actor's.
    :raises InvalidInput: when the day has passed, or a later fee is published already.
    """
    house = facility_for(actor, facility, Role.OPERATOR)
    before = Fee.objects.filter(facility=house, mode=mode)
    faults = _missing(approved_by=approved_by)
    if per_session_fen < 0:
        faults["per_session_fen"] = "收费不能是负数。"
    if valid_from < day_in_shanghai(now) and before.exists():
        faults["valid_from"] = "新的收费标准只能从今天或以后开始，不能追溯。"
    elif before.filter(valid_from__gte=valid_from).exists():
        faults["valid_from"] = "这一天或以后已经公布了收费标准。"
    _refuse(faults)
    before.filter(Q(valid_through__isnull=True) | Q(valid_through__gte=valid_from)).update(
        valid_through=valid_from - timedelta(days=1)
    )
    with said_plainly():
        fee = Fee.objects.create(
            facility=house,
            mode=mode,
            per_session_fen=per_session_fen,
            approved_by=approved_by.strip(),
            valid_from=valid_from,
        )
    facts = {
        "mode": mode.value,
        "per_session_fen": per_session_fen,
        "approved_by": approved_by,
        "valid_from": f"{valid_from}",
    }
    _record("facilities.fee.set", f"facility:{house.public_id}", facts, actor, now)
    return fee.pk


def _record(kind: str, subject: str, facts: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    audit.record(kind=kind, actor_id=actor.user_id, at=now, subject=subject, data=facts)
