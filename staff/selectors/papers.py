"""Papers that will lapse, by the days that are left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from regulations.keys import LimitKey
from regulations.rules import LawBook
from regulations.selectors import law_book
from staff import rules
from staff.selectors.facts import facts_of_papers, people_facts
from staff.selectors.forecast import HouseForecast, forecasts_of
from staff.selectors.scope import StaffHouse, houses_of_people, named, staff_houses
from staff.types import PaperEnd, PersonFacts

REMINDERS = (
    LimitKey.PAPER_REMINDER_FIRST_DAYS,
    LimitKey.PAPER_REMINDER_SECOND_DAYS,
    LimitKey.PAPER_REMINDER_THIRD_DAYS,
    LimitKey.PAPER_REMINDER_LAST_DAYS,
)


@dataclass(frozen=True, slots=True)
class DuePaper:
    """A paper that has lapsed or soon will, of somebody who is engaged."""

    person: str  # public id
    name: str
    houses: str
    end: PaperEnd


@dataclass(frozen=True, slots=True)
class DueBand:
    """Papers that are due within so many days; None: they have lapsed."""

    days: int | None
    papers: tuple[DuePaper, ...]


@dataclass(frozen=True, slots=True)
class DuePage:
    houses: tuple[StaffHouse, ...]
    facility: str
    bands: tuple[DueBand, ...]  # those with papers in them, the most pressing first
    horizon: int  # days
    forecasts: tuple[HouseForecast, ...]


def papers_due(actor: Actor, *, now: datetime, facility: str = "") -> DuePage:
    """Papers of the actor's people, due or lapsed, and what their end does to each house.

    Statements do not grow with people.

    :raises NotFound: when the actor sees no house's people, or not the named one's.
    """
    today, law = day_in_shanghai(now), law_book()
    houses = staff_houses(actor)
    chosen = [one for one in houses if not facility or one.public_id == facility]
    if facility and not chosen:
        raise NotFound
    where = houses_of_people(chosen, today)
    facts = people_facts(where)
    districts = {house.district for house in chosen}
    limits = sorted({days for one in districts for days in reminder_days(one, today, law)})
    horizon = limits[-1] if limits else 0
    found = [due for due in due_papers(facts, where, today, law) if due.end.days_left <= horizon]
    found.sort(key=lambda due: (due.end.days_left, due.houses, due.name, due.end.label))
    return DuePage(
        houses=tuple(houses),
        facility=facility,
        bands=_bands(found, limits),
        horizon=horizon,
        forecasts=tuple(forecasts_of(chosen, facts, now=now)),
    )


def due_papers(
    facts: Mapping[int, PersonFacts],
    where: Mapping[int, list[StaffHouse]],
    today: date,
    law: LawBook,
) -> Iterator[DuePaper]:
    """Every paper of these people that has an end."""
    for person in facts.values():
        houses = where[person.id]
        for end in rules.paper_ends(person, day=today, district=houses[0].district, law=law):
            yield DuePaper(person.public_id, person.name, named(houses), end)


def reminder_days(district: str, today: date, law: LawBook) -> tuple[int, ...]:
    """How many days before a paper lapses people are reminded, the longest first."""
    limits = (law.limit(key, jurisdiction=district, care_on=today) for key in REMINDERS)
    days = {limit.number for limit in limits if limit is not None and limit.value is not None}
    return tuple(sorted(days, reverse=True))


def _bands(found: list[DuePaper], limits: list[int]) -> tuple[DueBand, ...]:
    lapsed = tuple(due for due in found if due.end.has_lapsed)
    bands = [DueBand(None, lapsed)]
    above = -1
    for days in limits:
        within = tuple(due for due in found if above < due.end.days_left <= days)
        bands.append(DueBand(days, within))
        above = days
    return tuple(band for band in bands if band.papers)


@dataclass(frozen=True, slots=True)
class PapersEnding:
    """How many papers of some houses' people have lapsed, and how many soon will."""

    lapsed: int
    soon: int


def papers_ending(houses: Sequence[StaffHouse], *, today: date, law: LawBook) -> PapersEnding:
    """Count what `papers_due` lists, for a page that only leads there. Four statements."""
    where = houses_of_people(houses, today)
    soon = lapsed = 0
    for person in facts_of_papers(where).values():
        district = where[person.id][0].district
        horizon = max(reminder_days(district, today, law), default=0)
        for end in rules.paper_ends(person, day=today, district=district, law=law):
            lapsed += end.has_lapsed
            soon += not end.has_lapsed and end.days_left <= horizon
    return PapersEnding(lapsed, soon)


def papers_by_house(
    houses: Sequence[StaffHouse], *, within: int, today: date, law: LawBook
) -> dict[int, int]:
    """By house, how many papers of its people have lapsed or will within some days. Four
    statements; a paper of somebody who works in two houses counts in both.
    """
    where = houses_of_people(houses, today)
    found: dict[int, int] = {}
    for person in facts_of_papers(where).values():
        district = where[person.id][0].district
        ends = rules.paper_ends(person, day=today, district=district, law=law)
        count = sum(end.has_lapsed or end.days_left <= within for end in ends)
        for house in where[person.id] if count else ():
            found[house.id] = found.get(house.id, 0) + count
    return found
