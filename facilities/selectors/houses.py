"""One house with all its facts, as the public may read them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from common.intervals import day_in_shanghai
from common.refusals import NotFound
from facilities import messages, rules
from facilities.models import (
    CareGroup,
    Closure,
    Facility,
    Fee,
    LiabilityInsurance,
    TimetableEntry,
)
from facilities.selectors.access import as_uuid
from facilities.selectors.calendar import day_kind
from facilities.selectors.hours import Slot, hours_on, modes_of, stretches
from facilities.selectors.vacancies import FreeDay, free_days
from facilities.types import CareMode, DayKind, FacilityState, HostKind, PlacesLimit
from regulations import selectors as regulations
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.types import RuleRow

DAYS_SHOWN = 8  # the booking window and today
_CLOSURES_SHOWN = timedelta(days=60)
# The rules that a house's facts are held against, in the order of the page.
_RULES = (
    LimitKey.FREE_SESSIONS_PER_CHILD_YEAR,
    LimitKey.CHILDREN_PER_STAFF,
    LimitKey.CLASS_SIZE_MAX,
    LimitKey.AREA_M2_PER_HEAD,
    LimitKey.CCTV_RETENTION_DAYS,
    LimitKey.LIABILITY_INSURANCE_REQUIRED,
    LimitKey.CONSECUTIVE_SESSIONS_MAX,
    LimitKey.SESSIONS_PER_DAY_MAX,
)


@dataclass(frozen=True, slots=True)
class RoomMode:
    """How many children a room holds in one mode, and every bound with the tightest first."""

    mode: CareMode
    name: str
    places: int
    limits: tuple[PlacesLimit, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A group and its room."""

    id: str
    name: str
    area: str
    licensed_places: int
    by_mode: tuple[RoomMode, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A 责任险 policy that is in force, or will be."""

    insurer: str
    policy_number: str
    sum_insured: str
    valid_from: date
    valid_through: date
    is_current: bool


@dataclass(frozen=True, slots=True)
class Price:
    """What an hour in a mode costs beyond the free 次."""

    mode: CareMode
    name: str
    amount: str
    approved_by: str
    valid_from: date
    is_current: bool


@dataclass(frozen=True, slots=True)
class ModeFacts:
    """A mode the house offers, what it asks of the adult, and its weekly hours."""

    mode: CareMode
    name: str
    needs: str


@dataclass(frozen=True, slots=True)
class WeekdayHours:
    """The ordinary hours of a weekday, mode by mode."""

    name: str
    lines: tuple[tuple[str, str], ...]  # (单独托, 09:00–11:00、13:30–15:30)


@dataclass(frozen=True, slots=True)
class ComingDay:
    """A day of the booking window: what is left, or why nothing is."""

    day: date
    weekday: str
    holiday: str  # 国庆节, 调休上班, ''
    is_open: bool
    closed_because: str
    places_left: int
    words: str  # 余31, 约满, 国庆节 …


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days on which the house or its district is closed."""

    starts_on: date
    through: date
    reason: str


@dataclass(frozen=True, slots=True)
class HouseFacts:
    """All of a house that the public may read."""

    id: str
    name: str
    district: str
    district_code: str
    subdistrict: str
    address: str
    phone: str
    latitude: float
    longitude: float
    host: str
    host_name: str
    operator_name: str
    introduction: str
    opened_on: date
    state: FacilityState
    state_name: str
    state_reason: str
    modes: tuple[ModeFacts, ...]
    rooms: tuple[Room, ...]
    places: int  # 托额 at one instant, summed over the groups
    policies: tuple[Policy, ...]
    is_insured: bool
    prices: tuple[Price, ...]
    price: str
    week: tuple[WeekdayHours, ...]
    coming: tuple[ComingDay, ...]
    closures: tuple[ClosedDays, ...]
    places_left_today: int
    next_free_at: datetime | None
    equipment: tuple[tuple[str, bool], ...]
    rules: tuple[RuleRow, ...]
    not_given: messages.Quote | None  # where it is written that there are no meals


def house_facts(public_id: str, *, now: datetime) -> HouseFacts:
    """A house with its facts. :raises NotFound: when there is none, or it is closed for good."""
    house = (
        Facility.objects.select_related("subdistrict__district")
        .exclude(state=FacilityState.CLOSED)
        .filter(public_id=as_uuid(public_id))
        .first()
    )
    if house is None:
        raise NotFound
    return _facts(house, now)


def _facts(house: Facility, now: datetime) -> HouseFacts:
    today, law = day_in_shanghai(now), regulations.law_book()
    district = house.subdistrict.district
    slots_by_group = _slots(house, today)
    slots = [slot for of_group in slots_by_group.values() for slot in of_group]
    closures = _closures(house, today)
    policies = _policies(house, today)
    fees = list(_fees(house, today))
    free = free_days({house.pk: district.code}, now=now)
    left = {one.day: one for one in free}
    return HouseFacts(
        id=str(house.public_id),
        name=house.name,
        district=district.name,
        district_code=district.code,
        subdistrict=house.subdistrict.name,
        address=house.address,
        phone=house.phone,
        latitude=house.latitude,
        longitude=house.longitude,
        host=messages.HOST_NAMES[HostKind(house.host_kind)],
        host_name=house.host_name,
        operator_name=house.operator_name,
        introduction=house.introduction,
        opened_on=house.opened_on,
        state=FacilityState(house.state),
        state_name=messages.STATE_NAMES[FacilityState(house.state)],
        state_reason=house.state_reason,
        modes=tuple(
            ModeFacts(mode, messages.MODE_NAMES[mode], messages.MODE_NEEDS[mode])
            for mode in modes_of(slots)
        ),
        rooms=(rooms := tuple(_rooms(house, slots_by_group, law, district.code, today))),
        places=sum(max((one.places for one in room.by_mode), default=0) for room in rooms),
        policies=policies,
        is_insured=any(policy.is_current for policy in policies),
        prices=tuple(_price(fee, today) for fee in fees),
        price=messages.price(
            [{"mode": f.mode, "fen": f.per_session_fen} for f in fees if f.valid_from <= today]
        ),
        week=_week(slots, today),
        coming=tuple(_coming(house, slots, closures, left, today)),
        closures=closures,
        places_left_today=left[today].places if today in left else 0,
        next_free_at=next((one.first_at for one in free if one.first_at), None),
        equipment=tuple(
            (name, getattr(house, field)) for field, name in messages.EQUIPMENT.items()
        ),
        rules=_rules(district.code, today),
        not_given=messages.NOT_GIVEN.get(district.code),
    )


def _slots(house: Facility, today: date) -> Mapping[int, list[Slot]]:
    found: dict[int, list[Slot]] = defaultdict(list)
    entries = TimetableEntry.objects.filter(
        Q(valid_through__isnull=True) | Q(valid_through__gte=today),
        care_group__facility=house,
        care_group__is_active=True,
    )
    for entry in entries.order_by("weekday", "starts", "pk"):
        found[entry.care_group_id].append(
            Slot(
                weekday=entry.weekday,
                starts=entry.starts,
                ends=entry.ends,
                mode=CareMode(entry.mode),
                valid_from=entry.valid_from,
                valid_through=entry.valid_through,
            )
        )
    return found


def _rooms(
    house: Facility,
    slots_by_group: Mapping[int, Sequence[Slot]],
    law: LawBook,
    jurisdiction: str,
    today: date,
) -> list[Room]:
    groups = CareGroup.objects.filter(facility=house, is_active=True).order_by("name")
    return [
        Room(
            id=str(group.public_id),
            name=group.name,
            area=f"{group.area_m2.normalize():f}",
            licensed_places=group.licensed_places,
            by_mode=tuple(
                _room_mode(group, mode, law, jurisdiction, today)
                for mode in modes_of(slots_by_group.get(group.pk, ()))
            ),
        )
        for group in groups
    ]


def _room_mode(
    group: CareGroup, mode: CareMode, law: LawBook, jurisdiction: str, today: date
) -> RoomMode:
    places, limits = rules.places_of(
        licensed_places=group.licensed_places,
        area_m2=group.area_m2,
        mode=mode,
        law=law,
        jurisdiction=jurisdiction,
        care_on=today,
    )
    return RoomMode(mode, messages.MODE_NAMES[mode], places, tuple(limits))


def _policies(house: Facility, today: date) -> tuple[Policy, ...]:
    rows = LiabilityInsurance.objects.filter(facility=house, valid_through__gte=today)
    return tuple(
        Policy(
            insurer=row.insurer,
            policy_number=row.policy_number,
            sum_insured=messages.large_amount(row.sum_insured_fen),
            valid_from=row.valid_from,
            valid_through=row.valid_through,
            is_current=row.valid_from <= today,
        )
        for row in rows.order_by("valid_from", "pk")
    )


def _fees(house: Facility, today: date) -> Any:
    order = list(CareMode)
    fees = Fee.objects.filter(
        Q(valid_through__isnull=True) | Q(valid_through__gte=today), facility=house
    )
    return sorted(fees, key=lambda fee: (fee.valid_from > today, order.index(CareMode(fee.mode))))


def _price(fee: Fee, today: date) -> Price:
    return Price(
        mode=CareMode(fee.mode),
        name=messages.MODE_NAMES[CareMode(fee.mode)],
        amount=messages.amount(fee.per_session_fen),
        approved_by=fee.approved_by,
        valid_from=fee.valid_from,
        is_current=fee.valid_from <= today,
    )


def _closures(house: Facility, today: date) -> tuple[ClosedDays, ...]:
    rows = Closure.objects.filter(
        Q(facility=house) | Q(district=house.subdistrict.district_id),
        through__gte=today,
        starts_on__lte=today + _CLOSURES_SHOWN,
    )
    return tuple(
        ClosedDays(row.starts_on, row.through, row.reason)
        for row in rows.order_by("starts_on", "pk")
    )


def _week(slots: Sequence[Slot], today: date) -> tuple[WeekdayHours, ...]:
    """The hours of each weekday on its next date, holidays aside."""
    found = []
    for weekday, name in enumerate(messages.WEEKDAYS):
        on = today + timedelta(days=(weekday - today.weekday()) % len(messages.WEEKDAYS))
        running = [slot for slot in slots if slot.weekday == weekday and slot.is_valid(on)]
        lines = tuple(
            (
                messages.MODE_NAMES[mode],
                "、".join(stretches([slot for slot in running if slot.mode is mode], on)),
            )
            for mode in modes_of(running)
        )
        found.append(WeekdayHours(name, lines))
    return tuple(found)


def _coming(
    house: Facility,
    slots: Sequence[Slot],
    closures: Sequence[ClosedDays],
    left: Mapping[date, FreeDay],
    today: date,
) -> list[ComingDay]:
    days = [today + timedelta(days=offset) for offset in range(DAYS_SHOWN)]
    return [
        _coming_day(house, slots, closures, left.get(day), day_kind(day), is_today=day == today)
        for day in days
    ]


def _coming_day(
    house: Facility,
    slots: Sequence[Slot],
    closures: Sequence[ClosedDays],
    free: FreeDay | None,
    kind: DayKind,
    *,
    is_today: bool,
) -> ComingDay:
    hours = hours_on(
        kind.day,
        slots=slots,
        state=FacilityState(house.state),
        state_reason=house.state_reason,
        closures=[one.reason for one in closures if one.starts_on <= kind.day <= one.through],
    )
    return ComingDay(
        day=kind.day,
        weekday="今天" if is_today else messages.WEEKDAYS[kind.day.weekday()],
        holiday=kind.name,
        is_open=bool(hours.hours),
        closed_because=hours.closed_because,
        places_left=free.places if free else 0,
        words=_words(free, kind, is_open=bool(hours.hours), is_today=is_today),
    )


def _words(free: FreeDay | None, kind: DayKind, *, is_open: bool, is_today: bool) -> str:
    if free is not None:
        return f"余{free.places}" if free.places else "约满"
    if not is_open:
        return kind.name if kind.is_holiday else messages.NOT_ON_THIS_DAY
    return "已结束" if is_today else "还没开放"


def _rules(jurisdiction: str, today: date) -> tuple[RuleRow, ...]:
    known = {row.key: row for row in regulations.rules_in_force(jurisdiction, today)}
    return tuple(known[key] for key in _RULES if key in known)
