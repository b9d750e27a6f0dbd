"""How much of a city is generated."""

from dataclasses import dataclass
from enum import StrEnum


class Scale(StrEnum):
    DEMO = "demo"  # 金山区 as `make run` loads it, and one house of 静安区
    DISTRICT = "district"  # a full 金山区 with a year behind it
    CITY = "city"  # sixteen districts


@dataclass(frozen=True, slots=True)
class Size:
    """Numbers of one scale. Those of a district hold for each of them."""

    houses: int  # in a district that is filled up; those of demo.yaml count among them
    families: int  # besides those with an account
    weeks: int  # of history
    bookings: tuple[int, int]  # a child in that time, at least and at most
    all_districts: bool = False
    supervised: bool = True  # a year of visits, 整改, cases and what is told of them


SIZES = {
    Scale.DEMO: Size(houses=0, families=90, weeks=8, bookings=(1, 3)),
    Scale.DISTRICT: Size(houses=60, families=2940, weeks=52, bookings=(6, 30)),
    Scale.CITY: Size(houses=40, families=2480, weeks=13, bookings=(2, 12), all_districts=True),
}
