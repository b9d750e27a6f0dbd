"""The year's two counters of 课时, person by person, and who will be short at its end."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from accounts.types import Actor
from common.intervals import day_in_shanghai
from common.refusals import NotFound
from regulations.selectors import law_book
from regulations.types import Verdict
from staff import rules
from staff.models import TrainingRecord
from staff.selectors.facts import people_facts
from staff.selectors.scope import StaffHouse, houses_of_people, named, staff_houses
from staff.types import TrainingCategory, TrainingFacts, TrainingStanding


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """Where somebody stands this year."""

    id: str
    name: str
    houses: str
    standings: tuple[TrainingStanding, ...]
    annual: Verdict

    @property
    def short(self) -> int:
        """课时 that are missing until the end of the year, in both counters."""
        return sum(one.short for one in self.standings)


@dataclass(frozen=True, slots=True)
class TrainingPage:
    houses: tuple[StaffHouse, ...]
    facility: str
    year: int
    ends_on: date
    lines: tuple[TrainingLine, ...]  # who is short first
    rule: TrainingStanding | None  # one to name the rule by, and whether its period is over

    @property
    def short_people(self) -> int:
        return sum(1 for line in self.lines if line.short)

    @property
    def without_certificate(self) -> int:
        return sum(1 for line in self.lines if not line.annual.allows)


def training_page(actor: Actor, *, now: datetime, facility: str = "") -> TrainingPage:
    """Training of the actor's people in the year that runs. Statements do not grow with people.

    :raises NotFound: when the actor sees no house's people, or not the named one's.
    """
    today, law = day_in_shanghai(now), law_book()
    houses = staff_houses(actor)
    chosen = [one for one in houses if not facility or one.public_id == facility]
    if facility and not chosen:
        raise NotFound
    where = houses_of_people(chosen, today)
    people, taken = people_facts(where), training_facts(where, today.year)
    lines = []
    for person_id, person in people.items():
        district = where[person_id][0].district
        standings = rules.training_standings(
            person, taken[person_id], year=today.year, on=today, district=district, law=law
        )
        if standings:
            annual = rules.annual_certificate(
                person, year=today.year, on=today, district=district, law=law
            )
            at = named(where[person_id])
            lines.append(TrainingLine(person.public_id, person.name, at, standings, annual))
    lines.sort(key=lambda line: (-line.short, line.houses, line.name))
    return TrainingPage(
        houses=tuple(houses),
        facility=facility,
        year=today.year,
        ends_on=today.replace(month=date.max.month, day=date.max.day),
        lines=tuple(lines),
        rule=lines[0].standings[0] if lines else None,
    )


def training_facts(
    person_ids: Iterable[int], year: int
) -> defaultdict[int, tuple[TrainingFacts, ...]]:
    """What these people took in a year, by person."""
    rows = TrainingRecord.objects.filter(person_id__in=list(person_ids), taken_on__year=year)
    found: defaultdict[int, tuple[TrainingFacts, ...]] = defaultdict(tuple)
    for row in rows.order_by("person_id", "taken_on", "pk"):
        fact = TrainingFacts(TrainingCategory(row.category), row.taken_on, row.lessons)
        found[row.person_id] = (*found[row.person_id], fact)
    return found
