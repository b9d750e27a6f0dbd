"""Districts, 街镇 and houses with their rooms, hours, policies and prices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import cycle, islice
from random import Random
from typing import Any

from facilities.models import (
    CareGroup,
    District,
    Facility,
    Fee,
    LiabilityInsurance,
    Subdistrict,
    TimetableEntry,
)
from facilities.types import CareMode, HostKind, SubdistrictKind
from portal.city.chance import Chance
from portal.city.data import read
from portal.city.sizes import Size

_POLICY = timedelta(days=364)  # and the day it begins
_DAY = timedelta(days=1)
_LONG_AGO = timedelta(days=3 * 365)
_POLICY_DAYS_LEFT = (120, 300)


@dataclass(frozen=True, slots=True)
class Room:
    name: str
    area: int
    licensed: int
    staff: int
    hours: str  # a timetable of demo.yaml


@dataclass(frozen=True, slots=True)
class House:
    """A house before it is written down."""

    subdistrict: str
    name: str
    address: str
    at: tuple[float, float]
    host: tuple[HostKind, str]
    operator: str
    introduction: str
    rooms: tuple[Room, ...]
    facts: dict[str, bool] = field(default_factory=dict)
    policy_days_left: int | None = None
    suspended: str = ""


def make_places(size: Size, chance: Chance, today: date) -> None:
    """Write down all places of a city of this size."""
    demo = read("demo")
    _make_subdistricts(demo["districts"], demo["subdistricts"])
    houses = list(named_houses())
    if size.all_districts:
        _make_other_districts(chance)
    if size.houses:
        houses += _more_houses(houses, size, chance)
    for number, house in enumerate(houses, start=1):
        _make_house(number, house, chance.of("house", house.name), today)


def named_houses() -> Iterator[House]:
    """The houses that every city has."""
    for said in read("demo")["houses"]:
        kind, host_name = said["host"]
        yield House(
            **{key: said[key] for key in ("subdistrict", "address", "operator", "introduction")},
            name=f"{said['name']}“宝宝屋”",
            at=(said["at"][0], said["at"][1]),
            host=(HostKind(kind), host_name),
            rooms=tuple(Room(**room) for room in said["rooms"]),
            facts=said["facts"],
            policy_days_left=said.get("policy_days_left"),
            suspended=said.get("suspended", ""),
        )


def _make_subdistricts(districts: Iterable[Any], subdistricts: Iterable[Any]) -> None:
    known = {
        said["code"]: District.objects.get_or_create(
            code=said["code"], defaults={"name": said["name"]}
        )[0]
        for said in districts
    }
    Subdistrict.objects.bulk_create(
        Subdistrict(
            district=known[said["code"][:6]],
            code=said["code"],
            name=said["name"],
            kind=SubdistrictKind(said["kind"]),
            resident_children=said["children"],
            latitude=said["at"][0],
            longitude=said["at"][1],
        )
        for said in subdistricts
    )


def _make_other_districts(chance: Chance) -> None:
    for district in read("city")["districts"]:
        draw = chance.of("district", district["code"])
        subdistricts = [
            {
                "code": f"{district['code']}{number:03d}",
                "name": name,
                "kind": "street" if name.endswith("街道") else "town",
                "at": _near(district["at"], draw, spread=0.05),
                "children": draw.randint(500, 1900),
            }
            for number, name in enumerate(district["subdistricts"], start=101)
        ]
        _make_subdistricts([district], subdistricts)


def _near(at: Iterable[float], draw: Random, *, spread: float) -> tuple[float, float]:
    latitude, longitude = at
    return (
        round(latitude + draw.uniform(-spread, spread), 4),
        round(longitude + draw.uniform(-spread, spread), 4),
    )


def _more_houses(named: list[House], size: Size, chance: Chance) -> list[House]:
    """Fill up each district that is generated in full."""
    more: list[House] = []
    full = District.objects.all() if size.all_districts else District.objects.filter(code="310116")
    for district in full.order_by("code"):
        there = sum(house.subdistrict.startswith(district.code) for house in named)
        more += islice(_houses_of(district, chance), max(size.houses - there, 0))
    return more


def _houses_of(district: District, chance: Chance) -> Iterator[House]:
    """House after house, street by street, each with a community's name of its own."""
    draw = chance.of("houses", district.code)
    empty = read("demo")["without_a_house"]
    subdistricts = district.subdistricts.exclude(code__in=empty).order_by("code")
    names = list(read("city")["communities"])
    draw.shuffle(names)
    for turn, subdistrict in enumerate(cycle(list(subdistricts))):
        # One further each round: no street gets the same name twice.
        name = names[(turn + turn // len(names)) % len(names)]
        yield _house_of(subdistrict, name, draw)


def _house_of(subdistrict: Subdistrict, community: str, draw: Random) -> House:
    kind = draw.choice([kind for kind in HostKind if kind is not HostKind.STANDALONE])
    rooms = [_room("小班", draw)]
    if draw.random() < 0.5:
        rooms.append(replace(_room("亲子班", draw), hours="families"))
    where = subdistrict.district.name + subdistrict.name
    return House(
        subdistrict=subdistrict.code,
        name=f"{subdistrict.name}{community}社区“宝宝屋”",
        address=f"{where}{community}路{draw.randint(1, 900)}号",
        at=_near((subdistrict.latitude, subdistrict.longitude), draw, spread=0.012),
        host=(kind, f"{community}社区中心"),
        operator=f"{community}居民委员会",
        introduction=f"设在{community}社区中心内，家门口的托育点。",
        rooms=tuple(rooms),
        facts={
            "has_outdoor_area": draw.random() < 0.4,
            "has_nursing_room": draw.random() < 0.5,
            "step_free": draw.random() < 0.6,
        },
    )


def _room(name: str, draw: Random) -> Room:
    return Room(
        name=name,
        area=draw.randrange(27, 91, 3),
        licensed=draw.choice([10, 12, 14, 16, 18, 20, 25]),
        staff=draw.choice([1, 2, 2, 3]),
        hours=draw.choice(["whole_week", "with_saturday", "whole_week", "elders", "mornings"]),
    )


def _make_house(number: int, house: House, draw: Random, today: date) -> None:
    kind, host_name = house.host
    row = Facility.objects.create(
        subdistrict=Subdistrict.objects.get(code=house.subdistrict),
        name=house.name,
        address=house.address,
        latitude=house.at[0],
        longitude=house.at[1],
        host_kind=kind,
        host_name=host_name,
        operator_name=house.operator,
        phone=f"021-5793{1000 + number:04d}",
        introduction=house.introduction,
        opened_on=today - _LONG_AGO + timedelta(days=draw.randint(0, 360)),
        **house.facts,
    )
    for room in house.rooms:
        _make_room(row, room)
    _insure(row, number, house, draw, today)
    _price(row)


def _make_room(house: Facility, room: Room) -> None:
    group = CareGroup.objects.create(
        facility=house, name=room.name, area_m2=Decimal(room.area), licensed_places=room.licensed
    )
    TimetableEntry.objects.bulk_create(
        TimetableEntry(
            care_group=group,
            weekday=day - 1,
            starts=time.fromisoformat(stretch["from"]),
            ends=time.fromisoformat(stretch["to"]),
            mode=CareMode(stretch["mode"]),
            planned_staff=room.staff,
            valid_from=house.opened_on,
        )
        for stretch in read("demo")["timetables"][room.hours]
        for day in stretch["days"]
    )


def _insure(house: Facility, number: int, said: House, draw: Random, today: date) -> None:
    """One policy after the other without a gap, from before the house opened."""
    left = said.policy_days_left or draw.randint(*_POLICY_DAYS_LEFT)
    insurer = draw.choice(read("demo")["insurers"])
    through, policies = today + timedelta(days=left), []
    while through >= house.opened_on:
        policies.append((through - _POLICY, through))
        through -= _POLICY + _DAY
    LiabilityInsurance.objects.bulk_create(
        LiabilityInsurance(
            facility=house,
            insurer=insurer,
            policy_number=f"ZR{valid_from:%Y}{number:06d}",
            sum_insured_fen=draw.choice([300_000_000, 500_000_000]),
            valid_from=valid_from,
            valid_through=valid_through,
        )
        for valid_from, valid_through in reversed(policies)
    )


def _price(house: Facility) -> None:
    district = house.subdistrict.district.name
    Fee.objects.bulk_create(
        Fee(
            facility=house,
            mode=CareMode(mode),
            per_session_fen=fen,
            approved_by=f"{district}发展和改革委员会、{district}教育局",
            valid_from=house.opened_on,
        )
        for mode, fen in read("demo")["fees"].items()
    )
