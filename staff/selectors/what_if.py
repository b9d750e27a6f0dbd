"""What a week on the board would come to without somebody, or with some more."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.types import Actor
from common.intervals import Interval
from regulations.selectors import law_book
from staff import rules
from staff.selectors.roster import DAYS, MAY_ROSTER, House, board_of, house_for, week_facts
from staff.selectors.training import training_facts
from staff.types import StaffRole, TrainingCategory, WeekFacts


@dataclass(frozen=True, slots=True)
class WhatIfHour:
    """An hour that would change."""

    group: str
    during: Interval
    children: int
    counted: int
    then: int
    places: int
    places_then: int
    missing: int


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """The question, and what the week would come to."""

    house: House
    monday: date
    sunday: date
    people: tuple[tuple[str, str], ...]  # public id and name of who cares for children
    without: str
    more: int
    hours: tuple[WhatIfHour, ...]  # those that would change
    places: int
    places_then: int
    short: int  # hours that lack people for the children booked, as it is planned
    short_then: int

    @property
    def is_asked(self) -> bool:
        return bool(self.without or self.more)


def what_if_page(
    actor: Actor, facility: str, monday: date, *, without: str, more: int, now: datetime
) -> WhatIfPage:
    """The board of a week if somebody (public id) did not come, or so many more did.

    :raises NotFound: when the house is not theirs to roster.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    week = week_facts(house, monday, board_of(house, monday), now=now)
    people = _carers(week)
    gone = next((pk for pk, public_id, _ in people if public_id == without), None)
    hours = rules.what_if(week, law_book(), without=gone, more=more)
    return WhatIfPage(
        house=house,
        monday=monday,
        sunday=monday + timedelta(days=DAYS - 1),
        people=tuple((public_id, name) for _, public_id, name in people),
        without=without if gone is not None else "",
        more=more,
        hours=tuple(
            WhatIfHour(
                one.hour.care_group,
                one.hour.during,
                one.hour.children,
                one.counted,
                one.then,
                one.places,
                one.places_then,
                one.missing_then,
            )
            for one in hours
            if one.changes
        ),
        places=sum(one.places for one in hours),
        places_then=sum(one.places_then for one in hours),
        short=sum(one.counted < one.hour.needed for one in hours),
        short_then=sum(bool(one.missing_then) for one in hours),
    )


@dataclass(frozen=True, slots=True)
class FreeLine:
    """Somebody who misses lessons this year and could go."""

    id: str
    name: str
    skills: int  # 课时 missing of 综合技能
    ethics: int  # and of 职业道德
    is_rostered: bool  # has a shift then, and is not needed for it


@dataclass(frozen=True, slots=True)
class TrainingFit:
    """A week, and who could go to a course in it."""

    house: House
    monday: date
    sunday: date
    during: Interval | None  # None: nothing was asked
    people: tuple[FreeLine, ...]


def training_fit(
    actor: Actor, facility: str, monday: date, *, during: Interval | None, now: datetime
) -> TrainingFit:
    """Who of a house misses lessons and could go to a course, each alone; who misses most first.

    :raises NotFound: when the house is not theirs to roster.
    """
    house = house_for(actor, facility, *MAY_ROSTER)
    sunday = monday + timedelta(days=DAYS - 1)
    if during is None:
        return TrainingFit(house, monday, sunday, None, ())
    week, law = week_facts(house, monday, board_of(house, monday), now=now), law_book()
    taken = training_facts(week.people, monday.year)
    lines = []
    for person in rules.who_could_go(week, law, during):
        short = {
            one.category: one.short
            for one in rules.training_standings(
                person,
                taken[person.id],
                year=monday.year,
                on=monday,
                district=house.district,
                law=law,
            )
        }
        is_rostered = any(
            one.person_id == person.id and one.during.overlaps(during) for one in week.shifts
        )
        if any(short.values()):
            skills, ethics = short[TrainingCategory.SKILLS], short[TrainingCategory.ETHICS]
            lines.append(FreeLine(person.public_id, person.name, skills, ethics, is_rostered))
    lines.sort(key=lambda line: (-line.skills - line.ethics, line.name))
    return TrainingFit(house, monday, sunday, during, tuple(lines))


def _carers(week: WeekFacts) -> list[tuple[int, str, str]]:
    """Who is on the board to care for children, by name."""
    ids = {one.person_id for one in week.shifts if one.role is StaffRole.CAREGIVER}
    found = [week.people[pk] for pk in ids]
    return [(one.id, one.public_id, one.name) for one in sorted(found, key=lambda one: one.name)]
