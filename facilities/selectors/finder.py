"""随心查: houses near a point or in a 街镇, and where a child may still come. Four queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from common.intervals import day_in_shanghai
from common.refusals import InvalidInput
from facilities import messages
from facilities.geography import distance_m, walking_minutes
from facilities.models import Closure, District, Facility, Fee, Subdistrict, TimetableEntry
from facilities.selectors.hours import Slot, hours_on, modes_of
from facilities.selectors.vacancies import Vacancy, vacancies
from facilities.types import CareMode, FacilityState

PAGE_SIZE = 24


_FEW = 4  # fewer places than this are said to be few


@dataclass(frozen=True, slots=True)
class Sign:
    """What stands on a house's door: a word for the list, a shorter one for the map."""

    kind: str  # ok, few, later, none, stopped: never said by color alone
    words: str
    short: str


@dataclass(frozen=True, slots=True)
class HouseRow:
    """A house as the finder lists it."""

    id: str
    name: str
    district: str  # name
    subdistrict: str  # name
    subdistrict_code: str
    address: str
    phone: str
    latitude: float
    longitude: float
    distance_m: int | None  # None: nobody said from where
    walking_minutes: int | None
    state: FacilityState
    modes: tuple[CareMode, ...]
    hours: tuple[str, ...]  # of the asked day, e.g. 09:00–11:00
    closed_because: str  # why there are no hours; '' when there are
    price: str
    next_free_at: datetime | None
    places_left_today: int
    places_left: int  # on the asked day
    has_outdoor_area: bool
    has_nursing_room: bool
    step_free: bool
    sign: Sign

    @property
    def mode_names(self) -> tuple[str, ...]:
        return tuple(messages.MODE_NAMES[mode] for mode in self.modes)

    @property
    def how_far(self) -> str:
        """520米 · 步行约8分钟; '' when nobody said from where."""
        if self.distance_m is None or self.walking_minutes is None:
            return ""
        return messages.how_far(self.distance_m, self.walking_minutes)


@dataclass(frozen=True, slots=True)
class HousePage:
    """Some of the houses found, and how many there are in all."""

    rows: tuple[HouseRow, ...]
    total: int
    number: int
    size: int

    @property
    def has_next(self) -> bool:
        return self.number * self.size < self.total

    @property
    def has_previous(self) -> bool:
        return self.number > 1


def houses_near(
    *,
    now: datetime,
    latitude: float | None = None,
    longitude: float | None = None,
    mode: CareMode | None = None,
    day: date | None = None,
    subdistrict: str = "",
    district: str = "",
    only_free: bool = False,
    page: int = 1,
    size: int = PAGE_SIZE,
) -> HousePage:
    """Houses in order of distance, or of the soonest free place when nobody said from where.

    `subdistrict` and `district` are codes. Places are those that may be booked at `now`: the
    booking window, stops, breaches, policies and staff are all looked at. `only_free` keeps the
    houses with a place on `day`, or at any time when no day is asked for.
    """
    today = day_in_shanghai(now)
    houses = _houses(mode, subdistrict, district, day or today)
    free = vacancies(
        {house["id"]: house["subdistrict__district__code"] for house in houses},
        now=now,
        mode=mode,
        day=day,
    )
    if only_free:
        houses = [house for house in houses if _is_free(free[house["id"]], day)]
    houses.sort(key=_order(latitude, longitude, free))
    shown = houses[(page - 1) * size : page * size]
    details = _details([house["id"] for house in shown], day or today)
    rows = [
        _row(house, free[house["id"]], details[house["id"]], mode, day, today) for house in shown
    ]
    return HousePage(tuple(rows), total=len(houses), number=page, size=size)


@dataclass(frozen=True, slots=True)
class SubdistrictPoint:
    """A 街镇 to choose, and where its name stands on the map."""

    code: str
    name: str
    latitude: float
    longitude: float


def subdistricts_with_houses() -> dict[str, list[SubdistrictPoint]]:
    """The 街镇 to choose from, those that have a house, by the name of their district."""
    rows = (
        Subdistrict.objects.filter(
            Exists(
                Facility.objects.filter(subdistrict=OuterRef("pk")).exclude(
                    state=FacilityState.CLOSED
                )
            )
        )
        .order_by("district__code", "code")
        .values_list("district__name", "code", "name", "latitude", "longitude")
    )
    found: dict[str, list[SubdistrictPoint]] = {}
    for district, code, name, latitude, longitude in rows:
        point = SubdistrictPoint(code, name, latitude, longitude)
        found.setdefault(district, []).append(point)
    return found


def subdistrict_named(text: str) -> str:
    """The code of a 街镇 given by code or name; '' stays ''.

    :raises InvalidInput: when there is none.
    """
    if not text:
        return ""
    named = Subdistrict.objects.filter(Q(code=text) | Q(name=text)).order_by("pk")
    code = named.values_list("code", flat=True).first()
    if code is None:
        raise InvalidInput({"subdistrict": ["没有这个街镇。"]})
    return code


def district_named(text: str) -> str:
    """The code of a district given by code or name; '' stays ''.

    :raises InvalidInput: when there is none.
    """
    if not text:
        return ""
    named = District.objects.filter(Q(code=text) | Q(name=text)).order_by("pk")
    code = named.values_list("code", flat=True).first()
    if code is None:
        raise InvalidInput({"district": ["没有这个区。"]})
    return code


_Row = dict[str, Any]


def _houses(mode: CareMode | None, subdistrict: str, district: str, day: date) -> list[_Row]:
    houses = Facility.objects.exclude(state=FacilityState.CLOSED)
    if subdistrict:
        houses = houses.filter(subdistrict__code=subdistrict)
    if district:
        houses = houses.filter(subdistrict__district__code=district)
    if mode:
        houses = houses.filter(Exists(_entries(day).filter(mode=mode)))
    rows = houses.order_by("name").values(
        "id", "public_id", "name", "address", "phone", "latitude", "longitude", "state",
        "state_reason", "has_outdoor_area", "has_nursing_room", "step_free",
        "subdistrict__name", "subdistrict__code", "subdistrict__district__name",
        "subdistrict__district__code",
    )  # fmt: skip
    return [dict(row) for row in rows]


def _entries(day: date) -> QuerySet[TimetableEntry]:
    return TimetableEntry.objects.filter(
        Q(valid_through__isnull=True) | Q(valid_through__gte=day),
        care_group__facility=OuterRef("pk"),
        care_group__is_active=True,
    )


def _order(
    latitude: float | None, longitude: float | None, free: Mapping[int, Vacancy]
) -> Callable[[_Row], tuple[Any, ...]]:
    """Nearest first; without a point, the soonest free place first. Writes the distance down."""

    def soonest(house: _Row) -> tuple[Any, ...]:
        next_free_at = free[house["id"]].next_free_at
        house["distance"] = None
        return (next_free_at is None, next_free_at, house["name"])

    if latitude is None or longitude is None:
        return soonest
    here = (latitude, longitude)

    def nearest(house: _Row) -> tuple[Any, ...]:
        house["distance"] = distance_m(*here, house["latitude"], house["longitude"])
        return (house["distance"], house["name"])

    return nearest


def _is_free(vacancy: Vacancy, day: date | None) -> bool:
    return vacancy.on_day > 0 if day else vacancy.next_free_at is not None


def _details(facility_ids: Sequence[int], day: date) -> dict[int, _Row]:
    in_force = Q(valid_through__isnull=True) | Q(valid_through__gte=day)
    fees = Fee.objects.filter(in_force, facility=OuterRef("pk"), valid_from__lte=day)
    closures = Closure.objects.filter(
        Q(facility=OuterRef("pk")) | Q(district=OuterRef("subdistrict__district")),
        starts_on__lte=day,
        through__gte=day,
    )
    slot = JSONObject(
        weekday="weekday",
        starts="starts",
        ends="ends",
        mode="mode",
        valid_from="valid_from",
        valid_through="valid_through",
    )
    fee = JSONObject(mode="mode", fen="per_session_fen")
    rows = (
        Facility.objects.filter(pk__in=facility_ids)
        .order_by("pk")
        .annotate(
            slots=ArraySubquery(_entries(day).order_by("pk").values(json=slot)),
            fees_in_force=ArraySubquery(fees.order_by("mode").values(json=fee)),
            closures_on=ArraySubquery(closures.order_by("pk").values("reason")),
        )
        .values("id", "slots", "fees_in_force", "closures_on")
    )
    return {row["id"]: dict(row) for row in rows}


def _slot(row: Mapping[str, Any]) -> Slot:
    through = row["valid_through"]
    return Slot(
        weekday=row["weekday"],
        starts=time.fromisoformat(row["starts"]),
        ends=time.fromisoformat(row["ends"]),
        mode=CareMode(row["mode"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_through=date.fromisoformat(through) if through else None,
    )


def _row(
    house: _Row,
    vacancy: Vacancy,
    details: _Row,
    mode: CareMode | None,
    asked: date | None,
    today: date,
) -> HouseRow:
    slots = [_slot(row) for row in details["slots"]]
    state = FacilityState(house["state"])
    hours = hours_on(
        asked or today,
        slots=slots,
        state=state,
        state_reason=house["state_reason"],
        closures=details["closures_on"],
        mode=mode,
    )
    meters = house["distance"]
    return HouseRow(
        id=str(house["public_id"]),
        name=house["name"],
        district=house["subdistrict__district__name"],
        subdistrict=house["subdistrict__name"],
        subdistrict_code=house["subdistrict__code"],
        address=house["address"],
        phone=house["phone"],
        latitude=house["latitude"],
        longitude=house["longitude"],
        distance_m=meters,
        walking_minutes=None if meters is None else walking_minutes(meters),
        state=state,
        modes=modes_of(slots),
        hours=hours.hours,
        closed_because=hours.closed_because,
        price=messages.price(details["fees_in_force"], mode),
        next_free_at=vacancy.next_free_at,
        places_left_today=vacancy.today,
        places_left=vacancy.on_day,
        has_outdoor_area=house["has_outdoor_area"],
        has_nursing_room=house["has_nursing_room"],
        step_free=house["step_free"],
        sign=_sign(state, vacancy, is_open=bool(hours.hours), day=asked, today=today),
    )


def _sign(
    state: FacilityState, vacancy: Vacancy, *, is_open: bool, day: date | None, today: date
) -> Sign:
    if state is not FacilityState.OPEN:
        return Sign("stopped", messages.STATE_NAMES[state], "停")
    if vacancy.on_day:
        kind = "few" if vacancy.on_day < _FEW else "ok"
        return Sign(kind, messages.left_on(day, today, vacancy.on_day), f"{vacancy.on_day}")
    if day is not None:
        return Sign("none", "约满" if is_open else messages.NOT_ON_THIS_DAY, "满")
    if vacancy.next_free_at is None:
        return Sign("none", "这几天没有空位", "满")
    weekday = messages.WEEKDAYS[day_in_shanghai(vacancy.next_free_at).weekday()]
    return Sign("later", f"{weekday}有空位", weekday)
