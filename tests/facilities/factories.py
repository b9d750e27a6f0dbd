"""Houses, rooms and sessions for tests. Plain functions; everything has a sensible default.

A house is insured and has its fees; a session is open for booking at `now`, staffed and empty.
No law needs to be loaded: numbers are written as they stand in the rows.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from common.intervals import day_in_shanghai, moment_in_shanghai
from facilities.models import (
    CareGroup,
    CareSession,
    Closure,
    District,
    Facility,
    Fee,
    LiabilityInsurance,
    RatioBreach,
    Subdistrict,
    TimetableEntry,
)
from facilities.types import CareMode, FacilityState, HostKind, SessionStop, SubdistrictKind

LONG_AGO = date(2024, 1, 1)
FAR_AHEAD = date(2029, 12, 31)

_numbers = count(1)


def make_district(code: str = "310116", name: str = "金山区") -> District:
    """The district of this code; the same row when it is there already."""
    return District.objects.get_or_create(code=code, defaults={"name": name})[0]


def make_subdistrict(
    name: str = "石化街道",
    *,
    code: str = "",
    district: District | None = None,
    kind: SubdistrictKind | None = None,
    latitude: float = 30.7090,
    longitude: float = 121.3360,
    resident_children: int | None = 900,
) -> Subdistrict:
    """The 街镇 of this name in its district; the same row when it is there already."""
    district = district or make_district()
    found = Subdistrict.objects.filter(district=district, name=name).first()
    if found:
        return found
    if not code:
        number = next(_numbers) % 500 + 500
        code = "310116001" if name == "石化街道" else f"{district.code}{number:03d}"
    return Subdistrict.objects.create(
        district=district,
        code=code,
        name=name,
        kind=kind or (SubdistrictKind.STREET if name.endswith("街道") else SubdistrictKind.TOWN),
        latitude=latitude,
        longitude=longitude,
        resident_children=resident_children,
    )


def make_house(
    name: str = "",
    *,
    subdistrict: Subdistrict | None = None,
    insured: bool = True,
    fee_fen: int | None = 2000,
    state: FacilityState = FacilityState.OPEN,
    latitude: float | None = None,
    longitude: float | None = None,
    **facts: Any,
) -> Facility:
    """A 宝宝屋 with a policy and a fee for every mode, unless told otherwise (`fee_fen=None`)."""
    subdistrict = subdistrict or make_subdistrict()
    house = Facility.objects.create(
        subdistrict=subdistrict,
        name=name or f"{subdistrict.name}第{next(_numbers)}社区“宝宝屋”",
        address=facts.pop("address", "金山区卫清西路100号"),
        latitude=subdistrict.latitude if latitude is None else latitude,
        longitude=subdistrict.longitude if longitude is None else longitude,
        host_kind=facts.pop("host_kind", HostKind.COMMUNITY_COMPLEX),
        operator_name=facts.pop("operator_name", "石化街道社区服务中心"),
        phone=facts.pop("phone", "021-57930000"),
        state=state,
        state_reason=facts.pop("state_reason", "" if state == FacilityState.OPEN else "测试"),
        opened_on=facts.pop("opened_on", LONG_AGO),
        **facts,
    )
    if insured:
        make_insurance(house)
    if fee_fen is not None:
        for mode in CareMode:
            make_fee(house, mode=mode, per_session_fen=fee_fen)
    return house


def make_insurance(
    house: Facility, *, valid_from: date = LONG_AGO, valid_through: date = FAR_AHEAD
) -> LiabilityInsurance:
    """A 责任险 policy of a house."""
    return LiabilityInsurance.objects.create(
        facility=house,
        insurer="太平洋财产保险",
        policy_number=f"ZR{next(_numbers):08d}",
        sum_insured_fen=500_000_000,
        valid_from=valid_from,
        valid_through=valid_through,
    )


def make_fee(
    house: Facility,
    *,
    mode: CareMode = CareMode.DROP_OFF,
    per_session_fen: int = 2000,
    valid_from: date = LONG_AGO,
    valid_through: date | None = None,
) -> Fee:
    """What an hour costs in one mode."""
    return Fee.objects.create(
        facility=house,
        mode=mode,
        per_session_fen=per_session_fen,
        approved_by="金山区发展和改革委员会",
        valid_from=valid_from,
        valid_through=valid_through,
    )


def make_group(
    house: Facility | None = None,
    *,
    name: str = "",
    area_m2: Decimal | int = 60,
    licensed_places: int = 20,
) -> CareGroup:
    """A room's group: big enough for 20 children unless told otherwise."""
    return CareGroup.objects.create(
        facility=house or make_house(),
        name=name or f"第{next(_numbers)}班",
        area_m2=Decimal(area_m2),
        licensed_places=licensed_places,
    )


def make_timetable(
    group: CareGroup,
    *,
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4),
    starts: time = time(9),
    ends: time = time(11),
    mode: CareMode = CareMode.DROP_OFF,
    planned_staff: int = 2,
    valid_from: date = LONG_AGO,
    valid_through: date | None = None,
) -> list[TimetableEntry]:
    """The same hours on some weekdays: Monday to Friday, two hours, unless told otherwise."""
    return [
        TimetableEntry.objects.create(
            care_group=group,
            weekday=weekday,
            starts=starts,
            ends=ends,
            mode=mode,
            planned_staff=planned_staff,
            valid_from=valid_from,
            valid_through=valid_through,
        )
        for weekday in weekdays
    ]


def make_session(
    group: CareGroup | None = None,
    *,
    now: datetime,
    day: date | None = None,
    hour: int = 9,
    starts_at: datetime | None = None,
    minutes: int = 60,
    mode: CareMode = CareMode.DROP_OFF,
    places: int = 10,
    places_taken: int = 0,
    counted_staff: int = 2,
    children_per_staff: int = 5,
    binding_limit: str = "licensed_places",
    opens_at: datetime | None = None,
    stop: SessionStop | str = "",
    stop_reason: str = "",
) -> CareSession:
    """One hour of a group, tomorrow at nine unless told otherwise, open for booking at `now`.

    More children than the staff may have opens a breach, as it must.
    """
    group = group or make_group()
    day = day or day_in_shanghai(now) + timedelta(days=1)
    starts_at = starts_at or moment_in_shanghai(day, time(hour))
    session = CareSession.objects.create(
        care_group=group,
        facility=group.facility,
        mode=mode,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        opens_at=opens_at or now - timedelta(days=1),
        places=places,
        binding_limit=binding_limit,
        counted_staff=counted_staff,
        children_per_staff=children_per_staff,
        stop=stop,
        stop_reason=stop_reason or ("测试" if stop else ""),
    )
    if places_taken > counted_staff * children_per_staff:
        make_breach(session, now=now, children=places_taken)
    if places_taken:
        session.places_taken = places_taken
        session.save(update_fields=["places_taken"])
    return session


def make_breach(
    session: CareSession, *, now: datetime, children: int | None = None, cause: str = "sick_leave"
) -> RatioBreach:
    """An open breach of a session; a session in breach takes no bookings."""
    breach = RatioBreach.objects.create(
        care_session=session,
        cause=cause,
        children=session.places_taken if children is None else children,
        counted_staff=session.counted_staff,
        opened_at=now,
    )
    session.breach = breach
    session.save(update_fields=["breach"])
    return breach


def make_closure(
    *,
    house: Facility | None = None,
    district: District | None = None,
    starts_on: date,
    through: date | None = None,
    reason: str = "设备检修",
    now: datetime,
) -> Closure:
    """Days on which a house or a district is closed. Existing sessions are left as they are."""
    return Closure.objects.create(
        facility=house,
        district=district,
        starts_on=starts_on,
        through=through or starts_on,
        reason=reason,
        decided_by_id=1,
        decided_at=now,
    )
